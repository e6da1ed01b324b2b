/** Files up to this size are copied several at a time: what takes long with them is beginning and ending. */
const SMALL_FILE_BYTES = 16 * 1024 * 1024;
const PARALLEL_SMALL_FILES = 8;
const PARALLEL_BIG_FILES = 1;

/** Lets a bounded number of tasks run at the same time, in the order they came. */
class Lane {
  readonly #waiting = new Set<() => void>();
  #free: number;

  constructor(places: number) {
    this.#free = places;
  }

  async run<T>(signal: AbortSignal, task: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free--;
    else if (!(await this.#turn(signal))) signal.throwIfAborted();
    try {
      signal.throwIfAborted();
      return await task();
    } finally {
      this.#leave();
    }
  }

  /** Whether a place was handed over; else `signal` aborted before. */
  #turn(signal: AbortSignal): Promise<boolean> {
    return new Promise((resolve) => {
      const giveUp = () => {
        this.#waiting.delete(go);
        resolve(false);
      };
      const go = () => {
        signal.removeEventListener('abort', giveUp);
        resolve(true);
      };
      this.#waiting.add(go);
      signal.addEventListener('abort', giveUp);
    });
  }

  #leave(): void {
    for (const go of this.#waiting) {
      this.#waiting.delete(go);
      go();
      return;
    }
    this.#free++;
  }
}

/** The copying of finished files of all torrents: small ones several at a time, big ones one by one. */
export class PublishQueue {
  readonly #small = new Lane(PARALLEL_SMALL_FILES);
  readonly #big = new Lane(PARALLEL_BIG_FILES);

  /** Runs `task` when it is its turn; rejects with the reason of `signal` when that aborts before. */
  run<T>(fileBytes: number, signal: AbortSignal, task: () => Promise<T>): Promise<T> {
    const lane = fileBytes <= SMALL_FILE_BYTES ? this.#small : this.#big;
    return lane.run(signal, task);
  }
}
