import { randomBytes, randomInt } from 'node:crypto';
import type { IRandom } from '../../interfaces/random.js';
import { plainBytes } from './plain-bytes.js';

/** The operating system's cryptographic randomness. */
export class NodeRandom implements IRandom {
  bytes(length: number): Uint8Array {
    return plainBytes(randomBytes(length));
  }

  integer(bound: number): number {
    return randomInt(bound);
  }
}
