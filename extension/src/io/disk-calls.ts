import type { DirectoryEntry, IFileStat, OpenMode } from '@jstorrent/engine';

/** Where something lies: a path below one of the folders of the origin private file system that are download roots. */
export interface DiskPath {
  readonly root: string;
  readonly path: string;
}

/** What the disk worker does. Errors carry a `FileSystemErrorCode` as their code; buffers are transferred both ways. */
export interface DiskCalls {
  open(argument: DiskPath & { readonly mode: OpenMode }): Promise<number>;
  read(argument: {
    readonly handle: number;
    readonly position: number;
    readonly into: Uint8Array;
  }): Promise<{ readonly buffer: Uint8Array; readonly bytesRead: number }>;
  write(argument: {
    readonly handle: number;
    readonly position: number;
    readonly data: Uint8Array;
  }): Promise<Uint8Array>;
  truncate(argument: { readonly handle: number; readonly size: number }): Promise<void>;
  flush(argument: { readonly handle: number }): Promise<void>;
  close(argument: { readonly handle: number }): Promise<void>;
  stat(argument: DiskPath): Promise<IFileStat | undefined>;
  list(argument: DiskPath): Promise<readonly DirectoryEntry[]>;
  createDirectory(argument: DiskPath): Promise<void>;
  remove(argument: DiskPath): Promise<void>;
  removeTree(argument: DiskPath): Promise<void>;
  rename(argument: { readonly root: string; readonly from: string; readonly to: string }): Promise<void>;
}
