import { readUint32, writeUint32 } from '../utils/bytes.js';
import { COMPACT_IPV4_BYTES, COMPACT_IPV6_BYTES, parseCompactPeers } from '../utils/ip-address.js';
import type { Endpoint } from '../interfaces/socket.js';

/**
 * The datagrams of UDP trackers (BEP 15). Integers are big-endian; a reply starts with the action and the transaction id of its request:
 *
 *     connect   >  0x41727101980 (8) | action 0 (4) | transaction (4)
 *               <  action 0 (4) | transaction (4) | connection id (8)
 *     announce  >  connection id (8) | action 1 (4) | transaction (4) | info-hash (20) | peer id (20) | downloaded (8) | left (8)
 *                  | uploaded (8) | event (4) | IP address, 0 (4) | key (4) | peers wanted (4) | port (2) | options (BEP 41)
 *               <  action 1 (4) | transaction (4) | interval (4) | leechers (4) | seeds (4) | compact peers
 *     scrape    >  connection id (8) | action 2 (4) | transaction (4) | info-hash (20)
 *               <  action 2 (4) | transaction (4) | seeds (4) | downloads (4) | leechers (4)
 *     error     <  action 3 (4) | transaction (4) | text
 */

/** What a reply, or the request it answers, is about. */
export type UdpTrackerAction = 'connect' | 'announce' | 'scrape';

export type UdpTrackerReply =
  | {
      readonly action: 'connect';
      /** 8 bytes, a copy. */
      readonly connectionId: Uint8Array;
    }
  | {
      readonly action: 'announce';
      /** Signed 32 bits, as the tracker sent them; so are the counts. */
      readonly intervalSeconds: number;
      readonly leechers: number;
      readonly seeds: number;
      /** Ports 1 to 65535. */
      readonly peers: readonly Endpoint[];
    }
  | { readonly action: 'scrape'; readonly seeds: number; readonly downloads: number; readonly leechers: number }
  | { readonly action: 'error'; readonly message: string };

/** Why a datagram is no tracker reply. */
export class UdpTrackerProtocolError extends Error {
  override readonly name = 'UdpTrackerProtocolError';
  constructor(
    readonly code: 'too-short' | 'unknown-action',
    message: string,
  ) {
    super(message);
  }
}

/** The connection that a request belongs to, and the 32 bits by which its reply is known. */
export interface UdpTrackerHeader {
  /** 8 bytes, from a connect reply. */
  readonly connectionId: Uint8Array;
  readonly transactionId: number;
}

/** For a request that somebody else will send, who fills in both ids. */
export const NO_HEADER_YET: UdpTrackerHeader = { connectionId: new Uint8Array(8), transactionId: 0 };

export interface UdpAnnounce {
  /** 20 bytes. */
  readonly infoHash: Uint8Array;
  /** 20 bytes. */
  readonly peerId: Uint8Array;
  readonly downloaded: number;
  readonly left: number;
  readonly uploaded: number;
  readonly event: 'started' | 'stopped' | 'completed' | 'update';
  /** 32 bits. */
  readonly key: number;
  readonly peersWanted: number;
  readonly port: number;
  /** Path and query of the tracker's URL, for a tracker that tells its users apart by them (BEP 41); may be empty. */
  readonly urlData: string;
}

const PROTOCOL_ID = Uint8Array.of(0, 0, 0x04, 0x17, 0x27, 0x10, 0x19, 0x80);
const ACTIONS = { connect: 0, announce: 1, scrape: 2, error: 3 } as const;
const EVENTS = { update: 0, completed: 1, started: 2, stopped: 3 } as const;
const HEADER_BYTES = 16;
const REPLY_HEADER_BYTES = 8;
const HASH_BYTES = 20;
const ANNOUNCE_BYTES = 98;
/** BEP 41: the option that carries a part of path and query, `0x2 | length (1) | bytes`. */
const URL_DATA_OPTION = 2;
const MAX_OPTION_BYTES = 255;
const REPLY_BYTES = { connect: 16, announce: 20, scrape: 20, error: REPLY_HEADER_BYTES } as const;

const utf8Encoder = new TextEncoder();
const utf8Decoder = new TextDecoder();

export function encodeUdpConnect(transactionId: number): Uint8Array {
  return withHeader(HEADER_BYTES, 'connect', { connectionId: PROTOCOL_ID, transactionId });
}

