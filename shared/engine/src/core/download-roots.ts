import type { DownloadRoot, IPublishedFiles } from '../interfaces/download-root.js';
import { FileSystemError, type IFileSystem } from '../interfaces/filesystem.js';

/** The direct root in which pieces for published roots are kept, and the root of torrents that name none. */
export const DEFAULT_ROOT = 'default';

/** A torrent's download root is not among those of the client. */
export class RootMissingError extends Error {
  override readonly name = 'RootMissingError';
  readonly code = 'root-missing';
}

/** Access to a folder of the user's is lost, until it is granted again. */
export class FolderAccessLostError extends FileSystemError {
  constructor(
    readonly root: string,
    cause?: FileSystemError,
  ) {
    super('permission', cause?.path ?? '', `access to the folder ${root} is lost`, { cause });
  }
}

interface RootEntry {
  readonly root: DownloadRoot;
  isLost: boolean;
}

/**
 * The download roots of a client. A folder of the user's may come late, go, and be lost: whoever works in it notices by the error, and
 * from then on it counts as lost until `setAvailable`.
 */
export class DownloadRoots {
  readonly #entries = new Map<string, RootEntry>();
  readonly #onChange: (name: string) => void;

  /** `onChange`: a root came, went, was lost or is available again. Throws `RangeError` without a direct root named `default`. */
  constructor(roots: ReadonlyMap<string, DownloadRoot>, onChange: (name: string) => void) {
    for (const [name, root] of roots) this.#add(name, root);
    this.#onChange = onChange;
    if (!roots.has(DEFAULT_ROOT)) throw new RangeError('there is no default download root');
  }

  /** Where pieces for published roots are kept. */
  get staging(): IFileSystem {
    return this.#entries.get(DEFAULT_ROOT)?.root.files as IFileSystem;
  }

  /** Names of the published roots to which access is lost. */
  get lost(): readonly string[] {
    return [...this.#entries].filter(([, { isLost }]) => isLost).map(([name]) => name);
  }

  /** Undefined for one that is not there, or not yet. */
  get(name: string): DownloadRoot | undefined {
    return this.#entries.get(name)?.root;
  }

  /** Where pieces are written for torrents of that root. Throws {@link RootMissingError}. */
  writable(name: string): IFileSystem {
    const root = this.get(name);
    if (!root) throw new RootMissingError(`there is no download root named ${name}`);
    return root.kind === 'direct' ? root.files : this.staging;
  }

  /** Torrents of these two roots write into the same folder; all published ones share the staging root. */
  share(one: string, other: string): boolean {
    const place = (name: string) => (this.get(name)?.kind === 'direct' ? name : DEFAULT_ROOT);
    return place(one) === place(other);
  }

  /** A published root. Throws {@link FolderAccessLostError} while it cannot be reached. */
  folder(name: string): IPublishedFiles {
    const { root, isLost } = this.#entries.get(name) ?? {};
    if (root?.kind !== 'published' || isLost) throw new FolderAccessLostError(name);
    return root.files;
  }

  /** It is there and, as far as is known, can be used. */
  isAvailable(name: string): boolean {
    return this.#entries.get(name)?.isLost === false;
  }

  /** Adds a root, or puts one in the place of another. */
  set(name: string, root: DownloadRoot): void {
    this.#add(name, root);
    this.#onChange(name);
  }

  /** Throws `RangeError` for the default root. */
  remove(name: string): void {
    if (name === DEFAULT_ROOT) throw new RangeError('the default download root stays');
    if (this.#entries.delete(name)) this.#onChange(name);
  }

  setLost(name: string): void {
    const entry = this.#entries.get(name);
    if (entry?.root.kind !== 'published' || entry.isLost) return;
    entry.isLost = true;
    this.#onChange(name);
  }

  setAvailable(name: string): void {
    const entry = this.#entries.get(name);
    if (!entry?.isLost) return;
    entry.isLost = false;
    this.#onChange(name);
  }

  #add(name: string, root: DownloadRoot): void {
    if (name === DEFAULT_ROOT && root.kind !== 'direct') throw new RangeError('the default download root is direct');
    const watched = root.kind === 'direct' ? root : { ...root, files: this.#watch(name, root.files) };
    this.#entries.set(name, { root: watched, isLost: false });
  }

  /** The same folder; when it refuses access, the root is lost. */
  #watch(name: string, files: IPublishedFiles): IPublishedFiles {
    const watch = async <T>(operation: Promise<T>): Promise<T> => {
      try {
        return await operation;
      } catch (error) {
        if (!(error instanceof FileSystemError) || error.code !== 'permission') throw error;
        if (this.#entries.get(name)?.root.files === watched) this.setLost(name);
        throw new FolderAccessLostError(name, error);
      }
    };
    const watched: IPublishedFiles = {
      open: async (path, mode) => {
        const file = await watch(files.open(path, mode));
        return { read: (position, into) => watch(file.read(position, into)), close: () => file.close() };
      },
      stat: (path) => watch(files.stat(path)),
      list: (path) => watch(files.list(path)),
      remove: (path) => watch(files.remove(path)),
      rename: (from, to) => watch(files.rename(from, to)),
      publish: (source, to, options) => watch(files.publish(source, to, options)),
    };
    return watched;
  }
}
