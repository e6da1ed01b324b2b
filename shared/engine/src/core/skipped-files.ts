import type { IFileSystem } from '../interfaces/filesystem.js';
import type { AsideFolders } from './aside-folders.js';
import { removeEmptyFolders } from './empty-folders.js';
import type { FileHandlePool } from './file-handle-pool.js';
import { PartFile } from './part-file.js';
import type { PieceLayout } from './piece-layout.js';
import { type FileExtent, sliceRange } from './torrent-file.js';

/** What lies where files of the torrent belong is not what the torrent put there. */
export class FilesChangedError extends Error {
  override readonly name = 'FilesChangedError';
  readonly code = 'files-changed';
  /** `paths` of at least one file. */
  constructor(readonly paths: readonly string[]) {
    const [first = '', ...others] = paths;
    super(`${first}${others.length > 0 ? ` and ${others.length} more` : ''}: changed by another program`);
  }
}

/** A file of a torrent, in the root where its pieces are written. */
interface WrittenFile extends FileExtent {
  readonly fileSystem: IFileSystem;
  readonly path: string;
}

const PART_FILE = 'parts';
const FILE_PREFIX = 'file-';

/** Where the torrent's folder for what belongs to no file is. */
export interface AsidePlace {
  readonly id: string;
  readonly fileSystem: IFileSystem;
  readonly folders: AsideFolders;
  /** Nobody sees that file, wanted or not, where it is. */
  readonly isOutOfSight?: (fileIndex: number) => boolean;
}

/** What is wanted of a torrent's files. */
export interface FileArrangement {
  /** Indices of the files that are not wanted. */
  readonly skipped: ReadonlySet<number>;
  /** All bytes of the file are verified. Undefined while that is not known. */
  readonly isWhole: ((fileIndex: number) => boolean) | undefined;
}

/**
 * Keeps files that are not wanted out of sight: pieces which they share with others, or which came all the same, go to the
 * {@link PartFile}; what is there of a file when it is given up moves aside as a whole, and back when it is wanted again. A file that is
 * whole stays where it is. A file is put together aside and then moved to its place at once, so that what is on disk tells how far that
 * went, whenever it ended.
 */
export class SkippedFiles {
  readonly #place: AsidePlace;
  readonly #layout: PieceLayout;
  readonly #handles: FileHandlePool;
  readonly #files: readonly WrittenFile[];
  readonly #parts: PartFile;
  /** Files that lie aside. */
  readonly #aside = new Set<number>();
  #skipped: ReadonlySet<number> = new Set();
  /** Skipped files of which nothing can be left at their place. */
  readonly #hidden = new Set<number>();
  #isLoaded = false;

  constructor(options: {
    readonly place: AsidePlace;
    readonly layout: PieceLayout;
    readonly handles: FileHandlePool;
    /** In the order of their offsets, which is that of their indices. */
    readonly files: readonly WrittenFile[];
  }) {
    this.#place = options.place;
    this.#layout = options.layout;
    this.#handles = options.handles;
    this.#files = options.files;
    const { fileSystem, folders, id } = options.place;
    this.#parts = new PartFile({ ...options, fileSystem, path: `${folders.pathOf(id)}/${PART_FILE}` });
  }

  has(fileIndex: number): boolean {
    return this.#skipped.has(fileIndex);
  }

  /** The piece has bytes of a skipped file. */
  sharesPiece(index: number): boolean {
    return this.#skipped.size > 0 && this.#filesIn(index).some((fileIndex) => this.#skipped.has(fileIndex));
  }

  /** A piece with bytes of a skipped file was verified: keeps it. `buffer` is given away and comes back. */
  async keep(index: number, buffer: Uint8Array): Promise<Uint8Array> {
    await this.#place.folders.create(this.#place.fileSystem, this.#place.id);
    return this.#parts.keep(index, buffer);
  }

