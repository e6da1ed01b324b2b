import {
  type DirectoryEntry,
  FileSystemError,
  type FileSystemErrorCode,
  type IFileStat,
  type IPublishedFiles,
  type IReadableFile,
  type IReadableFiles,
  type PublishOptions,
} from '@jstorrent/engine';
import { type BlobSource, isBlobSource } from './blob-source.js';
import { DiskError, diskError } from './disk-error.js';
import { FolderFile } from './folder-file.js';
import { entriesOf, findAt, folderAt, isNamed, parentOf, pathElements } from './opfs-tree.js';

/** Copied at a time, so that progress shows and a stop need not wait long. */
const SLICE_BYTES = 64 * 1024 * 1024;
/** Read at a time where the browser cannot copy by itself. */
const READ_BYTES = 1024 * 1024;
/** Where Chrome keeps what is being written, until it is closed: beside the file, under its name and this. */
const UNFINISHED = '.crswap';
/** What may mean that the whole folder is out of reach. */
const DOUBTFUL: ReadonlySet<FileSystemErrorCode> = new Set(['not-found', 'permission', 'other']);

/** How a folder of the user's stands. `prompt`: Chrome asks again when a view does; `missing`: it was moved, or its disk is not there. */
export type FolderAccess = 'granted' | 'prompt' | 'denied' | 'missing';

export async function folderAccess(folder: FileSystemDirectoryHandle): Promise<FolderAccess> {
  const permission = await folder.queryPermission({ mode: 'readwrite' });
  if (permission !== 'granted') return permission;
  try {
    await folder.keys().next();
    return 'granted';
  } catch (error) {
    return diskError(error).code === 'not-found' ? 'missing' : 'prompt';
  }
}

/**
 * A folder that the user picked. The browser copies whole files into it; there are no other writes, for opening a file to write to it
 * would copy it first. While the folder is out of reach every operation rejects with `permission`.
 */
export class FolderFiles implements IPublishedFiles, BlobSource {
  constructor(
    private readonly root: FileSystemDirectoryHandle,
    /** Called when an operation found that the folder is out of reach. */
    private readonly onLost: () => void,
  ) {}

