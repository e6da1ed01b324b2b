import type { ISessionStore } from '../interfaces/session-store.js';

/** Records read at a time. */
const BATCH_RECORDS = 128;

interface Waiting {
  readonly key: string;
  readonly resolve: (record: Promise<Uint8Array | undefined> | Uint8Array | undefined) => void;
}

/** Reads records of a store, all that are asked for in one turn of the loop together: a session has thousands of small ones. */
export class RecordReader {
  readonly #store: ISessionStore;
  #waiting: Waiting[] = [];
  #isReading = false;

  constructor(store: ISessionStore) {
    this.#store = store;
  }

  /** As `ISessionStore.get`. */
  get(key: string): Promise<Uint8Array | undefined> {
    return new Promise((resolve) => {
      this.#waiting.push({ key, resolve });
      if (this.#isReading) return;
      this.#isReading = true;
      queueMicrotask(() => void this.#readAll());
    });
  }

  async #readAll(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, BATCH_RECORDS);
      const records = await this.#readBatch(batch.map(({ key }) => key));
      for (const [index, { key, resolve }] of batch.entries()) {
        resolve(records ? records[index] : this.#store.get(key));
      }
    }
    this.#isReading = false;
  }

  /** Undefined when some cannot be read: one by one it shows which. */
  async #readBatch(keys: readonly string[]): Promise<readonly (Uint8Array | undefined)[] | undefined> {
    try {
      return await this.#store.getMany(keys);
    } catch {
      return undefined;
    }
  }
}
