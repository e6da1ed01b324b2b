import type { DirectoryEntry, IFileStat, OpenMode } from '@jstorrent/engine';
import type { DiskPath } from './disk-calls.js';
import { DiskError } from './disk-error.js';
import { OpfsFolders } from './opfs-folders.js';
import { OpfsOpenFiles, type OpenFile } from './opfs-open-files.js';
import { childOf, entriesOf, isMissing, pathElements } from './opfs-tree.js';
import { TreeLock } from './tree-lock.js';

/** All download roots in the origin private file system. Lives in the disk worker: nowhere else are there sync access handles. */
export class OpfsDisk {
  readonly #files = new OpfsOpenFiles();
  readonly #handles = new Map<number, { readonly file: OpenFile; readonly mode: OpenMode }>();
  #nextHandle = 1;
  readonly #folders = new OpfsFolders();
  /** An `open` must not see half of a `rename`. */
  readonly #lock = new TreeLock();

  open({ root, path, mode }: DiskPath & { mode: OpenMode }): Promise<number> {
    return this.#lock.share(async () => {
      const { folder, name } = await this.#parentOf(root, path, { create: mode === 'write' });
      const file = await folder.getFileHandle(name, { create: mode === 'write' });
      const handle = this.#nextHandle++;
      this.#handles.set(handle, { file: this.#files.acquire(keyOf(root, path), file), mode });
      return handle;
    });
  }

  async read(handle: number, position: number, into: Uint8Array): Promise<number> {
    return this.#use(handle, (access) => access.read(into, { at: position }));
  }

  async write(handle: number, position: number, data: Uint8Array): Promise<void> {
    const written = await this.#change(handle, (access) => access.write(data, { at: position }));
    // The platform does not throw when the disk is full.
    if (written < data.length) throw new DiskError('no-space', `${written} of ${data.length} bytes were written`);
  }

  truncate(handle: number, size: number): Promise<void> {
    return this.#change(handle, (access) => access.truncate(size));
  }

  flush(handle: number): Promise<void> {
    return this.#use(handle, (access) => access.flush());
  }

  close(handle: number): void {
    const open = this.#handles.get(handle);
    this.#handles.delete(handle);
    if (open) this.#files.release(open.file);
  }

  stat({ root, path }: DiskPath): Promise<IFileStat | undefined> {
    return this.#lock.share(async () => {
      const found = await this.#find(root, path);
      if (!found) return undefined;
      if (found.kind === 'directory') return { size: 0, isDirectory: true, modifiedMs: 0 };
      const { size, lastModified } = await found.getFile();
      return { size, isDirectory: false, modifiedMs: lastModified };
    });
  }

  list({ root, path }: DiskPath): Promise<DirectoryEntry[]> {
    return this.#lock.share(async () => entriesOf(await this.#folders.at(root, pathElements(path), { create: false })));
  }

  createDirectory({ root, path }: DiskPath): Promise<void> {
    return this.#lock.share(async () => {
      await this.#folders.at(root, pathElements(path), { create: true });
    });
  }

  remove({ root, path }: DiskPath): Promise<void> {
    return this.#lock.change(async () => {
      assertBelowRoot(path);
      const found = await this.#find(root, path);
      if (!found) return;
      if (found.kind === 'directory' && (await entriesOf(found)).length > 0) return;
      await this.#remove({ root, path });
    });
  }

  removeTree(place: DiskPath): Promise<void> {
    return this.#lock.change(async () => {
      assertBelowRoot(place.path);
      if (await this.#find(place.root, place.path)) await this.#remove(place);
    });
  }

  async #remove({ root, path }: DiskPath): Promise<void> {
    for (const open of this.#files.within(keyOf(root, path))) await this.#files.removed(open);
    const { folder, name } = await this.#parentOf(root, path, { create: false });
    this.#folders.forget();
    await folder.removeEntry(name, { recursive: true });
  }

  rename({ root, from, to }: { root: string; from: string; to: string }): Promise<void> {
    return this.#lock.change(async () => {
      assertBelowRoot(from);
      assertBelowRoot(to);
      const source = await this.#find(root, from);
      if (!source) throw new DiskError('not-found', 'there is nothing to move');
      if (await this.#find(root, to)) throw new DiskError('exists', 'something is at the new place');
      if (to.startsWith(`${from}/`)) throw new DiskError('invalid-path', 'a folder cannot move into itself');
      await this.#move(source, { root, from, to });
      const { folder, name } = await this.#parentOf(root, from, { create: false });
      if (source.kind !== 'directory') return;
      this.#folders.forget();
      await folder.removeEntry(name, { recursive: true });
    });
  }

  /** Folders cannot be moved as a whole: their files are, one by one. */
  async #move(
    source: FileSystemFileHandle | FileSystemDirectoryHandle,
    { root, from, to }: { root: string; from: string; to: string },
  ): Promise<void> {
    if (source.kind === 'directory') {
      await this.#folders.at(root, pathElements(to), { create: true });
      for await (const [name, child] of source.entries()) {
        const handle = child;
        await this.#move(handle, { root, from: `${from}/${name}`, to: `${to}/${name}` });
      }
      return;
    }
    const open = this.#files.at(keyOf(root, from));
    if (open) await this.#files.unlock(open);
    const { folder, name } = await this.#parentOf(root, to, { create: true });
    await (open?.file ?? source).move(folder, name);
    if (open) this.#files.moved(open, keyOf(root, to));
  }

  #use<T>(handle: number, use: (access: FileSystemSyncAccessHandle) => T): Promise<T> {
    const open = this.#handles.get(handle);
    if (!open) return Promise.reject(new DiskError('closed', 'the file is closed'));
    return this.#files.use(open.file, use);
  }

  /** An access handle could always write. */
  #change<T>(handle: number, use: (access: FileSystemSyncAccessHandle) => T): Promise<T> {
    if (this.#handles.get(handle)?.mode === 'read') {
      return Promise.reject(new DiskError('permission', 'the file was opened for reading'));
    }
    return this.#use(handle, use);
  }

  /** The folder that holds the last element of `path`, and that element. */
  async #parentOf(
    root: string,
    path: string,
    options: { readonly create: boolean },
  ): Promise<{ readonly folder: FileSystemDirectoryHandle; readonly name: string }> {
    const elements = pathElements(path);
    const name = elements.at(-1);
    if (name === undefined) throw new DiskError('invalid-path', 'the root itself');
    return { folder: await this.#folders.at(root, elements.slice(0, -1), options), name };
  }

  /** The file or folder at `path`, undefined when there is none. */
  async #find(root: string, path: string): Promise<FileSystemFileHandle | FileSystemDirectoryHandle | undefined> {
    if (path === '') return this.#folders.at(root, [], { create: false });
    try {
      const { folder, name } = await this.#parentOf(root, path, { create: false });
      return await childOf(folder, name);
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }
}

function assertBelowRoot(path: string): void {
  if (path === '') throw new DiskError('invalid-path', 'the root stays where it is');
}

function keyOf(root: string, path: string): string {
  return `${root}/${path}`;
}
