/** What a limit lets through at once after a pause: so much of a second's worth. */
const BURST_SECONDS = 0.1;

/**
 * One limit of bytes a second for all that draws on it. What was spent beyond it is a debt, paid before anything more goes, so that the mean
 * is exact however big the bites are. Times are `IClock.now()`.
 */
export class RateBucket {
  #bytesPerSecond = Infinity;
  #tokens = 0;
  #refilledAt = 0;
  /** While turns are given: flows that have none yet, and bytes promised to those that have. */
  claimants = 0;
  promised = 0;

  get isLimited(): boolean {
    return this.#bytesPerSecond !== Infinity;
  }

  /** Negative while there is a debt; says nothing while there is no limit. */
  get tokens(): number {
    return this.#tokens;
  }

  /** 0 is no limit. A debt stays. */
  setLimit(bytesPerSecond: number, now: number): void {
    this.refill(now);
    this.#bytesPerSecond = bytesPerSecond > 0 ? bytesPerSecond : Infinity;
    this.#tokens = this.isLimited ? Math.min(0, this.#tokens) : 0;
  }

  spend(bytes: number): void {
    if (this.isLimited) this.#tokens -= bytes;
  }

  refill(now: number): void {
    if (this.isLimited) {
      const earned = ((now - this.#refilledAt) * this.#bytesPerSecond) / 1000;
      this.#tokens = Math.min(this.#bytesPerSecond * BURST_SECONDS, this.#tokens + earned);
    }
    this.#refilledAt = now;
  }

  /** While turns are given: whether one of so many bytes fits in; the first may be bigger than what is there. */
  hasRoom(bytes: number): boolean {
    return !this.isLimited || this.promised === 0 || this.#tokens - this.promised >= bytes;
  }

  /** Until a debt is paid; 0 without one. */
  get debtMs(): number {
    return this.isLimited && this.#tokens < 0 ? (-this.#tokens * 1000) / this.#bytesPerSecond : 0;
  }
}
