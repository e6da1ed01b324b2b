import { setTimeout as delay } from 'node:timers/promises';

const INTERVAL_MS = 100;

/** Looks at a figure again and again, and keeps the highest. */
export class PeakWatch {
  readonly #ended = new AbortController();
  readonly #watching: Promise<void>;
  #peak: number | undefined;

  constructor(look: () => Promise<number>) {
    this.#watching = this.#watch(look);
    // Whoever stops it is told.
    this.#watching.catch(() => undefined);
  }

  /** Undefined until it has been seen once. */
  get peak(): number | undefined {
    return this.#peak;
  }

  /** Rejects when looking has failed. */
  async stop(): Promise<void> {
    this.#ended.abort();
    await this.#watching;
  }

  async #watch(look: () => Promise<number>): Promise<void> {
    while (!this.#ended.signal.aborted) {
      this.#peak = Math.max(this.#peak ?? 0, await look());
      await delay(INTERVAL_MS, undefined, { signal: this.#ended.signal }).catch(() => undefined);
    }
  }
}
