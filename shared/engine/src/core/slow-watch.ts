/** Whether an active torrent is slow: only what lasts counts, both ways, so that nobody comes and goes with every lull. */
export class SlowWatch {
  #isSlow = false;
  /** Since when it is the contrary of what is said of it. */
  #otherwiseSince: number | undefined;

  /** At first it is not slow: it has just begun. */
  constructor(now: number) {
    this.#otherwiseSince = now;
  }

  get isSlow(): boolean {
    return this.#isSlow;
  }

  /** True when what is said of it changes: it has been otherwise for `patienceMs`. */
  look({ isSlow, now, patienceMs }: { readonly isSlow: boolean; readonly now: number; readonly patienceMs: number }) {
    if (isSlow === this.#isSlow) {
      this.#otherwiseSince = undefined;
      return false;
    }
    this.#otherwiseSince ??= now;
    if (now - this.#otherwiseSince < patienceMs) return false;
    this.#isSlow = isSlow;
    this.#otherwiseSince = undefined;
    return true;
  }
}
