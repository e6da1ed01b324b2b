import { FileSystemError, type IFileSystem } from '../interfaces/filesystem.js';

/** The folder of a download root in which lies what belongs to no file of a torrent, a folder for each torrent; no torrent gets its name. */
export const ASIDE_FOLDER = '.jstorrent';

/** Which torrents have such a folder. Each root is asked once, for all torrents. */
export class AsideFolders {
  readonly #ids = new WeakMap<IFileSystem, Promise<Set<string>>>();
  /** One after the other, lest the last one to go takes away what a new one has begun. */
  #changes: Promise<unknown> = Promise.resolve();

  /** Path of a torrent's folder. */
  pathOf(id: string): string {
    return `${ASIDE_FOLDER}/${id}`;
  }

  async has(fileSystem: IFileSystem, id: string): Promise<boolean> {
    return (await this.#idsIn(fileSystem)).has(id);
  }

  create(fileSystem: IFileSystem, id: string): Promise<void> {
    return this.#change(async () => {
      const ids = await this.#idsIn(fileSystem);
      if (ids.has(id)) return;
      await fileSystem.createDirectory(this.pathOf(id));
      ids.add(id);
    });
  }

  /** With all that is in it, whoever created it; its files are closed. Fine when there is none. */
  remove(fileSystem: IFileSystem, id: string): Promise<void> {
    // The torrent may have come to it by another view of the same disk.
    this.#ids.delete(fileSystem);
    return this.#remove(fileSystem, id, () => Promise.resolve(true));
  }

  removeIfEmpty(fileSystem: IFileSystem, id: string): Promise<void> {
    return this.#remove(fileSystem, id, async (path) => (await fileSystem.list(path)).length === 0);
  }

  /** The root's folder goes with the last. */
  #remove(fileSystem: IFileSystem, id: string, isDue: (path: string) => Promise<boolean>): Promise<void> {
    return this.#change(async () => {
      const ids = await this.#idsIn(fileSystem);
      if (!ids.has(id) || !(await isDue(this.pathOf(id)))) return;
      await fileSystem.removeTree(this.pathOf(id));
      ids.delete(id);
      // Another process may keep something there too.
      if ((await fileSystem.list(ASIDE_FOLDER)).length === 0) await fileSystem.remove(ASIDE_FOLDER);
    });
  }

  #change(change: () => Promise<void>): Promise<void> {
    const result = this.#changes.then(change);
    this.#changes = result.catch(() => undefined);
    return result;
  }

  #idsIn(fileSystem: IFileSystem): Promise<Set<string>> {
    let ids = this.#ids.get(fileSystem);
    if (!ids) {
      ids = listIds(fileSystem);
      this.#ids.set(fileSystem, ids);
      ids.catch(() => this.#ids.delete(fileSystem));
    }
    return ids;
  }
}

async function listIds(fileSystem: IFileSystem): Promise<Set<string>> {
  try {
    const ids = new Set((await fileSystem.list(ASIDE_FOLDER)).map(({ name }) => name));
    if (ids.size === 0) await fileSystem.remove(ASIDE_FOLDER);
    return ids;
  } catch (error) {
    if (error instanceof FileSystemError && (error.code === 'not-found' || error.code === 'not-a-file')) {
      return new Set();
    }
    throw error;
  }
}
