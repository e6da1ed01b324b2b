import type { IFileSystem } from '../interfaces/filesystem.js';
import type { IHasher } from '../interfaces/hasher.js';
import type { DiskQueue } from './disk-queue.js';
import type { FileHandlePool } from './file-handle-pool.js';
import type { PieceLayout } from './piece-layout.js';
import type { ReadCache } from './read-cache.js';

/** A file of a torrent and the download root it lies in. */
export interface DiskFile {
  readonly fileSystem: IFileSystem;
  /** Safe and relative to the root. */
  readonly path: string;
  readonly length: number;
  /** Where it starts in the torrent, in bytes. */
  readonly offset: number;
}

export declare class DiskManager {
  constructor(options: {
    readonly hasher: IHasher;
    readonly layout: PieceLayout;
    /** 20 bytes a piece. */
    readonly pieceHashes: Uint8Array;
    /** Shared by all torrents. */
    readonly handles: FileHandlePool;
    readonly cache: ReadCache;
    readonly queue: DiskQueue;
  });
  open(files: readonly DiskFile[]): void;
  /** Hashes, then writes if it matches. The buffer is given away and comes back. Rejects with FileSystemError. */
  commit(index: number, buffer: Uint8Array): Promise<{ readonly verified: boolean; readonly buffer: Uint8Array }>;
  write(index: number, begin: number, data: Uint8Array): Promise<Uint8Array>;
  read(index: number, begin: number, length: number): Promise<Uint8Array>;
  /** A block of a verified piece when it is in memory; a view, do not change. */
  cachedBlock(index: number, begin: number, length: number): Uint8Array | undefined;
  /** The same, read from disk (with read-ahead) when needed. */
  readBlock(index: number, begin: number, length: number): Promise<Uint8Array>;
  /** Hashes what is on disk. `scratch` (>= pieceLength) is given away and comes back. Missing files: not valid. */
  check(index: number, scratch: Uint8Array): Promise<{ readonly isValid: boolean; readonly buffer: Uint8Array }>;
  createEmptyFiles(): Promise<void>;
  /** Closes, then deletes the files and the folders left empty. */
  deleteFiles(): Promise<void>;
  close(): Promise<void>;
}
