import { openDB, type DBSchema, type IDBPDatabase } from 'idb';

const DATABASE = 'jstorrent-folders';

/** A folder that the user picked. */
export interface StoredFolder {
  /** Also the name of its download root; never that of another. */
  readonly id: string;
  readonly handle: FileSystemDirectoryHandle;
}

interface Schema extends DBSchema {
  folders: { key: string; value: StoredFolder };
}

/**
 * The folders that the user picked, in IndexedDB: the one way by which a handle gets from the view where it was picked to the engine's
 * document, and the only memory of it across restarts. What is granted for them is Chrome's to remember.
 */
export class FolderHandles {
  private constructor(private readonly database: IDBPDatabase<Schema>) {}

  static async open(): Promise<FolderHandles> {
    const database = await openDB<Schema>(DATABASE, 1, {
      upgrade(created) {
        created.createObjectStore('folders', { keyPath: 'id' });
      },
    });
    return new FolderHandles(database);
  }

  list(): Promise<readonly StoredFolder[]> {
    return this.database.getAll('folders');
  }

  get(id: string): Promise<StoredFolder | undefined> {
    return this.database.get('folders', id);
  }

  /** Keeps a folder and gives its id. One that was picked before keeps its id, and with it its torrents. */
  async add(handle: FileSystemDirectoryHandle): Promise<string> {
    let id = `folder-${crypto.randomUUID()}`;
    for (const known of await this.list()) {
      if (await known.handle.isSameEntry(handle)) id = known.id;
    }
    await this.database.put('folders', { id, handle });
    return id;
  }

  /** Fine when it is not there. */
  remove(id: string): Promise<void> {
    return this.database.delete('folders', id);
  }

  close(): void {
    this.database.close();
  }
}
