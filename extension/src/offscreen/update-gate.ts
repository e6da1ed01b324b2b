/** Holds an update of the extension back until nothing is being exported: all else is stored at any time, and goes on by itself. */
export class UpdateGate {
  #isWaiting = false;
  #exports = 0;

  constructor(
    private readonly options: {
      /** Whether the engine is copying files out. */
      readonly isPublishing: () => boolean;
      readonly reload: () => Promise<void>;
    },
  ) {}

  /** A new version is there. */
  updateAvailable(): void {
    this.#isWaiting = true;
    this.check();
  }

  /** Reloads if that was waited for and is possible now. */
  check(): void {
    if (!this.#isWaiting || this.#exports > 0 || this.options.isPublishing()) return;
    this.#isWaiting = false;
    // Chrome takes the update at its next start in any case.
    this.options.reload().catch(() => undefined);
  }

  /** No reload before `work` ended. */
  async during<T>(work: () => Promise<T>): Promise<T> {
    this.#exports++;
    try {
      return await work();
    } finally {
      this.#exports--;
      this.check();
    }
  }
}