export function encodeUdpAnnounce(header: UdpTrackerHeader, announce: UdpAnnounce): Uint8Array {
  const options = encodeUrlData(announce.urlData);
  const bytes = withHeader(ANNOUNCE_BYTES + options.length, 'announce', header);
  bytes.set(announce.infoHash, HEADER_BYTES);
  bytes.set(announce.peerId, HEADER_BYTES + HASH_BYTES);
  let offset = writeUint64(bytes, HEADER_BYTES + 2 * HASH_BYTES, announce.downloaded);
  offset = writeUint64(bytes, offset, announce.left);
  offset = writeUint64(bytes, offset, announce.uploaded);
  offset = writeUint32(bytes, offset, EVENTS[announce.event]);
  offset = writeUint32(bytes, offset, 0);
  offset = writeUint32(bytes, offset, announce.key);
  offset = writeUint32(bytes, offset, announce.peersWanted);
  bytes[offset] = announce.port >> 8;
  bytes[offset + 1] = announce.port;
  bytes.set(options, ANNOUNCE_BYTES);
  return bytes;
}

export function encodeUdpScrape(header: UdpTrackerHeader, infoHash: Uint8Array): Uint8Array {
  const bytes = withHeader(HEADER_BYTES + HASH_BYTES, 'scrape', header);
  bytes.set(infoHash, HEADER_BYTES);
  return bytes;
}

/** The transaction id of a reply; undefined when the datagram is too short to be one. */
export function readUdpTransactionId(datagram: Uint8Array): number | undefined {
  return datagram.length < REPLY_HEADER_BYTES ? undefined : readUint32(datagram, 4);
}

/** Reads a reply. Peers take 18 bytes each in one that came over IPv6. Throws {@link UdpTrackerProtocolError}. */
export function parseUdpReply(datagram: Uint8Array, options: { readonly isIpv6: boolean }): UdpTrackerReply {
  const action = actionOf(datagram);
  if (datagram.length < REPLY_BYTES[action]) {
    throw new UdpTrackerProtocolError('too-short', `${datagram.length} bytes for a reply to ${action}`);
  }
  const int32 = (offset: number) => readUint32(datagram, offset) | 0;
  switch (action) {
    case 'connect':
      return { action, connectionId: datagram.slice(8, 16) };
    case 'announce': {
      const peers = parseCompactPeers(datagram.subarray(20), options.isIpv6 ? COMPACT_IPV6_BYTES : COMPACT_IPV4_BYTES);
      return { action, intervalSeconds: int32(8), leechers: int32(12), seeds: int32(16), peers };
    }
    case 'scrape':
      return { action, seeds: int32(8), downloads: int32(12), leechers: int32(16) };
    case 'error':
      return { action, message: utf8Decoder.decode(datagram.subarray(REPLY_HEADER_BYTES)) };
  }
}

function actionOf(datagram: Uint8Array): keyof typeof ACTIONS {
  if (datagram.length < REPLY_HEADER_BYTES) {
    throw new UdpTrackerProtocolError('too-short', `${datagram.length} bytes are no reply`);
  }
  switch (readUint32(datagram, 0)) {
    case ACTIONS.connect:
      return 'connect';
    case ACTIONS.announce:
      return 'announce';
    case ACTIONS.scrape:
      return 'scrape';
    case ACTIONS.error:
      return 'error';
    default:
      throw new UdpTrackerProtocolError('unknown-action', `a reply of action ${readUint32(datagram, 0)}`);
  }
}

function withHeader(length: number, action: UdpTrackerAction, header: UdpTrackerHeader): Uint8Array {
  const bytes = new Uint8Array(length);
  bytes.set(header.connectionId);
  writeUint32(bytes, 8, ACTIONS[action]);
  writeUint32(bytes, 12, header.transactionId);
  return bytes;
}

function encodeUrlData(text: string): Uint8Array {
  const data = utf8Encoder.encode(text);
  const count = Math.ceil(data.length / MAX_OPTION_BYTES);
  const options = new Uint8Array(data.length + 2 * count);
  for (let index = 0; index < count; index++) {
    const part = data.subarray(index * MAX_OPTION_BYTES, (index + 1) * MAX_OPTION_BYTES);
    const offset = index * (MAX_OPTION_BYTES + 2);
    options[offset] = URL_DATA_OPTION;
    options[offset + 1] = part.length;
    options.set(part, offset + 2);
  }
  return options;
}

/** Writes a non-negative safe integer and returns the offset after it. */
function writeUint64(bytes: Uint8Array, offset: number, value: number): number {
  return writeUint32(bytes, writeUint32(bytes, offset, Math.floor(value / 2 ** 32)), value % 2 ** 32);
}
