import type { AnnounceEvent, AnnounceStats } from '../interfaces/tracker.js';

/** Peers asked for in one announce. */
export const NUMWANT = 200;

export interface AnnounceParameters {
  /** 20 bytes. */
  readonly infoHash: Uint8Array;
  /** 20 bytes. */
  readonly peerId: Uint8Array;
  readonly port: number;
  readonly stats: AnnounceStats;
  /** 32 bits that stay the same when our address changes, so that the tracker knows us again. */
  readonly key: number;
  /** What the tracker called us in an earlier reply. */
  readonly trackerId: Uint8Array | undefined;
  readonly event: AnnounceEvent;
}

/** The GET request of an announce (BEP 3, BEP 21, BEP 23): the tracker's URL, its own query kept, with ours behind. */
export function buildAnnounceUrl(trackerUrl: string, parameters: AnnounceParameters): string {
  const { stats, event } = parameters;
  const query = [
    `info_hash=${percentEncode(parameters.infoHash)}`,
    `peer_id=${percentEncode(parameters.peerId)}`,
    `port=${parameters.port}`,
    `uploaded=${stats.uploaded}`,
    `downloaded=${stats.downloaded}`,
    `left=${stats.left}`,
    'compact=1',
    'no_peer_id=1',
    `numwant=${event === 'stopped' ? 0 : NUMWANT}`,
    `key=${parameters.key.toString(16).padStart(8, '0')}`,
  ];
  if (event !== 'update') query.push(`event=${event}`);
  else if (stats.isPartialSeed) query.push('event=paused');
  if (parameters.trackerId) query.push(`trackerid=${percentEncode(parameters.trackerId)}`);
  const base = trackerUrl.split('#', 1)[0] as string;
  const separator = !base.includes('?') ? '?' : /[?&]$/.test(base) ? '' : '&';
  return base + separator + query.join('&');
}

/** RFC 3986 percent-encoding of raw bytes: all but the unreserved characters. */
export function percentEncode(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) {
    const character = String.fromCharCode(byte);
    const isUnreserved = /^[A-Za-z0-9._~-]$/.test(character);
    text += isUnreserved ? character : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return text;
}