  open(path: string): Promise<IReadableFile> {
    return this.#at(path, async () => {
      const file = await this.#fileAt(path);
      return new FolderFile(file, path, (operation) => this.#at(path, operation));
    });
  }

  blobAt(path: string): Promise<Blob> {
    return this.#at(path, () => this.#fileAt(path));
  }

  stat(path: string): Promise<IFileStat | undefined> {
    return this.#at(path, async () => {
      const found = await findAt(this.root, path);
      if (!found) {
        await this.#assertReachable();
        return undefined;
      }
      if (found.kind === 'directory') return { size: 0, isDirectory: true, modifiedMs: 0 };
      const { size, lastModified } = await found.getFile();
      return { size, isDirectory: false, modifiedMs: lastModified };
    });
  }

  list(path: string): Promise<readonly DirectoryEntry[]> {
    return this.#at(path, async () => {
      const entries = await entriesOf(await folderAt(this.root, pathElements(path), { create: false }));
      return entries.filter(({ name }) => !name.endsWith(UNFINISHED));
    });
  }

  remove(path: string): Promise<void> {
    return this.#at(path, async () => {
      if (!(await findAt(this.root, path))) return;
      const { folder, name } = await parentOf(this.root, path, { create: false });
      await folder.removeEntry(name).catch((error: unknown) => {
        // A directory with something in it.
        if (!isNamed(error, 'InvalidModificationError')) throw error;
      });
    });
  }

  rename(from: string, to: string): Promise<void> {
    return this.#at(from, async () => {
      const source = await findAt(this.root, from);
      if (source?.kind !== 'file') throw new DiskError('not-found', 'there is no file to move');
      if (await findAt(this.root, to)) throw new DiskError('exists', 'something is at the new place');
      const { folder, name } = await parentOf(this.root, to, { create: true });
      await source.move(folder, name);
    });
  }

  async publish(
    source: { readonly files: IReadableFiles; readonly path: string },
    to: string,
    { signal, onProgress }: PublishOptions,
  ): Promise<void> {
    const original = await openOriginal(source.files, source.path);
    signal.throwIfAborted();
    await this.#at(to, async () => {
      const { folder, name } = await parentOf(this.root, to, { create: true });
      const target = await this.#createFile(folder, name);
      try {
        await copyInto(target, original, { signal, onProgress });
      } catch (error) {
        await folder.removeEntry(name).catch(() => undefined);
        throw error;
      }
    })
      .catch((error: unknown) => {
        signal.throwIfAborted();
        throw error;
      })
      .finally(() => original.close());
  }

  async #fileAt(path: string): Promise<File> {
    const { folder, name } = await parentOf(this.root, path, { create: false });
    return (await folder.getFileHandle(name)).getFile();
  }

  /** An empty file is what a copy leaves behind that ended with the browser. */
  async #createFile(folder: FileSystemDirectoryHandle, name: string): Promise<FileSystemFileHandle> {
    const known = await findAt(folder, name);
    if (known?.kind === 'directory') throw new DiskError('exists', 'a folder is there already');
    if (known && (await known.getFile()).size > 0) throw new DiskError('exists', 'a file is there already');
    // What had been copied by then; Chrome would leave it there for ever.
    await folder.removeEntry(name + UNFINISHED).catch(() => undefined);
    return folder.getFileHandle(name, { create: true });
  }

  async #assertReachable(): Promise<void> {
    const access = await folderAccess(this.root);
    if (access === 'granted') return;
    this.onLost();
    throw new DiskError('permission', `the folder is out of reach (${access})`);
  }

  async #at<T>(path: string, operation: () => Promise<T>): Promise<T> {
    try {
      return await operation();
    } catch (error) {
      if (error instanceof FileSystemError) throw error;
      let { code, message } = diskError(error);
      if (DOUBTFUL.has(code)) {
        await this.#assertReachable().catch((lost: unknown) => ({ code, message } = diskError(lost)));
      }
      throw new FileSystemError(code, path, message, { cause: error });
    }
  }
}

/** What is copied: its length, and its slices in order. */
interface Original {
  readonly size: number;
  sliceAt(position: number): Promise<Blob | Uint8Array<ArrayBuffer>>;
  close(): Promise<void>;
}

async function openOriginal(files: IReadableFiles, path: string): Promise<Original> {
  if (isBlobSource(files)) {
    const blob = await files.blobAt(path);
    const sliceAt = (position: number) => Promise.resolve(blob.slice(position, position + SLICE_BYTES));
    return { size: blob.size, sliceAt, close: () => Promise.resolve() };
  }
  const file = await files.open(path, 'read');
  const size = (await files.stat(path))?.size ?? 0;
  let buffer: Uint8Array = new Uint8Array(READ_BYTES);
  return {
    size,
    sliceAt: async (position) => {
      const { buffer: back, bytesRead } = await file.read(position, buffer);
      buffer = back;
      return back.subarray(0, bytesRead) as Uint8Array<ArrayBuffer>;
    },
    close: () => file.close(),
  };
}

/** In slices; on failure the file is left as it was. */
async function copyInto(
  target: FileSystemFileHandle,
  original: Original,
  { signal, onProgress }: PublishOptions,
): Promise<void> {
  const writable = await target.createWritable();
  try {
    for (let position = 0; position < original.size;) {
      signal.throwIfAborted();
      const slice = await original.sliceAt(position);
      const length = slice instanceof Blob ? slice.size : slice.length;
      if (length === 0) throw new DiskError('not-found', 'the original became shorter');
      await writable.write(slice);
      position += length;
      onProgress(position);
    }
    signal.throwIfAborted();
    await writable.close();
  } catch (error) {
    await writable.abort().catch(() => undefined);
    throw error;
  }
  const { size } = await target.getFile();
  if (size !== original.size) throw new DiskError('no-space', `${size} of ${original.size} bytes arrived`);
}
