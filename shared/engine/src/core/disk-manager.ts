import { FileSystemError, type IFileStat, type IFileSystem } from '../interfaces/filesystem.js';
import type { IHasher } from '../interfaces/hasher.js';
import type { BitField } from '../utils/bitfield.js';
import type { DiskQueue } from './disk-queue.js';
import { removeEmptyFolders } from './empty-folders.js';
import type { FileHandlePool } from './file-handle-pool.js';
import { PieceHashes, type PieceReader } from './piece-hashes.js';
import type { PieceLayout } from './piece-layout.js';
import { READ_EXTENT_LENGTH, type ReadCache } from './read-cache.js';
import { ScratchFile } from './scratch-file.js';
import { type AsidePlace, type FileArrangement, SkippedFiles } from './skipped-files.js';
import { sliceRange, type FileExtent } from './torrent-file.js';

/** A file of a torrent and the download root it lies in; files of one torrent may lie in different ones. */
export interface DiskFile extends FileExtent {
  readonly fileSystem: IFileSystem;
  /** Safe and relative to the root. */
  readonly path: string;
}

/** A file as it is found, unread. */
export interface FileInspection {
  /** Undefined when it is not there. */
  readonly stat: IFileStat | undefined;
  readonly isKept: (pieceIndex: number) => boolean;
}

/** What became of a piece in the scratch file. */
export type KeptOutcome =
  { readonly outcome: 'verified' | 'failed' } | { readonly outcome: 'unreadable'; readonly error: unknown };

/** A file that should hold verified bytes is gone, or ends before them. */
export class FileTooShortError extends Error {
  override readonly name = 'FileTooShortError';
  readonly code = 'file-too-short';
  constructor(readonly path: string) {
    super(`${path} is missing or shorter than what was written to it`);
  }
}

/**
 * Pieces on disk: which bytes lie in which file, hashing before writing, reading for uploads. Errors of the disk pass through as
 * {@link FileSystemError}. Buffers handed over are given away and come back in the result; after a rejection they are lost.
 */
export class DiskManager {
  /** Says whether bytes are a piece. */
  readonly hashes: PieceHashes;
  readonly #layout: PieceLayout;
  readonly #handles: FileHandlePool;
  readonly #cache: ReadCache;
  readonly #queue: DiskQueue;
  readonly #extentsPerPiece: number;
  readonly #aside: AsidePlace;
  readonly #running = new Set<Promise<unknown>>();
  #files: readonly DiskFile[] = [];
  #skipped: SkippedFiles | undefined;
  readonly #scratch: ScratchFile;
  /** Files without bytes that are there. */
  readonly #emptyFiles = new Set<DiskFile>();
  /** While places change: the end of it. Whoever wants to use the files waits. */
  #arranging: Promise<unknown> | undefined;
  #closing: Promise<void> | undefined;

  constructor(options: {
    readonly hasher: IHasher;
    readonly layout: PieceLayout;
    /** SHA-1 of every piece, 20 bytes each. */
    readonly pieceHashes: Uint8Array;
    /** The next three are shared by all torrents. */
    readonly handles: FileHandlePool;
    readonly cache: ReadCache;
    readonly queue: DiskQueue;
    readonly aside: AsidePlace;
  }) {
    this.hashes = new PieceHashes(options);
    this.#layout = options.layout;
    this.#handles = options.handles;
    this.#cache = options.cache;
    this.#queue = options.queue;
    this.#aside = options.aside;
    this.#scratch = new ScratchFile({ ...options, place: options.aside });
    this.#extentsPerPiece = Math.ceil(options.layout.pieceLength / READ_EXTENT_LENGTH);
  }

  /** Nothing is being read, hashed or written. */
  get isIdle(): boolean {
    return this.#running.size === 0;
  }

