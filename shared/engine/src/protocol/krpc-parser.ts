import type { Endpoint } from '../interfaces/socket.js';
import { COMPACT_IPV4_BYTES, COMPACT_IPV6_BYTES, formatIp, parseCompactPeers } from '../utils/ip-address.js';
import { BencodeError } from './bencode-error.js';
import { isList, textOf, type BencodeDictionary, type BencodeValue } from './bencode-value.js';
import { decodeDictionary } from './bencode.js';
import {
  KrpcError,
  MAX_KRPC_RECEIVED_BYTES,
  MAX_OPAQUE_BYTES,
  type KrpcErrorCode,
  type KrpcErrorMessage,
  type KrpcIncomingBody,
  type KrpcMessage,
  type KrpcQuery,
  type KrpcReply,
} from './krpc.js';
import { NODE_ID_BYTES, parseCompactNodes, type IpFamily, type NodeInfo } from './node-info.js';

/** More than fit into the longest datagram. */
const MAX_TOKENS = 1000;
/** Bytes of a bloom filter (BEP 33). */
const FILTER_BYTES = 256;
/** UTF-16 units kept of an error's text. */
const MAX_TEXT_LENGTH = 200;
/** An error that does not say which, as BEP 5's generic one. */
const GENERIC_ERROR = 201;
const DICTIONARY_START = 0x64;
const DICTIONARY_END = 0x65;

/** Whether a datagram can be KRPC; on a shared port everything else is for somebody else. */
export function isKrpc(datagram: Uint8Array): boolean {
  return datagram[0] === DICTIONARY_START && datagram.at(-1) === DICTIONARY_END;
}

/**
 * Reads one datagram. Everything in the message but its transaction id is a copy, so it outlives the datagram's buffer. A query with
 * wrong arguments is a message all the same, for it deserves an answer. Throws {@link KrpcError}.
 */
export function parseKrpc(datagram: Uint8Array): KrpcMessage {
  if (datagram.length > MAX_KRPC_RECEIVED_BYTES) throw new KrpcError('too-large');
  const message = decodeMessage(datagram);
  const transactionId = message.getBytes('t');
  if (!transactionId || transactionId.length === 0 || transactionId.length > MAX_OPAQUE_BYTES) {
    throw new KrpcError('bad-transaction');
  }
  switch (message.getText('y')) {
    case 'q':
      return parseQuery(message, transactionId);
    case 'r':
      return parseReply(message, transactionId);
    case 'e':
      return parseError(message, transactionId);
    default:
      throw new KrpcError('bad-type');
  }
}

function decodeMessage(datagram: Uint8Array): BencodeDictionary {
  try {
    return decodeDictionary(datagram, { maxTokens: MAX_TOKENS });
  } catch (error) {
    if (!(error instanceof BencodeError)) throw error;
    throw new KrpcError('not-bencode', { cause: error });
  }
}

function parseQuery(message: BencodeDictionary, transactionId: Uint8Array): KrpcQuery {
  const fields = message.getDict('a');
  const id = fields && idOf(fields, 'id');
  if (!id) throw new KrpcError('bad-id');
  const isReadOnly = message.getInt('ro') === 1;
  return { type: 'query', transactionId, id, isReadOnly, body: parseBody(message.getText('q'), fields) };
}

function parseBody(method: string | undefined, fields: BencodeDictionary): KrpcIncomingBody {
  const target = idOf(fields, 'target');
  const infoHash = idOf(fields, 'info_hash');
  switch (method) {
    case 'ping':
      return { method };
    case 'find_node':
    case 'sample_infohashes':
      return target ? { method, target, want: wantOf(fields) } : { method: 'malformed', reason: 'bad target' };
    case 'get_peers':
      if (!infoHash) return { method: 'malformed', reason: 'bad info_hash' };
      return {
        method,
        infoHash,
        want: wantOf(fields),
        noSeeds: fields.getInt('noseed') === 1,
        scrape: fields.getInt('scrape') === 1,
      };
    case 'announce_peer':
      return parseAnnounce(fields, infoHash);
    default:
      return { method: 'unknown', target: target ?? infoHash };
  }
}

