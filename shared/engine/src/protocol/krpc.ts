import type { Endpoint } from '../interfaces/socket.js';
import { concatBytes } from '../utils/bytes.js';
import { encodeCompactPeer } from '../utils/ip-address.js';
import { encode } from './bencode-encoder.js';
import { encodeCompactNodes, type IpFamily, type NodeInfo } from './node-info.js';

/**
 * The messages of the DHT (KRPC, BEP 5), each one bencoded dictionary in one datagram:
 * query `{t, y: "q", q: method, a: {id, ...}}`, reply `{t, y: "r", r: {id, ...}}`, error `{t, y: "e", e: [code, text]}`.
 */

/** Longest datagram that is read; a correct one has at most {@link MAX_KRPC_SENT_BYTES}. */
export const MAX_KRPC_RECEIVED_BYTES = 1500;
/** Longest datagram that may be sent (BEP 32). */
export const MAX_KRPC_SENT_BYTES = 1024;
/** Longest transaction id and token that are taken; they are sent back. */
export const MAX_OPAQUE_BYTES = 64;

/** Error codes of BEP 5. */
export const KRPC_PROTOCOL_ERROR = 203;
export const KRPC_METHOD_UNKNOWN = 204;

/** `JT` and two version bytes, as BEP 5 clients name themselves in `v`. */
const CLIENT_VERSION = Uint8Array.of(0x4a, 0x54, 0, 1);

export type KrpcQueryBody =
  | { readonly method: 'ping' }
  | { readonly method: 'find_node'; readonly target: Uint8Array; readonly want?: readonly IpFamily[] | undefined }
  | {
      readonly method: 'get_peers';
      readonly infoHash: Uint8Array;
      readonly want?: readonly IpFamily[] | undefined;
      /** BEP 33: rather peers that are no seeds. */
      readonly noSeeds?: boolean | undefined;
      /** BEP 33: bloom filters, please. */
      readonly scrape?: boolean | undefined;
    }
  | {
      readonly method: 'announce_peer';
      readonly infoHash: Uint8Array;
      readonly token: Uint8Array;
      /** 0 to 65535; what counts is the datagram's source port when `impliedPort` is set. */
      readonly port: number;
      readonly impliedPort?: boolean | undefined;
      /** BEP 33. */
      readonly isSeed?: boolean | undefined;
    }
  | {
      readonly method: 'sample_infohashes';
      readonly target: Uint8Array;
      readonly want?: readonly IpFamily[] | undefined;
    };

/** What a stranger may ask: a method we do not know, or one we do with arguments that make no sense, besides. */
export type KrpcIncomingBody =
  | KrpcQueryBody
  | { readonly method: 'unknown'; readonly target: Uint8Array | undefined }
  | { readonly method: 'malformed'; readonly reason: string };

export interface KrpcQuery {
  readonly type: 'query';
  readonly transactionId: Uint8Array;
  readonly id: Uint8Array;
  /** BEP 43: the sender answers no queries. */
  readonly isReadOnly: boolean;
  readonly body: KrpcIncomingBody;
}

/** The `r` of a reply. A missing list is one that the sender left out. */
export interface KrpcReplyFields {
  readonly id: Uint8Array;
  readonly nodes?: readonly NodeInfo[] | undefined;
  readonly nodes6?: readonly NodeInfo[] | undefined;
  readonly values?: readonly Endpoint[] | undefined;
  readonly token?: Uint8Array | undefined;
  /** BEP 33 `BFsd`, 256 bytes. */
  readonly seedFilter?: Uint8Array | undefined;
  /** BEP 33 `BFpe`, 256 bytes. */
  readonly peerFilter?: Uint8Array | undefined;
}

export interface KrpcReply extends KrpcReplyFields {
  readonly type: 'reply';
  readonly transactionId: Uint8Array;
  /** BEP 42 `ip`: the address that our datagram came from. */
  readonly externalIp: string | undefined;
}

export interface KrpcErrorMessage {
  readonly type: 'error';
  readonly transactionId: Uint8Array;
  readonly code: number;
  /** Foreign text. */
  readonly text: string;
}

export type KrpcMessage = KrpcQuery | KrpcReply | KrpcErrorMessage;

export type KrpcErrorCode =
  'too-large' | 'not-bencode' | 'bad-transaction' | 'bad-type' | 'bad-id' | 'bad-nodes' | 'bad-values' | 'bad-filter';

/** Why a datagram is no KRPC message. The only error of the parser. */
export class KrpcError extends Error {
  override readonly name = 'KrpcError';
  constructor(
    readonly code: KrpcErrorCode,
    options?: { cause?: unknown },
  ) {
    super(`no DHT message: ${code}`, options);
  }
}

const FAMILY_NAMES = { 4: 'n4', 6: 'n6' } as const;

export function encodeKrpcQuery(query: {
  readonly transactionId: Uint8Array;
  readonly id: Uint8Array;
  readonly isReadOnly: boolean;
  readonly body: KrpcQueryBody;
}): Uint8Array {
  return encode({
    t: query.transactionId,
    y: 'q',
    q: query.body.method,
    a: { id: query.id, ...encodeArguments(query.body) },
    v: CLIENT_VERSION,
    ro: flag(query.isReadOnly),
  });
}

function encodeArguments(body: KrpcQueryBody) {
  switch (body.method) {
    case 'ping':
      return {};
    case 'find_node':
    case 'sample_infohashes':
      return { target: body.target, want: encodeWant(body.want) };
    case 'get_peers':
      return {
        info_hash: body.infoHash,
        want: encodeWant(body.want),
        noseed: flag(body.noSeeds),
        scrape: flag(body.scrape),
      };
    case 'announce_peer':
      return {
        info_hash: body.infoHash,
        token: body.token,
        port: body.port,
        implied_port: flag(body.impliedPort),
        seed: flag(body.isSeed),
      };
  }
}

const encodeWant = (want: readonly IpFamily[] | undefined) => want?.map((family) => FAMILY_NAMES[family]);

const flag = (isSet: boolean | undefined): 1 | undefined => (isSet ? 1 : undefined);

/** `to` is told to its owner (BEP 42). `samples` are info-hashes (BEP 51), of `total`, the same ones for `intervalSeconds`. */
export function encodeKrpcReply(reply: {
  readonly transactionId: Uint8Array;
  readonly to: Endpoint;
  readonly fields: KrpcReplyFields;
  readonly samples?:
    | { readonly infoHashes: readonly Uint8Array[]; readonly total: number; readonly intervalSeconds: number }
    | undefined;
}): Uint8Array {
  const { fields, samples } = reply;
  return encode({
    t: reply.transactionId,
    y: 'r',
    r: {
      id: fields.id,
      nodes: fields.nodes && encodeCompactNodes(fields.nodes),
      nodes6: fields.nodes6 && encodeCompactNodes(fields.nodes6),
      values: fields.values?.flatMap((peer) => encodeCompactPeer(peer) ?? []),
      token: fields.token,
      BFsd: fields.seedFilter,
      BFpe: fields.peerFilter,
      samples: samples && concatBytes(samples.infoHashes),
      num: samples?.total,
      interval: samples?.intervalSeconds,
    },
    v: CLIENT_VERSION,
    ip: encodeCompactPeer(reply.to),
  });
}

export function encodeKrpcError(error: {
  readonly transactionId: Uint8Array;
  readonly code: number;
  readonly text: string;
}): Uint8Array {
  return encode({ t: error.transactionId, y: 'e', e: [error.code, error.text], v: CLIENT_VERSION });
}
