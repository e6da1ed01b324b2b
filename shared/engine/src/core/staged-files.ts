import type { IPublishedFiles } from '../interfaces/download-root.js';
import {
  type DirectoryEntry,
  FileSystemError,
  type IFileHandle,
  type IFileStat,
  type IFileSystem,
  type IReadableFile,
  type OpenMode,
} from '../interfaces/filesystem.js';
import { DEFAULT_ROOT, type DownloadRoots, FolderAccessLostError, RootMissingError } from './download-roots.js';
import { removeEmptyFolders } from './empty-folders.js';
import { PART_BYTES } from './file-parts.js';
import { type FileClaim, type FilePlace, NOTHING_PUBLISHED, type PublishedRecord } from './published-record.js';
import { FilesChangedError } from './skipped-files.js';
import { SplitFiles } from './split-files.js';
import type { ClaimRoom, RoomClaim, StorageRoom } from './storage-room.js';
import type { TorrentRecord } from './torrent-record.js';

/** Bytes copied at a time. */
const CHUNK_BYTES = 1024 * 1024;

/** When each file in the folder was last changed, as far as is on record. */
export interface FolderStamps {
  of(fileIndex: number): number | undefined;
  /** What is verified was compared with the files as they are in this session. */
  areCurrent(): boolean;
}

export interface TakeBackOptions {
  /** Whether what stays in the folder is the torrent's: to be replaced, not at all, or to be read on. */
  readonly place: 'claimed' | 'staged' | 'both';
  readonly onProgress?: (bytes: number) => void;
  /** Rejects when the copy is not to be believed; then the file stays in the folder. */
  readonly verify?: () => Promise<void>;
}

/**
 * The files of one torrent in a published root, as its disk manager sees them: each is read where it lies, in staging or in the user's
 * folder, under the path that it has in staging. What is written goes to staging; a file in the folder takes no writes.
 */
export class StagedFiles implements IFileSystem {
  readonly staging: IFileSystem;
  /** Those that come in parts. */
  readonly splits: SplitFiles;
  #files: readonly { readonly path: string; readonly length: number }[] = [];
  readonly #folder: () => IPublishedFiles;
  readonly #recordedSplits: PublishedRecord['splits'];
  readonly #claimRoom: ClaimRoom;
  readonly #save: (record: PublishedRecord) => Promise<void>;
  #indices: ReadonlyMap<string, number> = new Map();
  readonly #places: FilePlace[];
  #stamps: FolderStamps | undefined;
  readonly #names: Map<number, string>;
  readonly #claims: Map<number, FileClaim>;

  constructor(options: {
    readonly staging: IFileSystem;
    /** Throws {@link FolderAccessLostError} while the folder cannot be reached. */
    readonly folder: () => IPublishedFiles;
    readonly record: PublishedRecord;
    readonly claimRoom: ClaimRoom;
    /** Makes it durable, and before it which pieces are verified; rejects with the store's error. */
    readonly save: (record: PublishedRecord) => Promise<void>;
    readonly splits: Pick<ConstructorParameters<typeof SplitFiles>[0], 'id' | 'folders' | 'handles' | 'partBytes'>;
  }) {
    const { staging, folder, record, claimRoom, save, splits } = options;
    this.staging = staging;
    this.#folder = folder;
    this.#claimRoom = claimRoom;
    this.#save = save;
    this.#places = [...record.places];
    this.#names = new Map(record.names);
    this.#claims = new Map(record.claims);
    this.#recordedSplits = record.splits;
    this.splits = new SplitFiles({
      ...splits,
      staging,
      folder,
      view: this,
      isTogether: (fileIndex) => this.isInFolder(fileIndex),
      claimRoom,
      save: () => save(this.record),
    });
  }