  /** Says where the files are. Touches no disk: each is opened when first needed. */
  open(files: readonly DiskFile[]): void {
    // An empty file starts where the next one does, and comes first.
    this.#files = files.toSorted((a, b) => a.offset - b.offset || a.length - b.length);
    this.#skipped = new SkippedFiles({
      place: this.#aside,
      layout: this.#layout,
      handles: this.#handles,
      files: this.#files,
    });
  }

  /**
   * Says which files are not wanted: from now on none of their bytes is written to their places, and what is there moves aside, or back.
   * Before the first call nobody may read or write. Rejects as {@link SkippedFiles.arrange}.
   */
  arrange(arrangement: FileArrangement): Promise<void> {
    if (this.#closing) return Promise.reject(closed());
    const users = [...this.#running];
    const arranging = this.#track(
      Promise.allSettled(users).then(async () => {
        await this.#skipped?.arrange(arrangement);
      }),
    );
    const ended = arranging
      .catch(() => undefined)
      .then(() => {
        if (this.#arranging === ended) this.#arranging = undefined;
      });
    this.#arranging = ended;
    return arranging;
  }

  /** What the platform says of a file, and of which pieces it needs no bytes there, for these are kept aside. */
  async inspect(fileIndex: number): Promise<FileInspection> {
    const file = this.#files[fileIndex];
    const path = this.#skipped?.pathOf(fileIndex) ?? '';
    const stat = await file?.fileSystem.stat(path);
    return { stat, isKept: (index) => this.#skipped?.partsFor(fileIndex, index) !== undefined };
  }

  /**
   * The engine's only write path: hashes a whole piece, then writes it if the hash is right. `verified` false: nothing was written.
   */
  commit(index: number, buffer: Uint8Array): Promise<{ readonly verified: boolean; readonly buffer: Uint8Array }> {
    const { length } = buffer;
    return this.#run(async () => {
      this.#queue.add(length);
      try {
        const { isValid, piece } = await this.hashes.checkWhole(index, buffer);
        if (!isValid) return { verified: false, buffer: piece };
        const kept = this.#skipped?.sharesPiece(index) ? await this.#skipped.keep(index, piece) : piece;
        return { verified: true, buffer: await this.#write(index, 0, kept) };
      } finally {
        this.#queue.remove(length);
      }
    });
  }

  /**
   * As {@link commit}, of a piece whose blocks are all in the scratch file, where it stays until it is forgotten. `unreadable`: the disk
   * did not give the blocks back. Rejects when the piece is right and could not be written.
   */
  commitKept(index: number): Promise<KeptOutcome> {
    const length = this.#layout.sectionLength;
    return this.#run(async () => {
      this.#queue.add(length);
      try {
        const read: PieceReader = (begin, into) => this.#scratch.read(index, begin, into);
        const checked = await this.hashes
          .check(index, read, new Uint8Array(length))
          .catch((error: unknown) => ({ isValid: undefined, error }));
        if (checked.isValid === undefined) return { outcome: 'unreadable', error: checked.error };
        if (!checked.isValid) return { outcome: 'failed' };
        await this.#copyKept(index, read, checked.scratch);
        return { outcome: 'verified' };
      } finally {
        this.#queue.remove(length);
      }
    });
  }

  /** Writes bytes of a piece as they are, over file borders, but for those of skipped files. Returns `data`. */
  write(index: number, begin: number, data: Uint8Array): Promise<Uint8Array> {
    return this.#run(() => this.#write(index, begin, data));
  }

  /** Reads bytes of a piece, over file borders, past the cache. Rejects with {@link FileTooShortError} when they are not there. */
  read(index: number, begin: number, length: number): Promise<Uint8Array> {
    return this.#run(async () => {
      const { buffer, missing } = await this.#fill(index, begin, new Uint8Array(length));
      if (missing) throw new FileTooShortError(missing.path);
      return buffer;
    });
  }

  /** Bytes of a verified piece when they are in memory, as a view that must not be changed. The fast half of `readBlock`. */
  cachedBlock(index: number, begin: number, length: number): Uint8Array | undefined {
    const first = Math.floor(begin / READ_EXTENT_LENGTH);
    const start = begin - first * READ_EXTENT_LENGTH;
    if (start + length > READ_EXTENT_LENGTH) return undefined;
    return this.#cache.get(this, index * this.#extentsPerPiece + first)?.subarray(start, start + length);
  }

  /**
   * Bytes of a verified piece, through the read cache: what surrounds them in the piece, up to 1 MiB, is read along. The result must not
   * be changed. Rejects as `read` does.
   */
  async readBlock(index: number, begin: number, length: number): Promise<Uint8Array> {
    const first = Math.floor(begin / READ_EXTENT_LENGTH);
    const start = begin - first * READ_EXTENT_LENGTH;
    const extent = await this.#loadExtent(index, first);
    if (start + length <= READ_EXTENT_LENGTH) return extent.subarray(start, start + length);
    const block = new Uint8Array(length);
    block.set(extent.subarray(start));
    const filled = READ_EXTENT_LENGTH - start;
    block.set(await this.readBlock(index, begin + filled, length - filled), filled);
    return block;
  }

  /**
   * Hashes what is on disk of a piece, in `scratch` (at least one section long), which comes back. A file that is missing or too short makes
   * the piece invalid.
   */
  check(index: number, scratch: Uint8Array): Promise<{ readonly isValid: boolean; readonly scratch: Uint8Array }> {
    const read: PieceReader = async (begin, into) => {
      const { buffer, missing } = await this.#fill(index, begin, into);
      return { buffer, bytesRead: missing ? 0 : buffer.length };
    };
    return this.#run(() => this.hashes.check(index, read, scratch));
  }

  /** What those take of the disk that are not finished, in pieces. */
  get scratchPieces(): number {
    return this.#scratch.pieceCount;
  }

  /** Which blocks of unfinished pieces are kept. Once, before the next three. They reject with `FileSystemError`. */
  loadShelf(): Promise<ReadonlyMap<number, BitField>> {
    return this.#run(() => this.#scratch.load());
  }

  /** Keeps the blocks of a piece whose memory is given up; they are not verified. `buffer` is given away and comes back. */
  shelve(index: number, buffer: Uint8Array, blocks: BitField): Promise<Uint8Array> {
    return this.#run(() => this.#scratch.put(index, buffer, blocks));
  }

  /** Keeps blocks of a piece that is too long for the memory, beside those that are kept of it: as {@link ScratchFile.keep}. */
  keepBlocks(index: number, begin: number, section: Uint8Array, blocks: BitField): Promise<Uint8Array> {
    const { length } = section;
    return this.#run(async () => {
      this.#queue.add(length);
      try {
        return await this.#scratch.keep(index, begin, section, blocks);
      } finally {
        this.#queue.remove(length);
      }
    });
  }

  /** The piece as it was shelved. */
  readShelved(index: number): Promise<Uint8Array> {
    return this.#run(() => this.#scratch.take(index));
  }

  /** Fine when it is not there. */
  forgetShelved(index: number): Promise<void> {
    return this.#run(() => this.#scratch.forget(index));
  }

  /** What the platform says of a file once it has been closed: before, its time may not be the last one. */
  statClosed(fileIndex: number): Promise<IFileStat | undefined> {
    return this.#run(async () => {
      const file = this.#files[fileIndex];
      if (!file || this.#skipped?.has(fileIndex)) return undefined;
      const { fileSystem, path } = file;
      await this.#handles.close(fileSystem, path);
      return fileSystem.stat(path);
    });
  }

  /** Creates the wanted files that no piece would create, for they have no bytes. */
  createEmptyFiles(): Promise<void> {
    return this.#run(async () => {
      for (const [fileIndex, file] of this.#files.entries()) {
        if (file.length > 0 || this.#skipped?.has(fileIndex) || this.#emptyFiles.has(file)) continue;
        await this.#handles.use(file.fileSystem, file.path, 'write', () => Promise.resolve());
        this.#emptyFiles.add(file);
      }
    });
  }

  /** Closes, then deletes all files, and the folders above them that are left empty. */
  async deleteFiles(): Promise<void> {
    await this.close();
    const removed = new Map<IFileSystem, string[]>();
    for (const { fileSystem, path } of this.#files) {
      await fileSystem.remove(path);
      const ofRoot = removed.get(fileSystem);
      if (ofRoot) ofRoot.push(path);
      else removed.set(fileSystem, [path]);
    }
    for (const [fileSystem, paths] of removed) await removeEmptyFolders(fileSystem, paths);
  }

  /** Takes nothing more (`closed`), waits for what is under way, closes the files. Idempotent. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    await Promise.allSettled(this.#running);
    this.#cache.forget(this);
    for (const file of this.#files) await this.#handles.close(file.fileSystem, file.path);
    await this.#skipped?.close();
    await this.#scratch.close();
  }

  #run<T>(operation: () => Promise<T>): Promise<T> {
    if (this.#closing) return Promise.reject(closed());
    return this.#track(this.#arranging ? this.#arranging.then(operation) : operation());
  }

  #track<T>(operation: Promise<T>): Promise<T> {
    const running = operation.finally(() => this.#running.delete(running));
    this.#running.add(running);
    return running;
  }

  /** Section by section, in `scratch`. */
  async #copyKept(index: number, read: PieceReader, scratch: Uint8Array): Promise<void> {
    const size = this.#layout.pieceSize(index);
    const { sectionLength } = this.#layout;
    const isShared = this.#skipped?.sharesPiece(index) === true;
    let free: ArrayBufferLike = scratch.buffer;
    for (let begin = 0; begin < size; begin += sectionLength) {
      const into = new Uint8Array(free, 0, Math.min(sectionLength, size - begin));
      const { buffer, bytesRead } = await read(begin, into);
      if (bytesRead < buffer.length)
        throw new FileSystemError('other', '', `piece ${index} is no more where it was kept`);
      const kept = isShared ? await this.#skipped?.keepSection(index, begin, buffer) : buffer;
      free = (await this.#write(index, begin, kept ?? buffer)).buffer;
    }
  }

  async #write(index: number, begin: number, data: Uint8Array): Promise<Uint8Array> {
    const { byteOffset, length } = data;
    let whole = data;
    for (const slice of sliceRange(this.#files, this.#offsetOf(index, begin), length)) {
      if (this.#skipped?.has(slice.fileIndex)) continue;
      const { fileSystem, path } = slice.file;
      const part = whole.subarray(slice.start, slice.start + slice.length);
      const back = await this.#handles.use(fileSystem, path, 'write', (handle) => handle.write(slice.position, part));
      whole = new Uint8Array(back.buffer, byteOffset, length);
    }
    return whole;
  }

  /** Reads into all of `buffer`; `missing` is the file that does not hold what it should. */
  async #fill(
    index: number,
    begin: number,
    buffer: Uint8Array,
  ): Promise<{ readonly buffer: Uint8Array; readonly missing: DiskFile | undefined }> {
    const { byteOffset, length } = buffer;
    let whole = buffer;
    for (const slice of sliceRange(this.#files, this.#offsetOf(index, begin), length)) {
      const part = whole.subarray(slice.start, slice.start + slice.length);
      const parts = this.#skipped?.partsFor(slice.fileIndex, index);
      const path = this.#skipped?.pathOf(slice.fileIndex) ?? slice.file.path;
      const read = parts
        ? await parts.read(index, begin + slice.start, part)
        : await this.#readPart(slice.file.fileSystem, path, slice.position, part);
      if (!read) return { buffer: whole, missing: slice.file };
      whole = new Uint8Array(read.buffer.buffer, byteOffset, length);
      if (read.bytesRead < slice.length) return { buffer: whole, missing: slice.file };
    }
    return { buffer: whole, missing: undefined };
  }

  /** Undefined, and `part` still the caller's, when there is no such file. */
  async #readPart(
    fileSystem: IFileSystem,
    path: string,
    position: number,
    part: Uint8Array,
  ): Promise<{ readonly buffer: Uint8Array; readonly bytesRead: number } | undefined> {
    try {
      return await this.#handles.use(fileSystem, path, 'read', (handle) => handle.read(position, part));
    } catch (error) {
      const isLost = part.length === 0;
      if (!isLost && error instanceof FileSystemError && error.code === 'not-found') return undefined;
      throw error;
    }
  }

  #loadExtent(index: number, extent: number): Promise<Uint8Array> {
    const begin = extent * READ_EXTENT_LENGTH;
    const length = Math.min(READ_EXTENT_LENGTH, this.#layout.pieceSize(index) - begin);
    return this.#cache.load(this, index * this.#extentsPerPiece + extent, () => this.read(index, begin, length));
  }

  #offsetOf(index: number, begin: number): number {
    return index * this.#layout.pieceLength + begin;
  }
}

function closed(): FileSystemError {
  return new FileSystemError('closed', '', 'the files of this torrent are closed');
}
