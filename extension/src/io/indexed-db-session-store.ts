import type { ISessionStore } from '@jstorrent/engine';
import { openDB, type DBSchema, type IDBPDatabase } from 'idb';

interface Schema extends DBSchema {
  records: { key: string; value: Uint8Array };
}

/** The last character there is: `prefix + LAST` is above every key with that prefix. */
const LAST = '\uffff';

/**
 * The session in IndexedDB, a transaction a write. A committed transaction survives `kill -9` of the browser; durability is `relaxed`
 * because only a power loss needs more, and every piece that completes would wait for the disk.
 */
export class IndexedDbSessionStore implements ISessionStore {
  readonly #underWay = new Set<Promise<void>>();

  private constructor(private readonly database: IDBPDatabase<Schema>) {}

  static async open(name: string): Promise<IndexedDbSessionStore> {
    const database = await openDB<Schema>(name, 1, {
      upgrade(created) {
        created.createObjectStore('records');
      },
    });
    return new IndexedDbSessionStore(database);
  }

  keys(prefix: string): Promise<readonly string[]> {
    return this.database.getAllKeys('records', IDBKeyRange.bound(prefix, prefix + LAST));
  }

  get(key: string): Promise<Uint8Array | undefined> {
    return this.database.get('records', key);
  }

  async getMany(keys: readonly string[]): Promise<readonly (Uint8Array | undefined)[]> {
    const { store } = this.database.transaction('records');
    return Promise.all(keys.map((key) => store.get(key)));
  }

  put(key: string, value: Uint8Array): Promise<void> {
    // A view would be stored with the whole buffer behind it.
    const record = value.byteLength === value.buffer.byteLength ? value : value.slice();
    return this.#write((records) => records.put(record, key));
  }

  delete(key: string): Promise<void> {
    return this.#write((records) => records.delete(key));
  }

  async close(): Promise<void> {
    await Promise.allSettled(this.#underWay);
    this.database.close();
  }

  async #write(change: (records: Records) => Promise<unknown>): Promise<void> {
    const transaction = this.database.transaction('records', 'readwrite', { durability: 'relaxed' });
    const done = Promise.all([change(transaction.store), transaction.done]).then(() => undefined);
    this.#underWay.add(done);
    try {
      await done;
    } finally {
      this.#underWay.delete(done);
    }
  }
}

interface Records {
  put(value: Uint8Array, key: string): Promise<unknown>;
  delete(key: string): Promise<unknown>;
}
