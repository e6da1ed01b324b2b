import {
  type DirectoryEntry,
  FileSystemError,
  type IFileHandle,
  type IFileStat,
  type IFileSystem,
  type OpenMode,
} from '@jstorrent/engine';
import type { WorkerCaller } from '../lib/worker-calls.js';
import type { BlobSource } from './blob-source.js';
import type { DiskCalls } from './disk-calls.js';
import { diskError } from './disk-error.js';
import { atPath, OpfsFileHandle } from './opfs-file-handle.js';
import { parentOf } from './opfs-tree.js';

/** One folder of the origin private file system as a download root. The disk worker does the work, for all roots. */
export class OpfsFileSystem implements IFileSystem, BlobSource {
  constructor(
    private readonly disk: WorkerCaller<DiskCalls>,
    private readonly root: string,
  ) {}

  async open(path: string, mode: OpenMode): Promise<IFileHandle> {
    const handle = await atPath(path, this.disk.call('open', { root: this.root, path, mode }));
    return new OpfsFileHandle(this.disk, handle, path);
  }

  stat(path: string): Promise<IFileStat | undefined> {
    return atPath(path, this.disk.call('stat', { root: this.root, path }));
  }

  list(path: string): Promise<readonly DirectoryEntry[]> {
    return atPath(path, this.disk.call('list', { root: this.root, path }));
  }

  createDirectory(path: string): Promise<void> {
    return atPath(path, this.disk.call('createDirectory', { root: this.root, path }));
  }

  remove(path: string): Promise<void> {
    return atPath(path, this.disk.call('remove', { root: this.root, path }));
  }

  removeTree(path: string): Promise<void> {
    return atPath(path, this.disk.call('removeTree', { root: this.root, path }));
  }

  rename(from: string, to: string): Promise<void> {
    return atPath(from, this.disk.call('rename', { root: this.root, from, to }));
  }

  async blobAt(path: string): Promise<Blob> {
    try {
      const storage = await navigator.storage.getDirectory();
      const { folder, name } = await parentOf(await storage.getDirectoryHandle(this.root), path, { create: false });
      return await (await folder.getFileHandle(name)).getFile();
    } catch (error) {
      const { code, message } = diskError(error);
      throw new FileSystemError(code, path, message, { cause: error });
    }
  }
}
