import { type ScrapeResult, TrackerError } from '../interfaces/tracker.js';
import type { BencodeDictionary } from '../protocol/bencode-value.js';
import { percentEncode } from './announce-url.js';
import { decodeReply } from './announce-reply.js';
import { count } from './reply-bounds.js';

const HASH_BYTES = 20;

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
  const files = decodeReply(body).getDict('files');
  const counts = files?.getDict(String.fromCharCode(...infoHash)) ?? (files && onlyMangled(files));
  if (!counts) throw new TrackerError('bad-response', 'The tracker does not know this torrent');
  return {
    seeds: count(counts.getInt('complete')),
    leechers: count(counts.getInt('incomplete')),
    downloads: count(counts.getInt('downloaded')),
  };
}

/** WebTorrent's tracker writes info-hashes as UTF-8 text, so they are longer; we asked for one torrent alone. */
function onlyMangled(files: BencodeDictionary): BencodeDictionary | undefined {
  const [key] = files.keys;
  return files.keys.length === 1 && key !== undefined && key.length > HASH_BYTES ? files.getDict(key) : undefined;
}
