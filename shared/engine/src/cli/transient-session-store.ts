import type { ISessionStore } from '../interfaces/session-store.js';

/** A session that lasts as long as the process: a command starts from the files it finds, not from what an earlier one remembered. */
export class TransientSessionStore implements ISessionStore {
  readonly #records = new Map<string, Uint8Array>();

  keys(prefix: string): Promise<readonly string[]> {
    return Promise.resolve([...this.#records.keys()].filter((key) => key.startsWith(prefix)).sort());
  }

  get(key: string): Promise<Uint8Array | undefined> {
    return Promise.resolve(this.#records.get(key)?.slice());
  }

  getMany(keys: readonly string[]): Promise<readonly (Uint8Array | undefined)[]> {
    return Promise.all(keys.map((key) => this.get(key)));
  }

  put(key: string, value: Uint8Array): Promise<void> {
    this.#records.set(key, value.slice());
    return Promise.resolve();
  }

  delete(key: string): Promise<void> {
    this.#records.delete(key);
    return Promise.resolve();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
