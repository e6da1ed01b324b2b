import { DiskError } from './disk-error.js';

/** Each open sync access handle is a file descriptor of the extension's process, which dies when it runs out of them. */
const MAX_ACCESS_HANDLES = 256;

/** One file that somebody has open. Its access handle comes and goes with the least-recently-used limit. */
export interface OpenFile {
  /** Below the download root, `root/path`; changes when the file is moved. */
  key: string;
  readonly file: FileSystemFileHandle;
  access: FileSystemSyncAccessHandle | undefined;
  opening: Promise<void> | undefined;
  users: number;
  isRemoved: boolean;
}

/** The files that are open, each once however many have it open: an access handle locks its file. */
export class OpfsOpenFiles {
  readonly #byKey = new Map<string, OpenFile>();
  /** Least recently used first. */
  readonly #withAccess = new Set<OpenFile>();

  /** Whoever acquires a file must release it. */
  acquire(key: string, file: FileSystemFileHandle): OpenFile {
    let open = this.#byKey.get(key);
    if (!open) {
      open = { key, file, access: undefined, opening: undefined, users: 0, isRemoved: false };
      this.#byKey.set(key, open);
    }
    open.users++;
    return open;
  }

  release(open: OpenFile): void {
    if (--open.users > 0) return;
    this.#closeAccess(open);
    if (this.#byKey.get(open.key) === open) this.#byKey.delete(open.key);
  }

  /** Runs `use` with the file's access handle, in the same turn in which it is known to be open. */
  async use<T>(open: OpenFile, use: (access: FileSystemSyncAccessHandle) => T): Promise<T> {
    for (;;) {
      if (open.isRemoved || open.users === 0) throw new DiskError('closed', 'the file is not open any more');
      if (open.access) {
        this.#withAccess.delete(open);
        this.#withAccess.add(open);
        return use(open.access);
      }
      await (open.opening ??= this.#openAccess(open));
    }
  }

  /** Those at `key` or below it. */
  within(key: string): OpenFile[] {
    return [...this.#byKey.values()].filter((open) => open.key === key || open.key.startsWith(`${key}/`));
  }

  at(key: string): OpenFile | undefined {
    return this.#byKey.get(key);
  }

  /** Lets go of the lock, so that the file can be moved; the next use takes it again. */
  async unlock(open: OpenFile): Promise<void> {
    await open.opening;
    this.#closeAccess(open);
  }

  moved(open: OpenFile, key: string): void {
    this.#byKey.delete(open.key);
    open.key = key;
    this.#byKey.set(key, open);
  }

  /** Later operations on the file fail. */
  async removed(open: OpenFile): Promise<void> {
    open.isRemoved = true;
    this.#byKey.delete(open.key);
    await this.unlock(open);
  }

  async #openAccess(open: OpenFile): Promise<void> {
    try {
      const access = await open.file.createSyncAccessHandle();
      if (open.users === 0) {
        access.close();
        return;
      }
      open.access = access;
      this.#withAccess.add(open);
      for (const oldest of this.#withAccess) {
        if (this.#withAccess.size <= MAX_ACCESS_HANDLES) break;
        this.#closeAccess(oldest);
      }
    } finally {
      open.opening = undefined;
    }
  }

  #closeAccess(open: OpenFile): void {
    open.access?.close();
    open.access = undefined;
    this.#withAccess.delete(open);
  }
}
