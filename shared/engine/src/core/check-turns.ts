/** Torrents whose files are hashed at the same time: a disk that is read in two places is slower than in one. */
const CHECKS_AT_ONCE = 1;

/** Lets torrents hash their files one after the other. */
export class CheckTurns {
  readonly #waiting = new Set<() => void>();
  #free = CHECKS_AT_ONCE;

  /** Waits for a turn; resolves with what ends it, or with undefined when `signal` aborts before. */
  take(signal: AbortSignal): Promise<(() => void) | undefined> {
    return new Promise((resolve) => {
      const begin = () => {
        signal.removeEventListener('abort', giveUp);
        this.#free--;
        resolve(() => {
          this.#end();
        });
      };
      const giveUp = () => {
        this.#waiting.delete(begin);
        resolve(undefined);
      };
      if (signal.aborted) giveUp();
      else if (this.#free > 0) begin();
      else {
        this.#waiting.add(begin);
        signal.addEventListener('abort', giveUp, { once: true });
      }
    });
  }

  #end(): void {
    this.#free++;
    const [next] = this.#waiting;
    if (!next) return;
    this.#waiting.delete(next);
    next();
  }
}
