import { randomBytes, randomInt } from 'node:crypto';
import type { IRandom } from '../../interfaces/random.js';
import { plainBytes } from './plain-bytes.js';

/** Asked of the system at a time: for a few bytes the asking costs more than they do. */
const POOL_BYTES = 4096;

/** The operating system's cryptographic randomness. */
export class NodeRandom implements IRandom {
  #pool: Uint8Array = new Uint8Array(0);

  bytes(length: number): Uint8Array {
    if (length > POOL_BYTES / 2) return plainBytes(randomBytes(length));
    if (this.#pool.length < length) this.#pool = plainBytes(randomBytes(POOL_BYTES));
    const bytes = this.#pool.slice(0, length);
    this.#pool.fill(0, 0, length);
    this.#pool = this.#pool.subarray(length);
    return bytes;
  }

  integer(bound: number): number {
    return randomInt(bound);
  }
}
