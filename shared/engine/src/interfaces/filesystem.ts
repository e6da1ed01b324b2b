/**
 * Files as the engine sees them. A file system is one download root: a path is relative to it, with `/` between elements that
 * `core/path-sanitizer.ts` has already made safe. Implementations refuse a path that would leave the root all the same.
 */

/** `locked`: another program uses the file at the moment; nothing else is out of reach. */
export type FileSystemErrorCode =
  'not-found' | 'exists' | 'no-space' | 'permission' | 'locked' | 'invalid-path' | 'not-a-file' | 'closed' | 'other';

/** The only error that file systems and handles reject with. */
export class FileSystemError extends Error {
  override readonly name = 'FileSystemError';
  constructor(
    readonly code: FileSystemErrorCode,
    readonly path: string,
    message: string,
    options?: { cause?: unknown },
  ) {
    super(message, options);
  }
}

export interface IFileStat {
  /** Length in bytes. */
  readonly size: number;
  readonly isDirectory: boolean;
  /** Milliseconds since 1970, 0 where the platform does not say. */
  readonly modifiedMs: number;
}

/** An entry of a folder: its name, not its path. */
export interface DirectoryEntry {
  readonly name: string;
  readonly isDirectory: boolean;
}

/**
 * One open file, as its readers see it. A buffer handed over is given away (an adapter may transfer it to a worker) and comes back in the
 * result, as a view of the same offset and length, for the caller's pool. On rejection the buffer is lost.
 */
export interface IReadableFile {
  /** Reads up to `into.byteLength` bytes at `position`; fewer only at the end of the file. */
  read(position: number, into: Uint8Array): Promise<{ readonly buffer: Uint8Array; readonly bytesRead: number }>;
  /** Idempotent. Operations after it reject with `closed`. */
  close(): Promise<void>;
}

/** One open file. Buffers travel as those of {@link IReadableFile} do. */
export interface IFileHandle extends IReadableFile {
  /** Writes all of `data` at `position`, growing the file (the gap reads as zeros), or rejects: `no-space` when the disk is full. */
  write(position: number, data: Uint8Array): Promise<Uint8Array>;
  /** Sets the length; growing is sparse where the platform can. */
  truncate(size: number): Promise<void>;
  /** Makes written bytes survive a power loss. */
  flush(): Promise<void>;
}

/** `read`: must exist. `write`: read and write, created with its parent folders when missing. */
export type OpenMode = 'read' | 'write';

/** Where files can be read from: a file system, or a folder that the engine does not write to piece by piece. */
export interface IReadableFiles {
  /** Rejects with `not-found` when there is nothing at `path`. */
  open(path: string, mode: 'read'): Promise<IReadableFile>;
  /** Undefined when there is nothing at `path`. */
  stat(path: string): Promise<IFileStat | undefined>;
}

export interface IFileSystem extends IReadableFiles {
  open(path: string, mode: OpenMode): Promise<IFileHandle>;
  /** Undefined when there is nothing at `path`. */
  stat(path: string): Promise<IFileStat | undefined>;
  /** Entries of a folder, sorted by name; `''` is the root itself. */
  list(path: string): Promise<readonly DirectoryEntry[]>;
  /** Creates a folder and its parents; fine when it exists. */
  createDirectory(path: string): Promise<void>;
  /** Removes a file, or a folder that is empty: what somebody has in one stays, and the folder with it. Fine when there is nothing. */
  remove(path: string): Promise<void>;
  /** Removes a folder of our own with all that is in it, or a file; fine when there is nothing. */
  removeTree(path: string): Promise<void>;
  /** Moves a file or folder inside the root, creating the parents of `to`. Rejects with `exists` when something is there. */
  rename(from: string, to: string): Promise<void>;
}