  /** As `keep`, of one section of a piece. The piece is kept once this was done with its last. */
  async keepSection(index: number, begin: number, section: Uint8Array): Promise<Uint8Array> {
    if (begin === 0) await this.#place.folders.create(this.#place.fileSystem, this.#place.id);
    const { length } = section;
    const back = await this.#parts.writePart(index, begin, section);
    if (begin + length === this.#layout.pieceSize(index)) await this.#parts.complete(index);
    return back;
  }

  /** The part file, when the bytes of that piece in this file are to be read there. */
  partsFor(fileIndex: number, index: number): PartFile | undefined {
    return this.#skipped.has(fileIndex) && this.#parts.has(index) ? this.#parts : undefined;
  }

  /** Where what is not in the part file lies. */
  pathOf(fileIndex: number): string {
    return this.#aside.has(fileIndex) ? this.#asidePath(fileIndex) : (this.#files[fileIndex] as WrittenFile).path;
  }

  /**
   * Moves what has to move; nobody may use the files meanwhile. Rejects with `FileSystemError`, and {@link FilesChangedError} when somebody
   * else put something where a file belongs; then it can be done again.
   */
  async arrange({ skipped, isWhole }: FileArrangement): Promise<void> {
    await this.#load();
    const before = this.#skipped;
    // Until its bytes are at their place, a file is read from where they are.
    this.#skipped = new Set([...skipped, ...before]);
    for (const fileIndex of this.#withSomethingAside()) if (!skipped.has(fileIndex)) await this.#bringBack(fileIndex);
    this.#skipped = skipped;
    for (const fileIndex of [...this.#hidden]) if (!skipped.has(fileIndex)) this.#hidden.delete(fileIndex);
    for (const index of [...this.#parts.pieces]) if (!this.sharesPiece(index)) await this.#parts.release(index);
    if (isWhole) await this.#hide(isWhole);
    const { fileSystem, folders, id } = this.#place;
    if (this.#aside.size === 0 && !this.#parts.size) await folders.removeIfEmpty(fileSystem, id);
  }

  async close(): Promise<void> {
    await this.#parts.close();
    for (const fileIndex of this.#aside) await this.#handles.close(this.#place.fileSystem, this.#asidePath(fileIndex));
  }

  async #load(): Promise<void> {
    if (this.#isLoaded) return;
    const { fileSystem, folders, id } = this.#place;
    if (await folders.has(fileSystem, id)) {
      for (const { name } of await fileSystem.list(folders.pathOf(id))) {
        const fileIndex = name.startsWith(FILE_PREFIX) ? Number(name.slice(FILE_PREFIX.length)) : NaN;
        if (fileIndex in this.#files) this.#aside.add(fileIndex);
      }
      await this.#parts.load();
    }
    this.#isLoaded = true;
  }

  #withSomethingAside(): Set<number> {
    return new Set([...this.#aside, ...[...this.#parts.pieces].flatMap((index) => this.#filesIn(index))]);
  }

  /** Puts together what there is of a file, then moves it to its place. */
  async #bringBack(fileIndex: number): Promise<void> {
    const file = this.#files[fileIndex] as WrittenFile;
    const { fileSystem } = this.#place;
    if (file.length === 0 || file.fileSystem !== fileSystem) return;
    const isOutOfSight = this.#place.isOutOfSight?.(fileIndex) === true;
    if (!isOutOfSight && (await fileSystem.stat(file.path))) {
      if (!this.#aside.has(fileIndex)) return;
      await fileSystem.remove(this.#asidePath(fileIndex));
      this.#aside.delete(fileIndex);
      throw new FilesChangedError([file.path]);
    }
    const path = isOutOfSight ? file.path : this.#asidePath(fileIndex);
    for (const index of this.#piecesOf(file)) {
      if (!this.#parts.has(index)) continue;
      const start = index * this.#layout.pieceLength;
      const from = Math.max(file.offset, start);
      const length = Math.min(file.offset + file.length, start + this.#layout.pieceSize(index)) - from;
      for (let done = 0; done < length; done += this.#layout.sectionLength) {
        const part = new Uint8Array(Math.min(this.#layout.sectionLength, length - done));
        const { buffer } = await this.#parts.read(index, from + done - start, part);
        await this.#handles.use(fileSystem, path, 'write', (handle) => handle.write(from + done - file.offset, buffer));
      }
      if (!isOutOfSight) this.#aside.add(fileIndex);
    }
    if (isOutOfSight) return;
    await this.#handles.close(fileSystem, path);
    await fileSystem.rename(path, file.path);
    this.#aside.delete(fileIndex);
  }

  /** Takes from their places the skipped files that are there in part. */
  async #hide(isWhole: (fileIndex: number) => boolean): Promise<void> {
    const { fileSystem, folders, id } = this.#place;
    const moved: string[] = [];
    for (const fileIndex of this.#skipped) {
      const file = this.#files[fileIndex];
      if (!file || this.#hidden.has(fileIndex) || file.fileSystem !== fileSystem || isWhole(fileIndex)) continue;
      this.#hidden.add(fileIndex);
      if (this.#place.isOutOfSight?.(fileIndex)) continue;
      if (this.#aside.has(fileIndex) || !(await fileSystem.stat(file.path))) continue;
      await folders.create(fileSystem, id);
      await this.#handles.close(fileSystem, file.path);
      await fileSystem.rename(file.path, this.#asidePath(fileIndex));
      this.#aside.add(fileIndex);
      moved.push(file.path);
    }
    await removeEmptyFolders(fileSystem, moved);
  }

  #asidePath(fileIndex: number): string {
    return `${this.#place.folders.pathOf(this.#place.id)}/${FILE_PREFIX}${fileIndex}`;
  }

  *#piecesOf({ offset, length }: FileExtent): Iterable<number> {
    const { pieceLength } = this.#layout;
    const last = Math.floor((offset + length - 1) / pieceLength);
    for (let index = Math.floor(offset / pieceLength); index <= last; index++) yield index;
  }

  #filesIn(index: number): number[] {
    const start = index * this.#layout.pieceLength;
    return sliceRange(this.#files, start, this.#layout.pieceSize(index)).map(({ fileIndex }) => fileIndex);
  }
}
