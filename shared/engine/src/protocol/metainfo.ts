import type { Endpoint } from '../interfaces/socket.js';
import { BencodeError } from './bencode-error.js';
import { decode, decodePrefix } from './bencode.js';
import { BencodeDictionary, isList, textOf, type BencodeValue } from './bencode-value.js';
import { MAX_BENCODE_TOKENS, MAX_LISTED_ADDRESSES, MAX_METADATA_BYTES } from './limits.js';
import { endpointOf, isTrackerUrl, isWebSeedUrl } from './listed-addresses.js';
import { MetainfoError } from './metainfo-error.js';
import { torrentInfoOf, type TorrentInfo } from './torrent-info.js';

/** What is read at most; settings, since real torrents of 300,000 files exist. */
export interface MetainfoLimits {
  /** Size of the file or the metadata. */
  readonly maxBytes?: number | undefined;
  /** Bencoded values and keys in it. */
  readonly maxTokens?: number | undefined;
}

/** A .torrent file (BEP 3). */
export interface Metainfo {
  /** The bytes whose SHA-1 is the info-hash: the info dictionary as it stands in the file, a view into it. */
  readonly infoHashSource: Uint8Array;
  readonly info: TorrentInfo;
  /** `announce-list` (BEP 12) or `announce`: tiers in order, unshuffled, none empty, no tracker twice, at most 100 in all. */
  readonly announceTiers: readonly (readonly string[])[];
  readonly comment: string | undefined;
  readonly createdBy: string | undefined;
  /** Seconds since 1970, as the file claims. */
  readonly creationDate: number | undefined;
  /** `url-list` (BEP 19), at most 100. */
  readonly webSeeds: readonly string[];
  /** `nodes` (BEP 5): DHT nodes to start from, at most 100. */
  readonly nodes: readonly Endpoint[];
}

/**
 * Reads a .torrent file. Only what is needed to download must be right; other fields of a wrong kind are as if left out, and bytes
 * after the document are ignored. Throws {@link MetainfoError}.
 */
export function parseMetainfo(bytes: Uint8Array, limits?: MetainfoLimits): Metainfo {
  const root = decodeWithin(bytes, limits, (checked, options) => decodePrefix(checked, options).value);
  const info = root instanceof BencodeDictionary ? root.getDict('info') : undefined;
  if (!(root instanceof BencodeDictionary) || !info) throw new MetainfoError('no-info', 'no info dictionary');
  return {
    infoHashSource: info.raw,
    info: torrentInfoOf(info),
    announceTiers: announceTiersOf(root),
    comment: root.getText('comment.utf-8') ?? root.getText('comment'),
    createdBy: root.getText('created by'),
    creationDate: root.getInt('creation date'),
    webSeeds: textsOf(root.get('url-list')).filter(isWebSeedUrl).slice(0, MAX_LISTED_ADDRESSES),
    nodes: nodesOf(root.getList('nodes')),
  };
}

/** Reads an info dictionary that a swarm sent (BEP 9) and whose hash has been checked. Throws {@link MetainfoError}. */
export function parseInfo(rawInfo: Uint8Array, limits?: MetainfoLimits): TorrentInfo {
  const info = decodeWithin(rawInfo, limits, decode);
  if (!(info instanceof BencodeDictionary)) throw new MetainfoError('no-info', 'the metadata is no dictionary');
  return torrentInfoOf(info);
}

function decodeWithin(
  bytes: Uint8Array,
  limits: MetainfoLimits | undefined,
  read: (bytes: Uint8Array, limits: { maxTokens: number }) => BencodeValue,
): BencodeValue {
  const maxBytes = limits?.maxBytes ?? MAX_METADATA_BYTES;
  if (bytes.length > maxBytes) throw new MetainfoError('over-limit', `${bytes.length} bytes, over ${maxBytes}`);
  try {
    return read(bytes, { maxTokens: limits?.maxTokens ?? MAX_BENCODE_TOKENS });
  } catch (error) {
    if (!(error instanceof BencodeError)) throw error;
    const code = error.code === 'too-many-tokens' ? 'over-limit' : 'not-bencode';
    throw new MetainfoError(code, error.message, { cause: error });
  }
}

function announceTiersOf(root: BencodeDictionary): string[][] {
  const known = new Set<string>();
  const takeNew = (urls: readonly string[]) =>
    urls.filter((url) => {
      if (!isTrackerUrl(url) || known.has(url) || known.size >= MAX_LISTED_ADDRESSES) return false;
      known.add(url);
      return true;
    });
  const listed = (root.getList('announce-list') ?? []).map((tier) => takeNew(textsOf(tier)));
  const tiers = listed.filter((tier) => tier.length > 0);
  if (tiers.length > 0) return tiers;
  const single = takeNew(textsOf(root.get('announce')));
  return single.length > 0 ? [single] : [];
}

/** The texts in a list, or the one text that stands where a list may be. */
function textsOf(value: BencodeValue | undefined): string[] {
  const texts = isList(value) ? value.map(textOf) : [textOf(value)];
  return texts.filter((text) => text !== undefined).map((text) => text.trim());
}

function nodesOf(list: readonly BencodeValue[] | undefined): Endpoint[] {
  const nodes: Endpoint[] = [];
  for (const pair of list ?? []) {
    if (!isList(pair) || nodes.length >= MAX_LISTED_ADDRESSES) continue;
    const [host, port] = pair;
    const node = typeof port === 'number' ? endpointOf(textOf(host) ?? '', port) : undefined;
    if (node) nodes.push(node);
  }
  return nodes;
}
