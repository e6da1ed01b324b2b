import type { IPublishedFiles, PublishOptions } from '../../src/interfaces/download-root.js';
import {
  type DirectoryEntry,
  FileSystemError,
  type IFileStat,
  type IReadableFile,
  type IReadableFiles,
} from '../../src/interfaces/filesystem.js';
import { MemoryFileSystem, type MemoryFileSystemOptions } from './memory-filesystem.js';

/** What an unfinished copy is called until it is whole. */
const UNFINISHED = '.unfinished';
const CHUNK_BYTES = 64 * 1024;

/** A folder of the user's in memory: whole files only, and access to it can be lost. */
export class MemoryPublishedFiles implements IPublishedFiles {
  /** What is in the folder, also for those who have no access: the user, and a test's assertions. */
  readonly contents: MemoryFileSystem;
  /** Every operation, on open files too, fails with `permission`. */
  isLost = false;
  /** Paths of files that another program uses: nothing can be put there or taken away. */
  readonly locked = new Set<string>();
  /** The next copies come out wrong in one byte. */
  damagedCopies = 0;

  constructor(options: MemoryFileSystemOptions = {}) {
    this.contents = new MemoryFileSystem(options);
  }

  async open(path: string, mode: 'read'): Promise<IReadableFile> {
    this.#requireAccess(path);
    const handle = await this.contents.open(path, mode);
    return {
      read: async (position, into) => {
        this.#requireAccess(path);
        return handle.read(position, into);
      },
      close: () => handle.close(),
    };
  }

  async stat(path: string): Promise<IFileStat | undefined> {
    this.#requireAccess(path);
    return this.contents.stat(path);
  }

  async list(path: string): Promise<readonly DirectoryEntry[]> {
    this.#requireAccess(path);
    return (await this.contents.list(path)).filter(({ name }) => !name.endsWith(UNFINISHED));
  }

  async remove(path: string): Promise<void> {
    this.#requireAccess(path);
    this.#requireUnlocked(path);
    const isDirectory = path !== '' && (await this.contents.stat(path))?.isDirectory;
    if (isDirectory && (await this.contents.list(path)).length > 0) return;
    await this.contents.remove(path);
  }

  async rename(from: string, to: string): Promise<void> {
    this.#requireAccess(from);
    this.#requireUnlocked(from);
    await this.contents.rename(from, to);
  }

  async publish(
    source: { readonly files: IReadableFiles; readonly path: string },
    to: string,
    { signal, onProgress }: PublishOptions,
  ): Promise<void> {
    this.#requireAccess(to);
    this.#requireUnlocked(to);
    const there = await this.contents.stat(to);
    if (there && (there.isDirectory || there.size > 0)) throw new FileSystemError('exists', to, `${to}: is there`);
    const unfinished = to + UNFINISHED;
    const from = await source.files.open(source.path, 'read');
    await this.contents.remove(unfinished);
    const copy = await this.contents.open(unfinished, 'write');
    try {
      for (let position = 0; ;) {
        signal.throwIfAborted();
        this.#requireAccess(to);
        const { buffer, bytesRead } = await from.read(position, new Uint8Array(CHUNK_BYTES));
        if (bytesRead === 0) break;
        if (position === 0 && this.damagedCopies > 0) {
          this.damagedCopies--;
          buffer[0] = (buffer[0] ?? 0) ^ 1;
        }
        await copy.write(position, buffer.subarray(0, bytesRead));
        position += bytesRead;
        onProgress(position);
      }
      signal.throwIfAborted();
      await this.contents.remove(to);
      await this.contents.rename(unfinished, to);
    } catch (error) {
      await this.contents.remove(unfinished);
      throw error;
    } finally {
      await copy.close();
      await from.close();
    }
  }

  #requireUnlocked(path: string): void {
    if (this.locked.has(path)) throw new FileSystemError('locked', path, `${path}: another program uses it`);
  }

  #requireAccess(path: string): void {
    if (this.isLost) throw new FileSystemError('permission', path, `${path}: access to the folder is lost`);
  }
}
