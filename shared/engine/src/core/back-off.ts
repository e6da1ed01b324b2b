import type { IClock, ITimer } from '../interfaces/clock.js';

/** How often a file is tried again that another program uses. */
export const LOCKED_RETRIES = { firstMs: 5000, longestMs: 5 * 60_000 } as const;
/** How often a copy is made again for which the disk of a folder was full: each may write nearly all of a big file in vain. */
export const FULL_RETRIES = { firstMs: 60_000, longestMs: 30 * 60_000 } as const;

/** Tries something again and again, each time after twice as long; after a long time without a failure it begins anew. */
export class BackOff {
  readonly #clock: IClock;
  readonly #firstMs: number;
  readonly #longestMs: number;
  #nextMs: number;
  #lastAt = -Infinity;
  #timer: ITimer | undefined;

  constructor(clock: IClock, options: { readonly firstMs: number; readonly longestMs: number }) {
    this.#clock = clock;
    this.#firstMs = options.firstMs;
    this.#longestMs = options.longestMs;
    this.#nextMs = options.firstMs;
  }

  /** After a failure: calls `again` once, later. Without effect while a call is still to come. */
  schedule(again: () => void): void {
    if (this.#timer) return;
    const now = this.#clock.now();
    if (now - this.#lastAt > 2 * this.#longestMs) this.#nextMs = this.#firstMs;
    const delayMs = this.#nextMs;
    this.#nextMs = Math.min(2 * delayMs, this.#longestMs);
    this.#lastAt = now + delayMs;
    this.#timer = this.#clock.setTimer(delayMs, () => {
      this.#timer = undefined;
      again();
    });
  }

  /** What was to come does not. */
  cancel(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }
}
