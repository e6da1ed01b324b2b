/** A page can click links as fast as it likes; nobody needs the popup more often. */
const MIN_GAP_MS = 1000;

interface PopupOptions {
  /** Milliseconds of any clock. */
  now(): number;
  delay(milliseconds: number): Promise<void>;
  /** A rejection is of no account: without a window there is nothing to show it in. */
  show(): Promise<void>;
  /** Something waits for the user's answer. */
  isAsking(): Promise<boolean>;
}

/** Opens the popup, but not over and over: what is asked too soon after another opens it later, unless it was answered meanwhile. */
export class Popup {
  #openedAt = -Infinity;
  #later: Promise<void> | undefined;

  constructor(private readonly options: PopupOptions) {}

  /** Resolves when it was opened, or needs not be. */
  async open(): Promise<void> {
    const waitMs = this.#openedAt + MIN_GAP_MS - this.options.now();
    if (waitMs <= 0) await this.#show();
    else await (this.#later ??= this.#showAfter(waitMs).finally(() => (this.#later = undefined)));
  }

  async #showAfter(milliseconds: number): Promise<void> {
    await this.options.delay(milliseconds);
    if (await this.options.isAsking()) await this.#show();
  }

  async #show(): Promise<void> {
    this.#openedAt = this.options.now();
    await this.options.show().catch(() => undefined);
  }
}
