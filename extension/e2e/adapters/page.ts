import type { IFileHandle, IReadableFile, IReadableFiles, IRunningHash, OpenMode } from '@jstorrent/engine';
import type { DiskCalls } from '../../src/io/disk-calls.js';
import { FolderFiles } from '../../src/io/folder-files.js';
import { OpfsFileSystem } from '../../src/io/opfs-file-system.js';
import { WorkerHasher } from '../../src/io/worker-hasher.js';
import { WorkerCaller } from '../../src/lib/worker-calls.js';
import { createDiskWorker, createHashWorker } from '../../src/offscreen/workers.js';

/** A view of a buffer, as it crosses to the test: the whole buffer in base64, and which part of it is meant. */
export interface WireView {
  readonly buffer: string;
  readonly offset: number;
  readonly length: number;
}

/** Where a test publishes from, and when it gives up. */
export interface WirePublish {
  readonly source: { readonly kind: 'root' | 'folder'; readonly name: string; readonly path: string };
  readonly abort: 'never' | 'before' | 'at-first-progress';
}

/** The browser's end of the adapters under test: JSON in, JSON out; a refusal as `{ code }`. */
class AdapterPage {
  readonly #disk = new WorkerCaller<DiskCalls>(createDiskWorker());
  readonly #hasher = new WorkerHasher(createHashWorker());
  readonly #handles = new Map<number, IFileHandle>();
  readonly #opened = new Map<number, IReadableFile>();
  readonly #dropped = droppedFolder();
  readonly #hashes = new Map<number, IRunningHash>();
  /** Files that are being written to by somebody else. */
  readonly #held = new Map<string, FileSystemWritableFileStream>();
  readonly #folders = new Map<string, Promise<FolderFiles>>();
  #nextHandle = 1;

