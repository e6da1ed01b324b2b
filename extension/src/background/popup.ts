/** A page can click links as fast as it likes; nobody needs the popup more often. */
const MIN_GAP_MS = 1000;

/** Opens the popup, but not over and over. */
export class Popup {
  #openedAt = -Infinity;

  /** `now`: milliseconds of any clock. A rejection of `show` is of no account: without a window there is nothing to show it in. */
  constructor(
    private readonly now: () => number,
    private readonly show: () => Promise<void>,
  ) {}

  async open(): Promise<void> {
    const now = this.now();
    if (now - this.#openedAt < MIN_GAP_MS) return;
    this.#openedAt = now;
    await this.show().catch(() => undefined);
  }
}
