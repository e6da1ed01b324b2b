import type { Endpoint } from '../interfaces/socket.js';
import { fromHex, toHex } from '../utils/bytes.js';
import { MAX_LISTED_ADDRESSES, MAX_MAGNET_CHARS, MAX_SELECTION_RANGES } from './limits.js';
import { endpointOf, isTrackerUrl, isWebSeedUrl } from './listed-addresses.js';

/** File indices `first` to `last`, both included. */
export interface IndexRange {
  readonly first: number;
  readonly last: number;
}

/** A magnet link (BEP 9, 53). */
export interface Magnet {
  /** v1, 20 bytes (`xt=urn:btih:`). */
  readonly infoHash: Uint8Array;
  /** v2, 32 bytes (`xt=urn:btmh:`), of a hybrid. */
  readonly infoHashV2: Uint8Array | undefined;
  /** `dn`: a name to show until the metadata is there. Not sanitised. */
  readonly name: string | undefined;
  /** `xl`: bytes in all, as the link claims. */
  readonly exactLength: number | undefined;
  /** `tr`, each once, at most 100. */
  readonly trackers: readonly string[];
  /** `x.pe`, at most 100; whether they may be dialled is for the address policy. */
  readonly peers: readonly Endpoint[];
  /** `ws`, at most 100. */
  readonly webSeeds: readonly string[];
  /** `so` (BEP 53): the files to fetch, any indices; undefined means all. */
  readonly selectOnly: readonly IndexRange[] | undefined;
}

/** Why a link is refused: `not-magnet`, `too-long`, `no-info-hash` (none, or none that is valid), `v2-unsupported` (only a v2 hash). */
export class MagnetError extends Error {
  override readonly name = 'MagnetError';
  constructor(
    readonly code: 'not-magnet' | 'too-long' | 'no-info-hash' | 'v2-unsupported',
    message: string,
    /** The link's `dn`, as far as it could be read; not sanitised. */
    readonly displayName?: string,
  ) {
    super(message);
  }
}

const SCHEME = 'magnet:?';

/** Reads a magnet link. A part that is malformed is dropped, the rest is kept. Throws {@link MagnetError}. */
export function parseMagnet(link: string): Magnet {
  if (link.length > MAX_MAGNET_CHARS) throw new MagnetError('too-long', `a link of ${link.length} characters`);
  const trimmed = link.trim();
  if (!trimmed.toLowerCase().startsWith(SCHEME)) throw new MagnetError('not-magnet', 'not a magnet link');
  const parts = partsOf(trimmed.slice(SCHEME.length));
  const topics = parts('xt');
  const infoHash = firstOf(topics, infoHashOf);
  const infoHashV2 = firstOf(topics, infoHashV2Of);
  const name = firstOf(parts('dn'), (text) => text || undefined);
  if (!infoHash) {
    if (!infoHashV2) throw new MagnetError('no-info-hash', 'the link has no valid info-hash', name);
    throw new MagnetError('v2-unsupported', 'this link is BitTorrent v2 only, which is not supported yet', name);
  }
  const selectOnly = parts('so').flatMap(rangesOf).slice(0, MAX_SELECTION_RANGES);
  return {
    infoHash,
    infoHashV2,
    name,
    exactLength: firstOf(parts('xl'), indexOf),
    trackers: uniqueOf(parts('tr').filter(isTrackerUrl)),
    peers: peersOf(parts('x.pe')),
    webSeeds: uniqueOf(parts('ws').filter(isWebSeedUrl)),
    selectOnly: selectOnly.length > 0 ? selectOnly : undefined,
  };
}

/** The link that `parseMagnet` reads as `magnet`. */
export function formatMagnet(magnet: Pick<Magnet, 'infoHash'> & Partial<Magnet>): string {
  const parts = [`xt=urn:btih:${toHex(magnet.infoHash)}`];
  if (magnet.infoHashV2) parts.push(`xt=urn:btmh:1220${toHex(magnet.infoHashV2)}`);
  if (magnet.name !== undefined) parts.push(`dn=${escapePart(magnet.name)}`);
  if (magnet.exactLength !== undefined) parts.push(`xl=${magnet.exactLength}`);
  for (const tracker of magnet.trackers ?? []) parts.push(`tr=${escapePart(tracker)}`);
  for (const { host, port } of magnet.peers ?? []) {
    parts.push(`x.pe=${host.includes(':') ? `[${host}]` : host}:${port}`);
  }
  for (const webSeed of magnet.webSeeds ?? []) parts.push(`ws=${escapePart(webSeed)}`);
  const ranges = magnet.selectOnly?.map(({ first, last }) => (first === last ? first : `${first}-${last}`));
  if (ranges) parts.push(`so=${ranges.join(',')}`);
  return `${SCHEME}${parts.join('&')}`;
}

