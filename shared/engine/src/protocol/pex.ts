import type { Endpoint } from '../interfaces/socket.js';
import { concatBytes } from '../utils/bytes.js';
import { COMPACT_IPV4_BYTES, COMPACT_IPV6_BYTES, encodeCompactPeer, parseCompactPeer } from '../utils/ip-address.js';
import { encode } from './bencode-encoder.js';
import { BencodeError } from './bencode-error.js';
import { decodeDictionary } from './bencode.js';
import { MAX_PEX_PEERS_READ } from './limits.js';

/** The name of the extension in the `m` of the extended handshake. */
export const PEX_EXTENSION = 'ut_pex';

/** BEP 11: what `added.f` says of a peer, one bit each. */
export const PexFlag = {
  prefersEncryption: 0x01,
  /** It has everything, or uploads only. */
  isSeed: 0x02,
  supportsUtp: 0x04,
  supportsHolepunch: 0x08,
  /** The sender dialled it, so it can be reached. */
  isReachable: 0x10,
} as const;

export interface PexPeer {
  /** An IP literal. */
  readonly endpoint: Endpoint;
  /** Bits of {@link PexFlag}; 0 when nothing is known. */
  readonly flags: number;
}

/**
 * BEP 11: the payload of a `ut_pex` message, a dictionary of byte strings: `added`, `dropped` (6 bytes a peer), `added6`, `dropped6` (18
 * bytes), `added.f`, `added6.f` (a byte of flags for each peer added).
 */
export interface PexMessage {
  readonly added: readonly PexPeer[];
  readonly dropped: readonly Endpoint[];
}

/** The payload is no bencoded dictionary. */
export class PexError extends Error {
  override readonly name = 'PexError';
  readonly code = 'malformed';
}

/** The payload of an EXTENDED message. Hosts that are no IP literals are left out. */
export function encodePexMessage(message: PexMessage): Uint8Array {
  const ipv4 = sorted(message, COMPACT_IPV4_BYTES);
  const ipv6 = sorted(message, COMPACT_IPV6_BYTES);
  return encode({
    added: ipv4.added,
    'added.f': ipv4.flags,
    dropped: ipv4.dropped,
    added6: ipv6.added,
    'added6.f': ipv6.flags,
    dropped6: ipv6.dropped,
  });
}

/**
 * Reads the payload of an EXTENDED message. Of each list at most 200 peers are read; entries with port 0 and a rest shorter than one
 * peer are left out, flags that do not fit their list count as 0, fields of a wrong kind as empty. Throws {@link PexError}.
 */
export function parsePexMessage(payload: Uint8Array): PexMessage {
  const fields = decode(payload);
  const list = (name: string, size: number): (Endpoint | undefined)[] => {
    const bytes = fields.getBytes(name) ?? new Uint8Array(0);
    const count = Math.min(MAX_PEX_PEERS_READ, Math.floor(bytes.length / size));
    return Array.from({ length: count }, (_, index) =>
      parseCompactPeer(bytes.subarray(index * size, (index + 1) * size)),
    );
  };
  const added = (name: string, size: number): PexPeer[] => {
    const flags = fields.getBytes(`${name}.f`);
    const isFitting = flags?.length === Math.floor((fields.getBytes(name)?.length ?? 0) / size);
    return list(name, size).flatMap((endpoint, index) =>
      endpoint ? [{ endpoint, flags: isFitting ? (flags[index] ?? 0) : 0 }] : [],
    );
  };
  return {
    added: [...added('added', COMPACT_IPV4_BYTES), ...added('added6', COMPACT_IPV6_BYTES)],
    dropped: [...list('dropped', COMPACT_IPV4_BYTES), ...list('dropped6', COMPACT_IPV6_BYTES)].filter(
      (endpoint) => endpoint !== undefined,
    ),
  };
}

function decode(payload: Uint8Array) {
  try {
    return decodeDictionary(payload);
  } catch (error) {
    if (error instanceof BencodeError) throw new PexError(error.message, { cause: error });
    throw error;
  }
}

/** The peers of one address family, which is to say of one length. */
function sorted(message: PexMessage, size: number) {
  const added = message.added.flatMap(({ endpoint, flags }) => {
    const bytes = encodeCompactPeer(endpoint);
    return bytes?.length === size ? [{ bytes, flags }] : [];
  });
  const dropped = message.dropped.map(encodeCompactPeer).filter((bytes) => bytes?.length === size);
  return {
    added: concatBytes(added.map(({ bytes }) => bytes)),
    flags: Uint8Array.from(added, ({ flags }) => flags),
    dropped: concatBytes(dropped.filter((bytes) => bytes !== undefined)),
  };
}
