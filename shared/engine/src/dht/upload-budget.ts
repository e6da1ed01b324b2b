import type { IClock } from '../interfaces/clock.js';
import { UPLOAD_BURST_SECONDS, UPLOAD_BYTES_PER_SECOND } from './limits.js';

const MAX_CREDIT_BYTES = UPLOAD_BYTES_PER_SECOND * UPLOAD_BURST_SECONDS;

/** What the DHT may send, in bytes of payload: a steady rate, of which three seconds can be saved up. Both families share one. */
export class UploadBudget {
  readonly #clock: IClock;
  #credit = MAX_CREDIT_BYTES;
  #countedAt: number;

  constructor(clock: IClock) {
    this.#clock = clock;
    this.#countedAt = clock.now();
  }

  /** Takes the credit for `bytes`, or answers false and takes none. */
  take(bytes: number): boolean {
    const now = this.#clock.now();
    const earned = ((now - this.#countedAt) * UPLOAD_BYTES_PER_SECOND) / 1000;
    this.#credit = Math.min(MAX_CREDIT_BYTES, this.#credit + earned);
    this.#countedAt = now;
    if (this.#credit < bytes) return false;
    this.#credit -= bytes;
    return true;
  }
}