  /** Says which files there are, in the order of the metadata. Before anything else. */
  attach(torrent: Parameters<SplitFiles['attach']>[0], stamps: FolderStamps): void {
    const { files } = torrent;
    this.splits.attach(torrent, this.#recordedSplits);
    this.#files = files;
    this.#stamps = stamps;
    this.#indices = new Map(files.map(({ path }, index) => [path, index]));
  }

  /** As things stand. */
  get record(): PublishedRecord {
    return {
      places: this.#files.map((_, index) => this.placeOf(index)),
      names: new Map(this.#names),
      splits: this.splits.record,
      claims: new Map(this.#claims),
    };
  }

  /** Throws {@link FolderAccessLostError} while it cannot be reached. */
  get folder(): IPublishedFiles {
    return this.#folder();
  }

  placeOf(fileIndex: number): FilePlace {
    return this.#places[fileIndex] ?? 'staged';
  }

  isInFolder(fileIndex: number): boolean {
    const place = this.placeOf(fileIndex);
    return place === 'folder' || place === 'both';
  }

  /**
   * A file that lies in the folder, compared with what is on record of it. `changed` may still be right; `unknown`: its size fits, no time is
   * known. In a folder that cannot be reached it is taken to be as it was.
   */
  async compare(fileIndex: number): Promise<'as-left' | 'unknown' | 'changed' | 'missing'> {
    let stat: IFileStat | undefined;
    try {
      stat = await this.folder.stat(this.folderPath(fileIndex));
    } catch (error) {
      if (!(error instanceof FolderAccessLostError)) throw error;
      return 'as-left';
    }
    if (!stat) return 'missing';
    const stamp = this.#stamps?.of(fileIndex);
    if (stat.isDirectory || stat.size < (this.#files[fileIndex]?.length ?? 0)) return 'changed';
    if (stamp === undefined || stat.modifiedMs === 0) return 'unknown';
    return stat.modifiedMs === stamp ? 'as-left' : 'changed';
  }

  /**
   * Holds for whoever opens the file from now on, and is durable when it resolves; rejects with the store's error. `claimed`: what lies in
   * the folder now.
   */
  async setPlace(fileIndex: number, place: FilePlace): Promise<void> {
    const before = this.placeOf(fileIndex);
    const claimBefore = this.#claims.get(fileIndex);
    const stat = place === 'claimed' ? await this.folder.stat(this.folderPath(fileIndex)) : undefined;
    this.#places[fileIndex] = place;
    putOrDelete(this.#claims, fileIndex, stat && { bytes: stat.size, modifiedMs: stat.modifiedMs });
    try {
      await this.#save(this.record);
    } catch (error) {
      this.#places[fileIndex] = before;
      putOrDelete(this.#claims, fileIndex, claimBefore);
      throw error;
    }
  }

  /** What lies in the folder under the name of the file is ours, to be replaced: nobody has changed it since it was claimed. */
  isOurs(fileIndex: number, there: IFileStat): boolean {
    const claim = this.placeOf(fileIndex) === 'claimed' ? this.#claims.get(fileIndex) : undefined;
    if (!claim || there.isDirectory || there.size !== claim.bytes) return false;
    return claim.modifiedMs === 0 || there.modifiedMs === 0 || there.modifiedMs === claim.modifiedMs;
  }

  /** Where the file lies, or will lie, in the folder. */
  folderPath(fileIndex: number): string {
    return this.#names.get(fileIndex) ?? this.#files[fileIndex]?.path ?? '';
  }

  /** Durable when it resolves; before the file is copied there. Rejects with the store's error; then it is as it was. */
  async setFolderPath(fileIndex: number, path: string): Promise<void> {
    const before = this.#names.get(fileIndex);
    putOrDelete(this.#names, fileIndex, path === this.#files[fileIndex]?.path ? undefined : path);
    try {
      await this.#save(this.record);
    } catch (error) {
      putOrDelete(this.#names, fileIndex, before);
      throw error;
    }
  }

  /**
   * Brings files back to staging that lie in the folder and are not whole: they were changed, or were put there by somebody else. What they
   * hold is kept, and the copy in the folder until there is a better one; that of a file which is not wanted is the user's from now on.
   */
  async takeBackIncomplete(progress: {
    /** Verified bytes of a file. */
    doneBytes(fileIndex: number): number;
    isWanted(fileIndex: number): boolean;
  }): Promise<void> {
    const worthKeeping: number[] = [];
    for (const [index, { path, length }] of this.#files.entries()) {
      if (!this.isInFolder(index)) continue;
      const done = progress.doneBytes(index);
      const isGone = length === 0 && !(await this.stat(path));
      if (done > 0 && done < length) worthKeeping.push(index);
      else if (done === 0 && (length > 0 || isGone)) await this.setPlace(index, 'staged');
    }
    await this.splits.takeBackIncomplete();
    await this.takeBack(worthKeeping, (index) => ({ place: progress.isWanted(index) ? 'claimed' : 'staged' }));
  }

  async open(path: string, mode: OpenMode): Promise<IFileHandle> {
    const published = this.#publishedAt(path);
    const split = published === undefined ? this.#splitAt(path) : undefined;
    if (split !== undefined) return this.splits.open(split);
    const inParts = this.splits.openInFolder(path);
    if (published === undefined && !inParts) return this.staging.open(path, mode);
    const refuse = () =>
      Promise.reject(new FileSystemError('permission', path, `${path} is finished and lies in a folder`));
    const file =
      mode === 'write' ? undefined : await (published === undefined ? inParts : this.#openPublished(published));
    return {
      read: (position, into) => file?.read(position, into) ?? refuse(),
      write: refuse,
      truncate: refuse,
      flush: () => Promise.resolve(),
      close: () => file?.close() ?? Promise.resolve(),
    };
  }

  /** A file in a folder that cannot be reached is taken to be as it was. */
  async stat(path: string): Promise<IFileStat | undefined> {
    const published = this.#publishedAt(path);
    const split = published === undefined ? this.#splitAt(path) : undefined;
    if (split !== undefined) return this.splits.stat(split);
    if (published === undefined) return this.staging.stat(path);
    try {
      return await this.folder.stat(this.folderPath(published));
    } catch (error) {
      if (!(error instanceof FolderAccessLostError)) throw error;
      return { size: this.#files[published]?.length ?? 0, isDirectory: false, modifiedMs: 0 };
    }
  }

  list(path: string): Promise<readonly DirectoryEntry[]> {
    return this.staging.list(path);
  }

  createDirectory(path: string): Promise<void> {
    return this.staging.createDirectory(path);
  }

  /** A file goes from both places. */
  async remove(path: string): Promise<void> {
    const index = this.#indices.get(path);
    if (index !== undefined && this.placeOf(index) !== 'staged') await this.#removePublished(index);
    if (index !== undefined) await this.#removeParts(index);
    await this.staging.remove(path);
  }

  removeTree(path: string): Promise<void> {
    return this.staging.removeTree(path);
  }

  rename(from: string, to: string): Promise<void> {
    return this.staging.rename(from, to);
  }

  /**
   * Copies files that lie in the folder to staging, where they are read from then on unless their place is `both`; the folder keeps its
   * copies for now. Rejects with `NoRoomError` when staging has no room for all of them, as far as that is known.
   */
  async takeBack(fileIndices: readonly number[], optionsOf: (fileIndex: number) => TakeBackOptions): Promise<void> {
    const totalBytes = fileIndices.reduce((sum, index) => sum + (this.#files[index]?.length ?? 0), 0);
    await this.#claimRoom(totalBytes, async (room) => {
      for (const index of fileIndices) await this.#takeBack(index, room, optionsOf(index));
    });
  }

  /**
   * Removes what is in staging but the whole files that the folder does not have; it keeps what it has. What lies in parts goes from both:
   * those that are whole are together by now. `isWhole`: all bytes of a file are verified; undefined when that is not known: then those that
   * are long enough stay too. `isFolderGone`: nothing can be done there any more.
   */
  async removeStaged(
    isWhole: ((fileIndex: number) => boolean) | undefined,
    { isFolderGone = false }: { readonly isFolderGone?: boolean } = {},
  ): Promise<void> {
    for (const [index, { path, length }] of this.#files.entries()) {
      const isOnlyHere = length > 0 && !this.isInFolder(index) && !this.splits.has(index);
      const mayBeWhole = isWhole ?? (async () => ((await this.stat(path))?.size ?? 0) >= length);
      if (isOnlyHere && (await mayBeWhole(index))) continue;
      if (isFolderGone) await this.splits.releaseParts(index);
      else await this.#removeParts(index);
      await this.staging.remove(path);
    }
    await removeEmptyFolders(
      this.staging,
      this.#files.map(({ path }) => path),
    );
  }

  async #takeBack(index: number, room: RoomClaim, options: TakeBackOptions): Promise<void> {
    const { path, length } = this.#files[index] ?? { path: '', length: 0 };
    // What comes of it, should it be cut short, is cleaned up.
    await this.setPlace(index, 'both');
    await this.#copyToStaging(this.folderPath(index), path, { length, room, onProgress: options.onProgress });
    await options.verify?.();
    if (options.place !== 'both') await this.setPlace(index, options.place);
  }

  /** What is verified is what was there then: a file that was changed since gives none of it. */
  async #openPublished(index: number): Promise<IReadableFile> {
    const file = await this.folder.open(this.folderPath(index), 'read');
    if (!this.#stamps?.areCurrent() || this.placeOf(index) !== 'folder') return file;
    if ((await this.compare(index)) !== 'changed') return file;
    await file.close();
    throw new FilesChangedError([this.folderPath(index)]);
  }

  async #removePublished(index: number): Promise<void> {
    const { folder } = this;
    const path = this.folderPath(index);
    // A directory that came in the place of the file is the user's.
    if ((await folder.stat(path))?.isDirectory !== true) await folder.remove(path);
    await removeEmptyFolders(folder, [path]);
    // Only now: what fails is done again.
    this.#places[index] = 'staged';
  }

  /** No more than `length`: what was added at the end of the file is none of the torrent's. */
  async #copyToStaging(
    from: string,
    to: string,
    options: {
      readonly length: number;
      readonly room: RoomClaim;
      readonly onProgress: ((bytes: number) => void) | undefined;
    },
  ): Promise<void> {
    const { length, room, onProgress } = options;
    const source = await this.folder.open(from, 'read');
    const target = await this.staging.open(to, 'write');
    try {
      let chunk: Uint8Array = new Uint8Array(CHUNK_BYTES);
      for (let position = 0; position < length;) {
        room.signal.throwIfAborted();
        const { buffer, bytesRead } = await source.read(position, chunk.subarray(0, length - position));
        if (bytesRead === 0) return;
        const back = await target.write(position, buffer.subarray(0, bytesRead));
        chunk = new Uint8Array(back.buffer, 0, CHUNK_BYTES);
        position += bytesRead;
        room.wrote(bytesRead);
        onProgress?.(position);
      }
    } finally {
      await source.close();
      await target.close();
    }
  }

  async #removeParts(index: number): Promise<void> {
    await this.splits.removeParts(index);
    this.splits.forget(index);
  }

  #splitAt(path: string): number | undefined {
    const index = this.#indices.get(path);
    return index !== undefined && this.splits.has(index) ? index : undefined;
  }

  #publishedAt(path: string): number | undefined {
    const index = this.#indices.get(path);
    return index !== undefined && this.isInFolder(index) ? index : undefined;
  }
}

function putOrDelete<V>(map: Map<number, V>, key: number, value: V | undefined): void {
  if (value === undefined) map.delete(key);
  else map.set(key, value);
}

/** For a torrent whose root takes whole files only; undefined for any other. Throws {@link RootMissingError} when its root became a direct one. */
export function stagedFiles(
  {
    roots,
    room,
    ...splits
  }: { readonly roots: DownloadRoots; readonly room: StorageRoom } & Pick<
    ConstructorParameters<typeof SplitFiles>[0],
    'id' | 'folders' | 'handles'
  >,
  { root: name, published }: Pick<TorrentRecord, 'root' | 'published'>,
  save: (record: PublishedRecord) => Promise<void>,
): StagedFiles | undefined {
  const root = roots.get(name);
  if (root?.kind === 'direct' && published)
    throw new RootMissingError(`the download root ${name} is no folder any more`);
  if (root?.kind !== 'published' && !published) return undefined;
  const partBytes = (root?.kind === 'published' ? root.partBytes : undefined) ?? PART_BYTES;
  return new StagedFiles({
    staging: roots.staging,
    folder: () => roots.folder(name),
    record: published ?? NOTHING_PUBLISHED,
    claimRoom: (neededBytes, work) => room.during(DEFAULT_ROOT, neededBytes, work),
    save,
    splits: { ...splits, partBytes },
  });
}
