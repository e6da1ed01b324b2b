import type { Endpoint } from '../interfaces/socket.js';
import { TrackerError } from '../interfaces/tracker.js';
import { BencodeError } from '../protocol/bencode-error.js';
import { BencodeDictionary, type BencodeValue, isList } from '../protocol/bencode-value.js';
import { decodeDictionary } from '../protocol/bencode.js';
import { COMPACT_IPV4_BYTES, COMPACT_IPV6_BYTES, parseCompactPeers } from '../utils/ip-address.js';

const MIN_INTERVAL_SECONDS = 300;
const MAX_INTERVAL_SECONDS = 24 * 60 * 60;
/** Where a tracker does not say. */
const DEFAULT_INTERVAL_SECONDS = 30 * 60;
/** Peers taken from one reply; we ask for 200. */
const MAX_PEERS = 1000;
/** Tokens in a reply of whole dictionaries for so many peers, several times over. */
const MAX_REPLY_TOKENS = 50_000;
/** UTF-16 units kept of a text that will be shown. */
const MAX_TEXT_LENGTH = 500;
const MAX_TRACKER_ID_BYTES = 256;

/** A tracker's answer to an announce, made safe. */
export interface AnnounceReply {
  /** 300 s to a day. */
  readonly intervalSeconds: number;
  readonly seeds: number | undefined;
  readonly leechers: number | undefined;
  readonly warning: string | undefined;
  /** At most 256 bytes, to be sent back; a copy. */
  readonly trackerId: Uint8Array | undefined;
  /** At most 1000, ports 1 to 65535; hosts are what the tracker wrote. */
  readonly peers: readonly Endpoint[];
}

/**
 * Reads the body of an announce reply (BEP 3, 7, 23). Throws {@link TrackerError}: `failure-reason` with the tracker's text, or
 * `bad-response`.
 */
export function parseAnnounceReply(body: Uint8Array): AnnounceReply {
  const reply = decodeReply(body);
  const failure = reply.getText('failure reason');
  if (failure !== undefined) throw new TrackerError('failure-reason', shorten(failure));
  const warning = reply.getText('warning message');
  const trackerId = reply.getBytes('tracker id');
  const peers = [
    ...readPeers(reply.get('peers')),
    ...readCompact('peers6', reply.getBytes('peers6'), COMPACT_IPV6_BYTES),
  ];
  return {
    intervalSeconds: readInterval(reply),
    seeds: readCount(reply, 'complete'),
    leechers: readCount(reply, 'incomplete'),
    warning: warning === undefined ? undefined : shorten(warning),
    trackerId: trackerId && trackerId.length <= MAX_TRACKER_ID_BYTES ? trackerId.slice() : undefined,
    peers: peers.slice(0, MAX_PEERS),
  };
}

function decodeReply(body: Uint8Array): BencodeDictionary {
  try {
    return decodeDictionary(body, { maxTokens: MAX_REPLY_TOKENS });
  } catch (error) {
    if (!(error instanceof BencodeError)) throw error;
    throw new TrackerError('bad-response', 'The reply is not that of a tracker', { cause: error });
  }
}

/** The longer of the two intervals a tracker may name, in bounds. */
function readInterval(reply: BencodeDictionary): number {
  const interval = reply.getInt('interval') ?? DEFAULT_INTERVAL_SECONDS;
  const wanted = Math.max(interval, reply.getInt('min interval') ?? 0);
  return Math.min(MAX_INTERVAL_SECONDS, Math.max(MIN_INTERVAL_SECONDS, wanted));
}

function readCount(reply: BencodeDictionary, key: string): number | undefined {
  const count = reply.getInt(key);
  return count !== undefined && count >= 0 ? count : undefined;
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

function shorten(text: string): string {
  return text.slice(0, MAX_TEXT_LENGTH);
}
