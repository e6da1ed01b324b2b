import { setTimeout as delay } from 'node:timers/promises';
import { preciseNow } from '../contestant.js';

const INTERVAL_MS = 20;
const FIRST_SHARE = 0.01;
const LAST_SHARE = 0.99;

/** Asks how far an attempt is, again and again, and keeps when it had its first percent and when all but the last. */
export class Milestones {
  #first: number | undefined;
  #last: number | undefined;
  #isStopped = false;

  constructor(
    share: () => Promise<number>,
    private readonly startedAt: number,
  ) {
    void this.#watch(share);
  }

  until(finishedAt: number) {
    return {
      firstPercentSeconds: ((this.#first ?? finishedAt) - this.startedAt) / 1000,
      lastPercentSeconds: Math.max(0, finishedAt - (this.#last ?? finishedAt)) / 1000,
    };
  }

  stop(): void {
    this.#isStopped = true;
  }

  async #watch(share: () => Promise<number>): Promise<void> {
    while (!this.#isStopped && this.#last === undefined) {
      const now = preciseNow();
      // Whoever is gone says nothing more.
      const verified = await share().catch(() => NaN);
      if (verified >= FIRST_SHARE) this.#first ??= now;
      if (verified >= LAST_SHARE) this.#last = now;
      await delay(INTERVAL_MS);
    }
  }
}