  readonly operations = {
    open: async (root: string, path: string, mode: OpenMode) => {
      const handle = this.#nextHandle++;
      this.#handles.set(handle, await this.#root(root).open(path, mode));
      return handle;
    },
    stat: (root: string, path: string) => this.#root(root).stat(path),
    list: (root: string, path: string) => this.#root(root).list(path),
    createDirectory: (root: string, path: string) => this.#root(root).createDirectory(path),
    remove: (root: string, path: string) => this.#root(root).remove(path),
    removeTree: (root: string, path: string) => this.#root(root).removeTree(path),
    rename: (root: string, from: string, to: string) => this.#root(root).rename(from, to),
    read: async (handle: number, position: number, into: WireView) => {
      const { buffer, bytesRead } = await this.#handle(handle).read(position, fromWire(into));
      return { buffer: toWire(buffer), bytesRead };
    },
    write: async (handle: number, position: number, data: WireView) =>
      toWire(await this.#handle(handle).write(position, fromWire(data))),
    truncate: (handle: number, size: number) => this.#handle(handle).truncate(size),
    flush: (handle: number) => this.#handle(handle).flush(),
    close: (handle: number) => this.#handle(handle).close(),
    sha1: async (view: WireView) => {
      const { digest, data } = await this.#hasher.sha1(fromWire(view));
      return { digest: toWire(digest), data: toWire(data) };
    },
    startSha1: () => {
      const handle = this.#nextHandle++;
      this.#hashes.set(handle, this.#hasher.startSha1());
      return Promise.resolve(handle);
    },
    updateSha1: async (hash: number, part: WireView) => toWire(await this.#hash(hash).update(fromWire(part))),
    endSha1: async (hash: number) => toWire(await this.#hash(hash).digest()),
    closeSha1: (hash: number) => {
      this.#hash(hash).close();
      return Promise.resolve();
    },
  };

  readonly folders = {
    open: async (name: string, path: string) => {
      const handle = this.#nextHandle++;
      this.#opened.set(handle, await (await this.#folder(name)).open(path));
      return handle;
    },
    stat: async (name: string, path: string) => (await this.#folder(name)).stat(path),
    list: async (name: string, path: string) => (await this.#folder(name)).list(path),
    remove: async (name: string, path: string) => (await this.#folder(name)).remove(path),
    rename: async (name: string, from: string, to: string) => (await this.#folder(name)).rename(from, to),
    publish: async (name: string, to: string, { source, abort }: WirePublish) => {
      const files: IReadableFiles = source.kind === 'root' ? this.#root(source.name) : await this.#folder(source.name);
      const controller = new AbortController();
      const reason = Object.assign(new Error('enough'), { code: 'aborted' });
      if (abort === 'before') controller.abort(reason);
      const progress: number[] = [];
      await (
        await this.#folder(name)
      ).publish({ files, path: source.path }, to, {
        signal: controller.signal,
        onProgress: (bytes) => {
          progress.push(bytes);
          if (abort === 'at-first-progress') controller.abort(reason);
        },
      });
      return progress;
    },
    read: async (handle: number, into: WireView, position: number) => {
      const { buffer, bytesRead } = await this.#openedFile(handle).read(position, fromWire(into));
      return { buffer: toWire(buffer), bytesRead };
    },
    close: (handle: number) => this.#openedFile(handle).close(),
    /** Uses a file as another page would that writes to it. */
    hold: async (name: string, path: string) => {
      const folder = await (await this.#dropped).getDirectoryHandle(name);
      this.#held.set(path, await (await folder.getFileHandle(path)).createWritable({ keepExistingData: true }));
    },
    letGo: (path: string) => this.#held.get(path)?.abort(),
  };

  /** Made once, so that it is missed when the test takes it away. */
  #folder(name: string): Promise<FolderFiles> {
    let folder = this.#folders.get(name);
    if (!folder) {
      folder = this.#dropped
        .then((dropped) => dropped.getDirectoryHandle(name, { create: true }))
        .then((handle) => new FolderFiles(handle, () => undefined));
      this.#folders.set(name, folder);
    }
    return folder;
  }

  #openedFile(handle: number): IReadableFile {
    const found = this.#opened.get(handle);
    if (!found) throw new Error(`no handle ${handle}`);
    return found;
  }

  #root(root: string): OpfsFileSystem {
    return new OpfsFileSystem(this.#disk, root);
  }

  #hash(handle: number): IRunningHash {
    const found = this.#hashes.get(handle);
    if (!found) throw new Error(`no hash ${handle}`);
    return found;
  }

  #handle(handle: number): IFileHandle {
    const found = this.#handles.get(handle);
    if (!found) throw new Error(`no handle ${handle}`);
    return found;
  }
}

/** The folder that the test drops on the page. */
function droppedFolder(): Promise<FileSystemDirectoryHandle> {
  return new Promise((resolve) => {
    document.addEventListener('dragover', (event) => {
      event.preventDefault();
    });
    document.addEventListener('drop', (event) => {
      event.preventDefault();
      void event.dataTransfer?.items[0]?.getAsFileSystemHandle().then((handle) => {
        resolve(handle as FileSystemDirectoryHandle);
      });
    });
  });
}

function fromWire({ buffer, offset, length }: WireView): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Uint8Array.fromBase64(buffer).buffer, offset, length);
}

function toWire(view: Uint8Array): WireView {
  return { buffer: new Uint8Array(view.buffer).toBase64(), offset: view.byteOffset, length: view.byteLength };
}

export type AdapterOperations = AdapterPage['operations'];
export type FolderOperations = AdapterPage['folders'];

/** What an operation gave, or the code that it was refused with. */
export type Outcome = { readonly result: unknown } | { readonly code: string; readonly message: string };

const { operations, folders } = new AdapterPage();

/** Called by the test in this page. */
async function runOperation(of: 'operations' | 'folders', name: string, args: readonly unknown[]): Promise<Outcome> {
  const table = { operations, folders }[of] as unknown as Readonly<
    Record<string, (...args: readonly unknown[]) => unknown>
  >;
  try {
    return { result: await table[name]?.(...args) };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'none';
    return { code, message: String(error) };
  }
}

Object.assign(globalThis, { runOperation });
