import type { IRandom } from '../interfaces/random.js';
import { NODE_ID_BYTES } from '../protocol/node-info.js';
import { crc32c } from '../utils/crc32c.js';

/**
 * Node ids tied to the address of their owner (BEP 42), so that nobody can choose to sit beside a torrent: the first 21 bits are those
 * of `crc32c(masked address | r << top bits)`, and the last byte carries `r` in its low 3 bits.
 */

const IPV4_MASK = Uint8Array.of(0x03, 0x0f, 0x3f, 0xff);
const IPV6_MASK = Uint8Array.of(0x01, 0x03, 0x07, 0x0f, 0x1f, 0x3f, 0x7f, 0xff);

/** A new id for the owner of `ip` (4 or 16 bytes). */
export function secureNodeId(ip: Uint8Array, random: IRandom): Uint8Array {
  const id = random.bytes(NODE_ID_BYTES);
  const crc = prefixOf(ip, id[NODE_ID_BYTES - 1] as number);
  id[0] = crc >>> 24;
  id[1] = crc >>> 16;
  id[2] = ((crc >>> 8) & 0xf8) | ((id[2] as number) & 0x07);
  return id;
}

/** Whether the owner of `ip` (4 or 16 bytes) may have `id`. */
export function isSecureNodeId(id: Uint8Array, ip: Uint8Array): boolean {
  const crc = prefixOf(ip, id[NODE_ID_BYTES - 1] as number);
  return id[0] === crc >>> 24 && id[1] === ((crc >>> 16) & 0xff) && ((id[2] as number) & 0xf8) === ((crc >>> 8) & 0xf8);
}

function prefixOf(ip: Uint8Array, lastByte: number): number {
  const masked = (ip.length === 4 ? IPV4_MASK : IPV6_MASK).map((mask, index) => mask & (ip[index] as number));
  masked[0] = (masked[0] as number) | ((lastByte & 7) << 5);
  return crc32c(masked);
}
