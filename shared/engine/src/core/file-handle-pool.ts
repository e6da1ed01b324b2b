import type { IFileHandle, IFileSystem, OpenMode } from '../interfaces/filesystem.js';
import { KeyedTurns } from './keyed-turns.js';

/** Each handle is a file descriptor; about 4,000 of them end the extension's process. */
const MAX_OPEN_HANDLES = 256;

interface PooledFile {
  readonly fileSystem: IFileSystem;
  readonly path: string;
  readonly mode: OpenMode;
  readonly handle: IFileHandle;
  users: number;
  onIdle: (() => void) | undefined;
}

/**
 * Open files of the whole client, the least recently used closed first. A file has one handle at a time, for some platforms lock it: a
 * handle for reading makes way when somebody wants to write. Opening and closing of one file happen one after the other; nothing else waits
 * for each other.
 */
export class FileHandlePool {
  readonly #maxOpenHandles: number;
  readonly #files = new Map<IFileSystem, Map<string, PooledFile>>();
  readonly #turns = new WeakMap<IFileSystem, KeyedTurns>();
  /** Open and unused, the least recently used first. */
  readonly #idle = new Set<PooledFile>();
  /** Those that are being opened or closed count. */
  #openHandles = 0;
  /** Who waits for a file to be idle. */
  readonly #onIdle: (() => void)[] = [];

  constructor(options: { readonly maxOpenHandles?: number } = {}) {
    this.#maxOpenHandles = options.maxOpenHandles ?? MAX_OPEN_HANDLES;
  }

  get openHandles(): number {
    return this.#openHandles;
  }

  /** Runs `action` with an open handle, which it must not keep. Rejects with what opening or `action` rejects with. */
  async use<T>(
    fileSystem: IFileSystem,
    path: string,
    mode: OpenMode,
    action: (handle: IFileHandle) => Promise<T>,
  ): Promise<T> {
    const known = this.#find(fileSystem, path);
    const file =
      known && suits(known, mode)
        ? this.#retain(known)
        : await this.#inTurn(fileSystem, path, () => this.#open(fileSystem, path, mode));
    try {
      return await action(file.handle);
    } finally {
      this.#release(file);
    }
  }

  /** Closes the file when it is open, after those who use it are done. */
  async close(fileSystem: IFileSystem, path: string): Promise<void> {
    if (!this.#find(fileSystem, path)) return;
    await this.#inTurn(fileSystem, path, async () => {
      const file = this.#find(fileSystem, path);
      if (file) await this.#close(file);
    });
  }

  #find(fileSystem: IFileSystem, path: string): PooledFile | undefined {
    return this.#files.get(fileSystem)?.get(path);
  }

  #inTurn<T>(fileSystem: IFileSystem, path: string, change: () => Promise<T>): Promise<T> {
    let turns = this.#turns.get(fileSystem);
    if (!turns) this.#turns.set(fileSystem, (turns = new KeyedTurns()));
    return turns.run(path, change);
  }

  async #open(fileSystem: IFileSystem, path: string, mode: OpenMode): Promise<PooledFile> {
    const known = this.#find(fileSystem, path);
    if (known && suits(known, mode)) return this.#retain(known);
    if (known) await this.#close(known);
    while (this.#openHandles >= this.#maxOpenHandles) await this.#closeLeastRecentlyUsed();
    this.#openHandles++;
    const handle = await fileSystem.open(path, mode).catch((error: unknown) => {
      this.#openHandles--;
      this.#tellIdle();
      throw error;
    });
    const file: PooledFile = { fileSystem, path, mode, handle, users: 0, onIdle: undefined };
    let files = this.#files.get(fileSystem);
    if (!files) this.#files.set(fileSystem, (files = new Map<string, PooledFile>()));
    files.set(path, file);
    return this.#retain(file);
  }

  /** From here on nobody new gets the handle; those who have it end first. */
  async #close(file: PooledFile): Promise<void> {
    const files = this.#files.get(file.fileSystem);
    files?.delete(file.path);
    if (files?.size === 0) this.#files.delete(file.fileSystem);
    this.#idle.delete(file);
    if (file.users > 0) await new Promise<void>((resolve) => (file.onIdle = resolve));
    // What a write could not do it has said itself: nothing depends on how closing ends.
    await file.handle.close().catch(() => undefined);
    this.#openHandles--;
    this.#tellIdle();
  }

  /** Or waits until there is one, or a place without that. Whoever waits here has no file open in whose turn it is. */
  async #closeLeastRecentlyUsed(): Promise<void> {
    const [oldest] = this.#idle;
    if (!oldest) {
      await new Promise<void>((resolve) => this.#onIdle.push(resolve));
      return;
    }
    // Nobody else shall choose it.
    this.#idle.delete(oldest);
    const { fileSystem, path } = oldest;
    await this.#inTurn(fileSystem, path, async () => {
      if (this.#find(fileSystem, path) === oldest && oldest.users === 0) await this.#close(oldest);
    });
  }

  #tellIdle(): void {
    this.#onIdle.shift()?.();
  }

  #retain(file: PooledFile): PooledFile {
    file.users++;
    this.#idle.delete(file);
    return file;
  }

  #release(file: PooledFile): void {
    if (--file.users > 0) return;
    if (file.onIdle) {
      file.onIdle();
      return;
    }
    this.#idle.add(file);
    this.#tellIdle();
  }
}

function suits(file: PooledFile, mode: OpenMode): boolean {
  return mode === 'read' || file.mode === 'write';
}
