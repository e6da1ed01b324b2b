import type { IRandom } from '../interfaces/random.js';
import { NODE_ID_BYTES } from '../protocol/node-info.js';

/** Bits of a node id. */
const NODE_ID_BITS = NODE_ID_BYTES * 8;

/** Which of two ids is closer to `target` by XOR (BEP 5): negative when `a` is. */
export function compareDistance(target: Uint8Array, a: Uint8Array, b: Uint8Array): number {
  for (let index = 0; index < NODE_ID_BYTES; index++) {
    const ours = target[index] as number;
    const difference = ((a[index] as number) ^ ours) - ((b[index] as number) ^ ours);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** How many leading bits two ids share: 0 to 160. */
export function sharedPrefixBits(a: Uint8Array, b: Uint8Array): number {
  for (let index = 0; index < NODE_ID_BYTES; index++) {
    const difference = (a[index] as number) ^ (b[index] as number);
    if (difference !== 0) return index * 8 + Math.clz32(difference) - 24;
  }
  return NODE_ID_BITS;
}

/** A random id that shares exactly the first `bits` bits with `id`; `bits` is 0 to 159. */
export function randomIdAt(id: Uint8Array, bits: number, random: IRandom): Uint8Array {
  const result = random.bytes(NODE_ID_BYTES);
  const whole = bits >> 3;
  result.set(id.subarray(0, whole));
  const flipped = 0x80 >> (bits & 7);
  const keep = 0xff & ~(2 * flipped - 1);
  const own = id[whole] as number;
  result[whole] = (own & keep) | (~own & flipped) | ((result[whole] as number) & (flipped - 1));
  return result;
}
