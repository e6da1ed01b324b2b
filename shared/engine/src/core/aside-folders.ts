import { FileSystemError, type IFileSystem } from '../interfaces/filesystem.js';

/** The folder of a download root in which lies what belongs to no file of a torrent, a folder for each torrent; no torrent gets its name. */
export const ASIDE_FOLDER = '.jstorrent';

/** Which torrents have such a folder. Each disk is asked once, for all torrents, by whatever view of it they come. */
export class AsideFolders {
  readonly #ids = new WeakMap<IFileSystem, Promise<Set<string>>>();
  /** One after the other, lest the last one to go takes away what a new one has begun. */
  #changes: Promise<unknown> = Promise.resolve();

  /** Path of a torrent's folder. */
  pathOf(id: string): string {
    return `${ASIDE_FOLDER}/${id}`;
  }

  async has(fileSystem: IFileSystem, id: string): Promise<boolean> {
    return (await this.#idsOn(diskOf(fileSystem))).has(id);
  }

  create(fileSystem: IFileSystem, id: string): Promise<void> {
    const disk = diskOf(fileSystem);
    return this.#change(async () => {
      const ids = await this.#idsOn(disk);
      if (ids.has(id)) return;
      await disk.createDirectory(this.pathOf(id));
      ids.add(id);
    });
  }

  /** With all that is in it; its files are closed. Fine when there is none. */
  remove(fileSystem: IFileSystem, id: string): Promise<void> {
    return this.#remove(diskOf(fileSystem), id, () => Promise.resolve(true));
  }

  removeIfEmpty(fileSystem: IFileSystem, id: string): Promise<void> {
    const disk = diskOf(fileSystem);
    return this.#remove(disk, id, async (path) => (await disk.list(path)).length === 0);
  }

  /** The root's folder goes with the last. */
  #remove(disk: IFileSystem, id: string, isDue: (path: string) => Promise<boolean>): Promise<void> {
    return this.#change(async () => {
      const ids = await this.#idsOn(disk);
      if (!ids.has(id) || !(await isDue(this.pathOf(id)))) return;
      await disk.removeTree(this.pathOf(id));
      ids.delete(id);
      // Another process may keep something there too.
      if ((await disk.list(ASIDE_FOLDER)).length === 0) await disk.remove(ASIDE_FOLDER);
    });
  }

  #change(change: () => Promise<void>): Promise<void> {
    const result = this.#changes.then(change);
    this.#changes = result.catch(() => undefined);
    return result;
  }

  #idsOn(disk: IFileSystem): Promise<Set<string>> {
    let ids = this.#ids.get(disk);
    if (!ids) {
      ids = listIds(disk);
      this.#ids.set(disk, ids);
      ids.catch(() => this.#ids.delete(disk));
    }
    return ids;
  }
}

/** The files of a torrent in a published root are a view of the disk that they are staged on. */
function diskOf(fileSystem: IFileSystem & { readonly staging?: IFileSystem }): IFileSystem {
  return fileSystem.staging ?? fileSystem;
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
