import { type ScrapeResult, TrackerError } from '../interfaces/tracker.js';
import { percentEncode } from './announce-url.js';
import { decodeReply } from './announce-reply.js';
import { count } from './reply-bounds.js';

/**
 * The GET request of a scrape (BEP 48): what follows the last slash of the announce URL must start with `announce`, which becomes
 * `scrape`. Undefined where it does not: such a tracker has none.
 */
export function buildScrapeUrl(trackerUrl: string, infoHash: Uint8Array): string | undefined {
  const base = trackerUrl.split('#', 1)[0] as string;
  const start = base.lastIndexOf('/') + 1;
  if (/^[^/]*\/\/$/.test(base.slice(0, start)) || !base.startsWith('announce', start)) return undefined;
  const url = `${base.slice(0, start)}scrape${base.slice(start + 'announce'.length)}`;
  const separator = !url.includes('?') ? '?' : /[?&]$/.test(url) ? '' : '&';
  return `${url}${separator}info_hash=${percentEncode(infoHash)}`;
}

/** Reads the body of a scrape reply (BEP 48) for one torrent. Throws {@link TrackerError}. */
export function parseScrapeReply(body: Uint8Array, infoHash: Uint8Array): ScrapeResult {
  const counts = decodeReply(body)
    .getDict('files')
    ?.getDict(String.fromCharCode(...infoHash));
  if (!counts) throw new TrackerError('bad-response', 'The tracker does not know this torrent');
  return {
    seeds: count(counts.getInt('complete')),
    leechers: count(counts.getInt('incomplete')),
    downloads: count(counts.getInt('downloaded')),
  };
}
