import type { ISessionStore } from '../../src/interfaces/session-store.js';

/**
 * A session store in memory. Give the same `records` to a second store to play a restart; every write lands at once, so a store that
 * is dropped without `close` plays a crash.
 */
export class MemorySessionStore implements ISessionStore {
  readonly #records: Map<string, Uint8Array>;
  #closed = false;

  constructor(records: Map<string, Uint8Array> = new Map()) {
    this.#records = records;
  }

  keys(prefix: string): Promise<readonly string[]> {
    return this.#run(() => [...this.#records.keys()].filter((key) => key.startsWith(prefix)).sort());
  }

  get(key: string): Promise<Uint8Array | undefined> {
    return this.#run(() => this.#records.get(key)?.slice());
  }

  getMany(keys: readonly string[]): Promise<readonly (Uint8Array | undefined)[]> {
    return Promise.all(keys.map((key) => this.get(key)));
  }

  put(key: string, value: Uint8Array): Promise<void> {
    return this.#run(() => void this.#records.set(key, value.slice()));
  }

  delete(key: string): Promise<void> {
    return this.#run(() => void this.#records.delete(key));
  }

  close(): Promise<void> {
    this.#closed = true;
    return Promise.resolve();
  }

  #run<T>(operation: () => T): Promise<T> {
    if (this.#closed) return Promise.reject(new Error('the session store is closed'));
    return Promise.resolve(operation());
  }
}