function parseAnnounce(fields: BencodeDictionary, infoHash: Uint8Array | undefined): KrpcIncomingBody {
  const token = fields.getBytes('token');
  const impliedPort = fields.getInt('implied_port') === 1;
  const port = fields.getInt('port') ?? (impliedPort ? 0 : -1);
  if (!infoHash) return { method: 'malformed', reason: 'bad info_hash' };
  if (!token || token.length > MAX_OPAQUE_BYTES) return { method: 'malformed', reason: 'bad token' };
  if (port < 0 || port > 65535 || (port === 0 && !impliedPort)) return { method: 'malformed', reason: 'bad port' };
  const isSeed = fields.getInt('seed') === 1;
  return { method: 'announce_peer', infoHash, token: token.slice(), port, impliedPort, isSeed };
}

function parseReply(message: BencodeDictionary, transactionId: Uint8Array): KrpcReply {
  const fields = message.getDict('r');
  const id = fields && idOf(fields, 'id');
  if (!id) throw new KrpcError('bad-id');
  const token = fields.getBytes('token');
  return {
    type: 'reply',
    transactionId,
    id,
    nodes: nodesOf(fields, 'nodes', 4),
    nodes6: nodesOf(fields, 'nodes6', 6),
    values: valuesOf(fields.getList('values')),
    token: token && token.length <= MAX_OPAQUE_BYTES ? token.slice() : undefined,
    seedFilter: filterOf(fields.getBytes('BFsd')),
    peerFilter: filterOf(fields.getBytes('BFpe')),
    externalIp: externalIpOf(message.getBytes('ip')),
  };
}

function parseError(message: BencodeDictionary, transactionId: Uint8Array): KrpcErrorMessage {
  const [code, text] = message.getList('e') ?? [];
  return {
    type: 'error',
    transactionId,
    code: typeof code === 'number' ? code : GENERIC_ERROR,
    text: textOf(text)?.slice(0, MAX_TEXT_LENGTH) ?? '',
  };
}

function idOf(fields: BencodeDictionary, key: string): Uint8Array | undefined {
  const id = fields.getBytes(key);
  return id?.length === NODE_ID_BYTES ? id.slice() : undefined;
}

function nodesOf(fields: BencodeDictionary, key: string, family: IpFamily): NodeInfo[] | undefined {
  const bytes = fields.getBytes(key);
  return bytes && checked(parseCompactNodes(bytes, family), 'bad-nodes');
}

/** Peers of either family may stand side by side (BEP 32). */
function valuesOf(list: readonly BencodeValue[] | undefined): Endpoint[] | undefined {
  return list?.flatMap((value) => {
    const size = value instanceof Uint8Array ? value.length : 0;
    if (size !== COMPACT_IPV4_BYTES && size !== COMPACT_IPV6_BYTES) throw new KrpcError('bad-values');
    return parseCompactPeers(value as Uint8Array, size);
  });
}

function filterOf(bytes: Uint8Array | undefined): Uint8Array | undefined {
  return bytes && checked(bytes.length === FILTER_BYTES ? bytes.slice() : undefined, 'bad-filter');
}

/** BEP 42 wants address and port; some send the address alone. */
function externalIpOf(bytes: Uint8Array | undefined): string | undefined {
  if (bytes?.length === 4 || bytes?.length === COMPACT_IPV4_BYTES) return formatIp(bytes.subarray(0, 4));
  if (bytes?.length === 16 || bytes?.length === COMPACT_IPV6_BYTES) return formatIp(bytes.subarray(0, 16));
  return undefined;
}

function wantOf(fields: BencodeDictionary): IpFamily[] | undefined {
  const want = fields.get('want');
  if (!isList(want)) return undefined;
  const names = new Set(want.map(textOf));
  return ([4, 6] as const).filter((family) => names.has(`n${family}`));
}

function checked<T>(value: T | undefined, code: KrpcErrorCode): T {
  if (value === undefined) throw new KrpcError(code);
  return value;
}
