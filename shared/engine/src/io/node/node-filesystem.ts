import { constants, promises as fs } from 'node:fs';
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import {
  FileSystemError,
  type DirectoryEntry,
  type IFileHandle,
  type IFileStat,
  type IFileSystem,
  type OpenMode,
} from '../../interfaces/filesystem.js';
import { errorCode, toFileSystemError } from './file-errors.js';
import { InlineWrites } from './inline-writes.js';
import { NodeFileHandle } from './node-file-handle.js';

export { NodeFileHandle };

/** The files below one directory. Symbolic links inside it are followed: only the user puts them there. */
export class NodeFileSystem implements IFileSystem {
  readonly #root: string;
  readonly #inline = new InlineWrites({ now: () => performance.now() });

  /** `root` is created when the first file is. */
  constructor(root: string) {
    this.#root = resolve(root);
  }

  open(path: string, mode: OpenMode): Promise<IFileHandle> {
    return this.#run(path, async (absolute) => {
      const handle = mode === 'read' ? await fs.open(absolute, 'r') : await openForWriting(absolute);
      // Some systems open a directory for reading without complaint.
      if ((await handle.stat()).isFile()) return new NodeFileHandle(handle, path, this.#inline);
      await handle.close();
      throw new FileSystemError('not-a-file', path, `${path} is not a file`);
    });
  }

  stat(path: string): Promise<IFileStat | undefined> {
    return this.#run(path, async (absolute) => {
      const stats = await ifThere(fs.stat(absolute));
      return stats && { size: stats.size, isDirectory: stats.isDirectory(), modifiedMs: stats.mtimeMs };
    });
  }

  list(path: string): Promise<readonly DirectoryEntry[]> {
    return this.#run(path, async (absolute) => {
      const entries = await fs.readdir(absolute, { withFileTypes: true });
      return entries
        .map((entry) => ({ name: entry.name, isDirectory: entry.isDirectory() }))
        .sort((a, b) => (a.name < b.name ? -1 : 1));
    });
  }

  createDirectory(path: string): Promise<void> {
    return this.#run(path, async (absolute) => {
      await fs.mkdir(absolute, { recursive: true });
    });
  }

  remove(path: string): Promise<void> {
    return this.#run(path, async (absolute) => {
      this.#refuseRoot(absolute, path);
      const stat = await ifThere(fs.lstat(absolute));
      if (stat?.isDirectory()) await removeEmpty(absolute);
      else if (stat) await fs.rm(absolute, { force: true });
    });
  }

  removeTree(path: string): Promise<void> {
    return this.#run(path, async (absolute) => {
      this.#refuseRoot(absolute, path);
      if (await ifThere(fs.lstat(absolute))) await fs.rm(absolute, { recursive: true, force: true });
    });
  }

  rename(from: string, to: string): Promise<void> {
    return this.#run(from, async (source) => {
      const target = this.#resolve(to);
      this.#refuseRoot(source, from);
      this.#refuseRoot(target, to);
      await fs.lstat(source);
      // `rename` of the platform would replace a file without a word.
      if (await ifThere(fs.lstat(target))) throw new FileSystemError('exists', to, `${to} exists already`);
      await fs.mkdir(dirname(target), { recursive: true });
      await fs.rename(source, target);
    });
  }

  async #run<T>(path: string, operation: (absolute: string) => Promise<T>): Promise<T> {
    try {
      return await operation(this.#resolve(path));
    } catch (error) {
      throw toFileSystemError(error, path);
    }
  }

  #resolve(path: string): string {
    const refuse = (): never => {
      throw new FileSystemError('invalid-path', path, `${path} is not a path inside the root`);
    };
    const isUnsafe = (element: string): boolean => element === '' || element === '.' || element === '..';
    if (path !== '' && path.split('/').some(isUnsafe)) refuse();
    if (/[\\\0]/.test(path)) refuse();
    const absolute = join(this.#root, path);
    const inside = relative(this.#root, absolute);
    if (isAbsolute(inside) || inside === '..' || inside.startsWith(`..${sep}`)) refuse();
    return absolute;
  }

  #refuseRoot(absolute: string, path: string): void {
    if (absolute === this.#root) throw new FileSystemError('invalid-path', path, 'the root stays where it is');
  }
}

async function openForWriting(absolute: string): Promise<fs.FileHandle> {
  const flags = constants.O_RDWR | constants.O_CREAT;
  try {
    return await fs.open(absolute, flags);
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
    await fs.mkdir(dirname(absolute), { recursive: true });
    return fs.open(absolute, flags);
  }
}

/** The platform itself refuses a folder into which something came meanwhile. */
async function removeEmpty(folder: string): Promise<void> {
  try {
    await fs.rmdir(folder);
  } catch (error) {
    if (!['ENOTEMPTY', 'EEXIST', 'ENOENT'].includes(errorCode(error))) throw error;
  }
}

/** Undefined when nothing is at the path, or a parent of it is a file. */
async function ifThere<T>(found: Promise<T>): Promise<T | undefined> {
  try {
    return await found;
  } catch (error) {
    if (errorCode(error) === 'ENOENT' || errorCode(error) === 'ENOTDIR') return undefined;
    throw error;
  }
}
