import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Spares the making of a session the thousands of flushes that durable records take. */
export class MapStore {
  #records = new Map();

  async keys(prefix) {
    return [...this.#records.keys()].filter((key) => key.startsWith(prefix)).sort();
  }

  async get(key) {
    return this.#records.get(key)?.slice();
  }

  async getMany(keys) {
    return Promise.all(keys.map((key) => this.get(key)));
  }

  async put(key, value) {
    this.#records.set(key, value.slice());
  }

  async delete(key) {
    this.#records.delete(key);
  }

  async close() {}

  /** As `FileSessionStore` would have: keys of the engine have nothing to escape but slashes. */
  async write(folder, isChosen) {
    await mkdir(folder, { recursive: true });
    const writes = [...this.#records]
      .filter(([key]) => isChosen(key))
      .map(([key, value]) => [join(folder, `${key.replaceAll('/', '%2f')}.record`), value]);
    for (const [path, value] of writes) await writeFile(path, value);
  }
}
