import type { IHasher } from '../interfaces/hasher.js';
import { parseIp } from '../utils/ip-address.js';

const FILTER_BYTES = 256;
const FILTER_BITS = FILTER_BYTES * 8;
const HASHES = 2;

/** The two bits that stand for one address (BEP 33): bytes 0-1 and 2-3 of its SHA-1, little-endian, modulo 2048. */
export type FilterBits = readonly [number, number];

/** Undefined when `host` is no IP literal. */
export async function filterBitsOf(host: string, hasher: IHasher): Promise<FilterBits | undefined> {
  const ip = parseIp(host);
  if (!ip) return undefined;
  const { digest } = await hasher.sha1(ip);
  const at = (index: number) => digest[index] as number;
  return [(at(0) | (at(1) << 8)) % FILTER_BITS, (at(2) | (at(3) << 8)) % FILTER_BITS];
}

/** A set of addresses in 256 bytes, of which one can ask how many there are, and unite it with others (BEP 33). */
export class BloomFilter {
  /** 256 bytes, live. */
  readonly bytes = new Uint8Array(FILTER_BYTES);

  add(bits: FilterBits): void {
    for (const bit of bits) this.bytes[bit >> 3] = (this.bytes[bit >> 3] as number) | (1 << (bit & 7));
  }

  has(bits: FilterBits): boolean {
    return bits.every((bit) => ((this.bytes[bit >> 3] as number) & (1 << (bit & 7))) !== 0);
  }

  /** Takes in the addresses of another filter of 256 bytes. */
  unite(other: Uint8Array): void {
    for (const [index, byte] of other.entries()) this.bytes[index] = (this.bytes[index] as number) | byte;
  }

  /** How many addresses are in it, about: good to some 6,000. 0 for an empty one. */
  estimate(): number {
    let zeros = 0;
    for (const byte of this.bytes) for (let bit = 0; bit < 8; bit++) zeros += (byte >> bit) & 1 ? 0 : 1;
    if (zeros === FILTER_BITS) return 0;
    // A full filter has no estimate: one bit is taken to be still free.
    return Math.log(Math.max(1, zeros) / FILTER_BITS) / (HASHES * Math.log(1 - 1 / FILTER_BITS));
  }
}
