import type { IClock } from '../interfaces/clock.js';
import type { IRandom } from '../interfaces/random.js';
import { concatBytes, equalBytes } from '../utils/bytes.js';
import { parseIp } from '../utils/ip-address.js';
import { TOKEN_ROTATION_MS } from './limits.js';
import { sipHash } from './siphash.js';

const SECRET_BYTES = 16;

/**
 * Tokens that prove who asked before may announce now (BEP 5): a keyed hash of address and info-hash, so nothing is stored. A token
 * holds for 5 to 10 minutes.
 */
export class TokenStore {
  readonly #clock: IClock;
  readonly #random: IRandom;
  #current: Uint8Array;
  #previous: Uint8Array;
  #rotatedAt: number;

  constructor(options: { readonly clock: IClock; readonly random: IRandom }) {
    this.#clock = options.clock;
    this.#random = options.random;
    this.#current = options.random.bytes(SECRET_BYTES);
    this.#previous = options.random.bytes(SECRET_BYTES);
    this.#rotatedAt = options.clock.now();
  }

  /** The token for one address, any port of it, and one torrent: 8 bytes. */
  issue(host: string, infoHash: Uint8Array): Uint8Array {
    this.#rotate();
    return tokenOf(this.#current, host, infoHash);
  }

  isValid(token: Uint8Array, host: string, infoHash: Uint8Array): boolean {
    this.#rotate();
    return [this.#current, this.#previous].some((secret) => equalBytes(token, tokenOf(secret, host, infoHash)));
  }

  #rotate(): void {
    const periods = Math.floor((this.#clock.now() - this.#rotatedAt) / TOKEN_ROTATION_MS);
    if (periods === 0) return;
    this.#previous = periods === 1 ? this.#current : this.#random.bytes(SECRET_BYTES);
    this.#current = this.#random.bytes(SECRET_BYTES);
    this.#rotatedAt += periods * TOKEN_ROTATION_MS;
  }
}

function tokenOf(secret: Uint8Array, host: string, infoHash: Uint8Array): Uint8Array {
  return sipHash(secret, concatBytes([infoHash, parseIp(host) ?? new Uint8Array()]));
}
