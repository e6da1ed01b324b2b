import type { Endpoint } from '../interfaces/socket.js';
import { compareBytes, concatBytes } from '../utils/bytes.js';
import { crc32c } from '../utils/crc32c.js';
import { parseIp } from '../utils/ip-address.js';

/** Bytes of an address that are hashed in full where two peers are strangers: the /16 of IPv4, the /48 of IPv6. */
const WHOLE_BYTES_IPV4 = 2;
const WHOLE_BYTES_IPV6 = 6;
/** Of the others every second bit counts. */
const PARTIAL_MASK = 0x55;

/**
 * Canonical peer priority (BEP 40): the same number on both sides of a pair, so that all choose the same connections where there are too
 * many; the greater, the better. 0 when the two are not of one address family, or no IP literals.
 */
export function peerRank(own: Endpoint, peer: Endpoint): number {
  const a = parseIp(own.host);
  const b = parseIp(peer.host);
  if (a?.length !== b?.length || !a || !b) return 0;
  if (compareBytes(a, b) === 0) return rankOf(portBytes(own.port), portBytes(peer.port));
  const least = a.length === 4 ? WHOLE_BYTES_IPV4 : WHOLE_BYTES_IPV6;
  let shared = 0;
  while (a[shared] === b[shared]) shared++;
  // Neighbours are told apart by one byte more than what they share.
  const whole = shared < least ? least : shared + 1;
  return rankOf(masked(a, whole), masked(b, whole));
}

function masked(address: Uint8Array, wholeBytes: number): Uint8Array {
  return address.map((byte, index) => (index < wholeBytes ? byte : byte & PARTIAL_MASK));
}

function rankOf(a: Uint8Array, b: Uint8Array): number {
  return crc32c(concatBytes(compareBytes(a, b) <= 0 ? [a, b] : [b, a]));
}

function portBytes(port: number): Uint8Array {
  return Uint8Array.of(port >> 8, port & 0xff);
}
