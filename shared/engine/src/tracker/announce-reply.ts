import type { Endpoint } from '../interfaces/socket.js';
import { TrackerError } from '../interfaces/tracker.js';
import { BencodeError } from '../protocol/bencode-error.js';
import { BencodeDictionary, type BencodeValue, isList } from '../protocol/bencode-value.js';
import { decodeDictionary } from '../protocol/bencode.js';
import { COMPACT_IPV4_BYTES, COMPACT_IPV6_BYTES, parseCompactPeers } from '../utils/ip-address.js';
import { boundedInterval, count, MAX_INTERVAL_SECONDS, MAX_PEERS, shortened } from './reply-bounds.js';

/** Where a tracker does not say. */
const DEFAULT_INTERVAL_SECONDS = 30 * 60;
/** Tokens in a reply of whole dictionaries for so many peers, several times over. */
const MAX_REPLY_TOKENS = 50_000;
const MAX_TRACKER_ID_BYTES = 256;

/** A tracker's answer to an announce, made safe. */
export interface AnnounceReply {
  /** 300 s to a day. */
  readonly intervalSeconds: number;
  /** 0 to a day. */
  readonly minIntervalSeconds: number;
  readonly seeds: number | undefined;
  readonly leechers: number | undefined;
  readonly downloads: number | undefined;
  readonly warning: string | undefined;
  /** At most 256 bytes, to be sent back; a copy. */
  readonly trackerId: Uint8Array | undefined;
  /** 4 or 16 bytes: where the tracker saw us (BEP 24); a copy. */
  readonly externalAddress: Uint8Array | undefined;
  /** At most 1000, ports 1 to 65535; hosts are what the tracker wrote. */
  readonly peers: readonly Endpoint[];
}

/**
 * Reads the body of an announce reply (BEP 3, 7, 23, 24, 31). Throws {@link TrackerError}: `failure-reason` with the tracker's text, or
 * `bad-response`.
 */
export function parseAnnounceReply(body: Uint8Array): AnnounceReply {
  const reply = decodeReply(body);
  const warning = reply.getText('warning message');
  const trackerId = reply.getBytes('tracker id');
  const interval = reply.getInt('interval') ?? DEFAULT_INTERVAL_SECONDS;
  const minInterval = reply.getInt('min interval') ?? 0;
  const peers = [
    ...readPeers(reply.get('peers')),
    ...readCompact('peers6', reply.getBytes('peers6'), COMPACT_IPV6_BYTES),
  ];
  return {
    intervalSeconds: boundedInterval(Math.max(interval, minInterval)),
    minIntervalSeconds: Math.min(MAX_INTERVAL_SECONDS, Math.max(0, minInterval)),
    seeds: count(reply.getInt('complete')),
    leechers: count(reply.getInt('incomplete')),
    downloads: count(reply.getInt('downloaded')),
    warning: warning === undefined ? undefined : shortened(warning),
    trackerId: trackerId && trackerId.length <= MAX_TRACKER_ID_BYTES ? trackerId.slice() : undefined,
    externalAddress: readAddress(reply.getBytes('external ip')),
    peers: peers.slice(0, MAX_PEERS),
  };
}

/** The dictionary of a tracker's reply, which is no failure. Throws {@link TrackerError} as {@link parseAnnounceReply}. */
export function decodeReply(body: Uint8Array): BencodeDictionary {
  let reply: BencodeDictionary;
  try {
    reply = decodeDictionary(body, { maxTokens: MAX_REPLY_TOKENS });
  } catch (error) {
    if (!(error instanceof BencodeError)) throw error;
    throw new TrackerError('bad-response', 'The reply is not that of a tracker', { cause: error });
  }
  const failure = reply.getText('failure reason');
  if (failure === undefined) return reply;
  throw new TrackerError('failure-reason', shortened(failure), { retryInSeconds: readRetry(reply) });
}

/** BEP 31: whole minutes, or the word `never`. */
function readRetry(reply: BencodeDictionary): number | undefined {
  if (reply.getText('retry in') === 'never') return Infinity;
  const minutes = reply.getInt('retry in');
  return minutes === undefined || minutes < 1 ? undefined : Math.min(MAX_INTERVAL_SECONDS, minutes * 60);
}

function readAddress(bytes: Uint8Array | undefined): Uint8Array | undefined {
  return bytes?.length === 4 || bytes?.length === 16 ? bytes.slice() : undefined;
}

/** `peers` is a byte string (BEP 23) or a list of dictionaries (BEP 3). */
function readPeers(value: BencodeValue | undefined): Endpoint[] {
  if (isList(value)) return value.slice(0, MAX_PEERS).flatMap(readPeerDictionary);
  return readCompact('peers', value instanceof Uint8Array ? value : undefined, COMPACT_IPV4_BYTES);
}

function readPeerDictionary(value: BencodeValue): Endpoint[] {
  if (!(value instanceof BencodeDictionary)) return [];
  const host = value.getText('ip');
  const port = value.getInt('port');
  if (!host || port === undefined || port < 1 || port > 65535) return [];
  return [{ host, port }];
}

function readCompact(
  key: string,
  bytes: Uint8Array | undefined,
  size: typeof COMPACT_IPV4_BYTES | typeof COMPACT_IPV6_BYTES,
): Endpoint[] {
  if (!bytes) return [];
  if (bytes.length % size !== 0) throw new TrackerError('bad-response', `The reply's ${key} are cut short`);
  return parseCompactPeers(bytes.subarray(0, MAX_PEERS * size), size);
}
