import { WireProtocolError } from './wire-protocol-error.js';

/** What a peer says it can do, in the reserved bits of its handshake. */
export interface PeerFeatures {
  /** BEP 10: bit 0x10 of byte 5. */
  readonly extensionProtocol: boolean;
  /** BEP 6: bit 0x04 of byte 7. */
  readonly fast: boolean;
  /** BEP 5: bit 0x01 of byte 7. */
  readonly dht: boolean;
}

export interface Handshake {
  /** 20 bytes. */
  readonly infoHash: Uint8Array;
  /** 20 bytes. */
  readonly peerId: Uint8Array;
  /** 8 bytes; see {@link encodeReserved} and {@link parseReserved}. */
  readonly reserved: Uint8Array;
}

export const HANDSHAKE_BYTES = 68;

const PREAMBLE = new TextEncoder().encode('\x13BitTorrent protocol');
const INFO_HASH_OFFSET = PREAMBLE.length + 8;
const PEER_ID_OFFSET = INFO_HASH_OFFSET + 20;

/** BEP 3: `0x13 | "BitTorrent protocol" | reserved 8 | info-hash 20 | peer id 20`. */
export function encodeHandshake(handshake: Handshake): Uint8Array {
  const bytes = new Uint8Array(HANDSHAKE_BYTES);
  bytes.set(PREAMBLE);
  bytes.set(handshake.reserved, PREAMBLE.length);
  bytes.set(handshake.infoHash, INFO_HASH_OFFSET);
  bytes.set(handshake.peerId, PEER_ID_OFFSET);
  return bytes;
}

/**
 * Reads a handshake (copied out) from the start of `view`; undefined while fewer than 68 bytes are there. Throws
 * {@link WireProtocolError} `bad-protocol` as soon as the first bytes cannot become one.
 */
export function parseHandshake(view: Uint8Array): Handshake | undefined {
  const known = Math.min(view.length, PREAMBLE.length);
  for (let index = 0; index < known; index++) {
    if (view[index] !== PREAMBLE[index]) throw new WireProtocolError('bad-protocol', 'not a BitTorrent handshake');
  }
  if (view.length < HANDSHAKE_BYTES) return undefined;
  return {
    reserved: view.slice(PREAMBLE.length, INFO_HASH_OFFSET),
    infoHash: view.slice(INFO_HASH_OFFSET, PEER_ID_OFFSET),
    peerId: view.slice(PEER_ID_OFFSET, HANDSHAKE_BYTES),
  };
}

/** The 8 reserved bytes that announce `features`. */
export function encodeReserved(features: PeerFeatures): Uint8Array {
  return Uint8Array.of(
    0,
    0,
    0,
    0,
    0,
    features.extensionProtocol ? 0x10 : 0,
    0,
    (features.fast ? 0x04 : 0) | (features.dht ? 0x01 : 0),
  );
}

export function parseReserved(reserved: Uint8Array): PeerFeatures {
  const has = (index: number, mask: number) => ((reserved[index] ?? 0) & mask) !== 0;
  return { extensionProtocol: has(5, 0x10), fast: has(7, 0x04), dht: has(7, 0x01) };
}