/** Looks values up by key: in order, unescaped, those dropped that cannot be. A key may be numbered (`tr.1`). */
function partsOf(query: string): (key: string) => string[] {
  const values = new Map<string, string[]>();
  for (const part of query.split('&')) {
    const separator = part.indexOf('=');
    if (separator < 0) continue;
    const key = part
      .slice(0, separator)
      .toLowerCase()
      .replace(/\.\d+$/, '');
    const value = unescapePart(part.slice(separator + 1), key);
    if (value === undefined) continue;
    const list = values.get(key);
    if (list) list.push(value);
    else values.set(key, [value]);
  }
  return (key) => values.get(key) ?? [];
}

/** A `+` is a space in names only: in the URLs of trackers it is itself. */
function unescapePart(value: string, key: string): string | undefined {
  try {
    return decodeURIComponent(key === 'dn' ? value.replaceAll('+', ' ') : value).trim();
  } catch {
    return undefined;
  }
}

/** Unlike `encodeURIComponent` alone, takes half a surrogate pair too (as U+FFFD). */
function escapePart(text: string): string {
  try {
    return encodeURIComponent(text);
  } catch {
    return encodeURIComponent(new TextDecoder('utf-8', { ignoreBOM: true }).decode(new TextEncoder().encode(text)));
  }
}

function infoHashOf(topic: string): Uint8Array | undefined {
  const hash = /^urn:btih:(.*)$/i.exec(topic)?.[1] ?? '';
  if (hash.length === 40) return fromHex(hash);
  return hash.length === 32 ? fromBase32(hash.toUpperCase()) : undefined;
}

/** A multihash (BEP 52) of SHA-256: 0x12, length 0x20, digest. */
function infoHashV2Of(topic: string): Uint8Array | undefined {
  const hash = /^urn:btmh:1220([\da-f]{64})$/i.exec(topic)?.[1];
  return hash === undefined ? undefined : fromHex(hash);
}

/** RFC 4648 base32 of whole groups of 8 upper-case characters. */
function fromBase32(text: string): Uint8Array | undefined {
  const bytes = new Uint8Array((text.length * 5) / 8);
  let bits = 0;
  let buffered = 0;
  let offset = 0;
  for (const character of text) {
    const value = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(character);
    if (value < 0) return undefined;
    buffered = ((buffered << 5) | value) & 0xfff;
    bits += 5;
    if (bits < 8) continue;
    bits -= 8;
    bytes[offset++] = buffered >>> bits;
  }
  return bytes;
}

function peersOf(values: readonly string[]): Endpoint[] {
  const peers = new Map<string, Endpoint>();
  for (const value of values) {
    const match = /^(?:\[([^\]]*)\]|([^:]*)):(\d{1,5})$/.exec(value);
    const peer = match ? endpointOf(match[1] ?? match[2] ?? '', Number(match[3])) : undefined;
    if (peer && peers.size < MAX_LISTED_ADDRESSES) peers.set(value, peer);
  }
  return [...peers.values()];
}

function rangesOf(value: string): IndexRange[] {
  const ranges: IndexRange[] = [];
  for (const text of value.split(',', MAX_SELECTION_RANGES)) {
    const match = /^(\d+)(?:-(\d+))?$/.exec(text);
    const first = indexOf(match?.[1] ?? '');
    const last = indexOf(match?.[2] ?? match?.[1] ?? '');
    if (first !== undefined && last !== undefined && first <= last) ranges.push({ first, last });
  }
  return ranges;
}

/** A decimal that is a safe integer. */
function indexOf(text: string): number | undefined {
  const value = /^\d{1,16}$/.test(text) ? Number(text) : undefined;
  return value !== undefined && Number.isSafeInteger(value) ? value : undefined;
}

function uniqueOf(urls: readonly string[]): string[] {
  return [...new Set(urls)].slice(0, MAX_LISTED_ADDRESSES);
}

function firstOf<T>(texts: readonly string[], read: (text: string) => T | undefined): T | undefined {
  for (const text of texts) {
    const value = read(text);
    if (value !== undefined) return value;
  }
  return undefined;
}
