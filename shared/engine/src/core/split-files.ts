import type { IPublishedFiles } from '../interfaces/download-root.js';
import type { IFileHandle, IFileStat, IFileSystem, IReadableFile } from '../interfaces/filesystem.js';
import type { BitField } from '../utils/bitfield.js';
import type { AsideFolders } from './aside-folders.js';
import { FolderAccessLostError } from './download-roots.js';
import { removeEmptyFolders } from './empty-folders.js';
import type { FileHandlePool } from './file-handle-pool.js';
import { dividedInParts, type FilePart, wholePieces } from './file-parts.js';
import { copyRange, divideFile } from './part-copies.js';
import type { PieceLayout } from './piece-layout.js';
import type { SplitRecord } from './published-record.js';
import { FilesChangedError } from './skipped-files.js';
import { SplitFileHandle } from './split-file-handle.js';
import type { ClaimRoom } from './storage-room.js';
import type { FileExtent } from './torrent-file.js';

const PART_NAME = /^split-(\d{1,7})-(\d{1,7})$/;

interface SplitFile {
  readonly path: string;
  readonly parts: readonly FilePart[];
  readonly partBytes: number;
  readonly stamps: (number | undefined)[];
}

interface SplitHost {
  /** Of the torrent. */
  readonly id: string;
  readonly folders: AsideFolders;
  readonly handles: FileHandlePool;
  readonly staging: IFileSystem;
  /** Throws {@link FolderAccessLostError} while it cannot be reached. */
  readonly folder: () => IPublishedFiles;
  /** For files that are split from now on; rounded up to whole pieces. */
  readonly partBytes: number;
  /** The files of the torrent, as its disk manager sees them. */
  readonly view: IFileSystem;
  /** The file has been put together, and is read from there. */
  readonly isTogether: (fileIndex: number) => boolean;
  readonly claimRoom: ClaimRoom;
  /** What is on record of the splits has changed; durable when it resolves, and before it which pieces are verified, where that is known. */
  readonly save: () => Promise<void>;
}

/** What the files are parts of. */
interface SplitTorrent {
  readonly files: readonly (FileExtent & { readonly path: string })[];
  readonly layout: PieceLayout;
  /** Verified pieces. Live: read only. */
  readonly have: BitField;
}

/**
 * Files of one torrent that are too big for staging. Each consists of parts: files of their own under the same path in staging and in the
 * user's folder, in the client's hidden folder there, so that one after the other can leave staging. Here is which of them are in the
 * folder; they are put together when all are, and nobody sees the file before.
 */
export class SplitFiles {
  readonly #host: SplitHost;
  readonly #files = new Map<number, SplitFile>();
  readonly #paths = new Map<string, { readonly fileIndex: number; readonly part: number }>();
  #torrent: SplitTorrent | undefined;
  /** Nothing is left half-way. */
  #isSettled = false;
  /** Files with parts that may be other than what is on record; until it is known which pieces are here. */
  readonly #doubted = new Set<number>();
  /** Paths of parts that are not as they are on record in the folder, and lie in staging too: those there are to be checked. */
  readonly #passedOver = new Set<string>();

  constructor(host: SplitHost) {
    this.#host = host;
  }

  /** Says what there is to split, and takes up what is on record. Before anything else. */
  attach(torrent: SplitTorrent, record: ReadonlyMap<number, SplitRecord>): void {
    this.#torrent = torrent;
    for (const [fileIndex, { partBytes, stamps }] of record) {
      if (partBytes > 0 && partBytes % torrent.layout.pieceLength === 0) this.#add(fileIndex, partBytes, stamps);
    }
  }

  /** As things stand. */
  get record(): ReadonlyMap<number, SplitRecord> {
    return new Map(
      [...this.#files].map(([index, { partBytes, stamps }]) => [index, { partBytes, stamps: [...stamps] }]),
    );
  }

  get hasAny(): boolean {
    return this.#files.size > 0;
  }

  has(fileIndex: number): boolean {
    return this.#files.has(fileIndex);
  }

  /** Empty for a file that is not split. */
  partsOf(fileIndex: number): readonly FilePart[] {
    return this.#files.get(fileIndex)?.parts ?? [];
  }

  /** Splitting a file makes it need less room at a time: how much; undefined when it does not. */
  partBytesFor(fileIndex: number): number | undefined {
    if (!this.#torrent || this.has(fileIndex)) return undefined;
    const partBytes = wholePieces(this.#host.partBytes, this.#torrent.layout);
    return (this.#torrent.files[fileIndex]?.length ?? 0) > partBytes ? partBytes : undefined;
  }

  /** What there is to be put on record where the record is not to be believed. */
  async find(): Promise<ReadonlyMap<number, SplitRecord>> {
    const { staging, folder, folders, id } = this.#host;
    const inFolder = await namesIn(folder(), folders.pathOf(id));
    const found = new Map<number, { readonly partBytes: number; readonly stamps: (number | undefined)[] }>();
    for (const name of new Set([...(await namesIn(staging, folders.pathOf(id))), ...inFolder])) {
      const [, number, partNumber] = PART_NAME.exec(name) ?? [];
      const [fileIndex, part] = [Number(number), Number(partNumber)];
      const file = this.#torrent?.files[fileIndex];
      if (!file || !this.#torrent) continue;
      const { layout } = this.#torrent;
      const partBytes = this.#files.get(fileIndex)?.partBytes ?? wholePieces(this.#host.partBytes, layout);
      if (part >= dividedInParts(file, partBytes, layout).length) continue;
      const split = found.get(fileIndex) ?? { partBytes, stamps: [] };
      const path = this.pathOf(fileIndex, part);
      if (!(await staging.stat(path))) split.stamps[part] = (await folder().stat(path))?.modifiedMs;
      found.set(fileIndex, split);
    }
    return found;
  }

  /** Where a part lies, in staging as in the folder. */
  pathOf(fileIndex: number, part: number): string {
    return `${this.#host.folders.pathOf(this.#host.id)}/split-${fileIndex}-${part}`;
  }

  isInFolder(fileIndex: number, part: number): boolean {
    const isOnRecord = this.#files.get(fileIndex)?.stamps[part] !== undefined;
    return isOnRecord && !this.#passedOver.has(this.pathOf(fileIndex, part));
  }

  /** All of its bytes are verified. */
  isWhole({ firstPiece, endPiece }: FilePart): boolean {
    for (let index = firstPiece; index < endPiece; index++) if (!this.#torrent?.have.get(index)) return false;
    return true;
  }

  /** Parts that can leave staging. */
  duePartsOf(fileIndex: number): readonly number[] {
    const parts = this.partsOf(fileIndex);
    return [...parts.keys()].filter((part) => {
      const extent = parts[part];
      return extent && !this.isInFolder(fileIndex, part) && this.isWhole(extent);
    });
  }

  /**
   * The part in the folder is read from now on, as it was when it was verified there; that is durable when it resolves. Rejects with the
   * store's error, and with {@link FilesChangedError} when it is not there.
   */
  async setInFolder(fileIndex: number, part: number, verified: Pick<IFileStat, 'modifiedMs'>): Promise<void> {
    const split = this.#files.get(fileIndex);
    if (!split) return;
    const stat = await this.#host.folder().stat(this.pathOf(fileIndex, part));
    if (stat?.size !== split.parts[part]?.length) throw new FilesChangedError([split.path]);
    await this.#setStamp(split, part, verified.modifiedMs);
  }

  /** Takes the copy in staging of a part that is in the folder, or is not needed any more. */
  async releasePart(fileIndex: number, part: number): Promise<void> {
    const { handles, view, staging } = this.#host;
    const path = this.pathOf(fileIndex, part);
    await handles.close(view, path);
    await staging.remove(path);
  }

  /** Splits files, which nobody may use meanwhile: what staging holds of them becomes parts. */
  async split(fileIndices: readonly number[]): Promise<void> {
    const { save } = this.#host;
    const added = fileIndices.flatMap((fileIndex) => {
      const partBytes = this.partBytesFor(fileIndex);
      if (partBytes !== undefined) this.#add(fileIndex, partBytes, []);
      this.#isSettled = false;
      return partBytes === undefined ? [] : [fileIndex];
    });
    try {
      await save();
    } catch (error) {
      for (const fileIndex of added) this.#forget(fileIndex);
      throw error;
    }
    await this.settle();
  }

  /** Finishes what a death or a failure cut short. Nobody may use the files meanwhile. */
  async settle(): Promise<void> {
    if (this.#isSettled) return;
    let isSettled = true;
    for (const [fileIndex, split] of this.#inParts()) {
      await this.#divideStaged(split, fileIndex);
      for (const part of split.parts.keys()) if (!(await this.#settleCopy(fileIndex, part))) isSettled = false;
    }
    this.#isSettled = isSettled;
  }

  /** Files of which a part in the folder is not as it was left there. */
  async changedFiles(): Promise<ReadonlySet<number>> {
    for (const [fileIndex, { parts }] of this.#inParts()) {
      for (const part of parts.keys()) {
        if ((await this.#compare(fileIndex, part)) === 'changed') this.#doubted.add(fileIndex);
      }
    }
    return new Set(this.#doubted);
  }

  /**
   * Once it is known which pieces are here: parts in the folder that are wrong come back to staging, with what is right of them. Rejects
   * with `NoRoomError`.
   */
  async takeBackIncomplete(): Promise<void> {
    for (const [fileIndex, split] of this.#inParts()) {
      const { parts, stamps } = split;
      for (const [index, part] of parts.entries()) {
        if (this.#passedOver.has(this.pathOf(fileIndex, index))) {
          await this.#setStamp(split, index, undefined);
          this.#passedOver.delete(this.pathOf(fileIndex, index));
        }
        const isWhole = this.isWhole(part);
        if (stamps[index] === undefined || (isWhole && !this.#doubted.has(fileIndex))) continue;
        const stat = await this.#statInFolder(fileIndex, index);
        // What is whole but of another size was verified while nobody could look there, or was changed since: that is seen the next time.
        if (stat === 'out of reach' || (isWhole && stat?.size !== part.length)) continue;
        const stamp = isWhole ? stat?.modifiedMs : undefined;
        if (stamp === stamps[index]) continue;
        if (stamp === undefined) await this.#takeBack(this.pathOf(fileIndex, index), part, stat);
        // Each by itself: what is written to it from now on is not to be lost.
        await this.#setStamp(split, index, stamp);
      }
    }
    this.#doubted.clear();
  }

  /** The whole file, for reading and writing. A part that is in the folder takes no writes. */
  open(fileIndex: number): IFileHandle {
    const { parts, partBytes } = this.#files.get(fileIndex) ?? { parts: [], partBytes: 1 };
    const { folders, handles, view, id } = this.#host;
    return new SplitFileHandle({
      parts,
      partBytes,
      use: (part, mode, action) => handles.use(view, this.pathOf(fileIndex, part), mode, action),
      makeRoom: () => folders.create(view, id),
    });
  }

  /** The part at that path when it is read from the folder. */
  openInFolder(path: string): Promise<IReadableFile> | undefined {
    const place = this.#paths.get(path);
    return place && this.isInFolder(place.fileIndex, place.part) ? this.#host.folder().open(path, 'read') : undefined;
  }

  /** Up to the end of the last part; undefined without any. */
  async stat(fileIndex: number): Promise<IFileStat | undefined> {
    const parts = this.partsOf(fileIndex);
    for (let part = parts.length - 1; part >= 0; part--) {
      const { position = 0, length = 0 } = parts[part] ?? {};
      const isThere = this.isInFolder(fileIndex, part);
      const size = isThere ? length : (await this.#host.staging.stat(this.pathOf(fileIndex, part)))?.size;
      if (size !== undefined) return { size: position + size, isDirectory: false, modifiedMs: 0 };
    }
    return undefined;
  }

  /** All of its parts are somewhere, and as long as they should be. */
  readonly isFilled = async (fileIndex: number): Promise<boolean> => {
    for (const [part, { length }] of this.partsOf(fileIndex).entries()) {
      const isThere = this.isInFolder(fileIndex, part);
      if (!isThere && (await this.#host.staging.stat(this.pathOf(fileIndex, part)))?.size !== length) return false;
    }
    return this.has(fileIndex);
  };

  /** Takes all parts of a file that are in staging. */
  async releaseParts(fileIndex: number): Promise<void> {
    for (const part of this.partsOf(fileIndex).keys()) await this.releasePart(fileIndex, part);
  }

  /** Removes the parts of a file, wherever they are. That they are is still on record. */
  async removeParts(fileIndex: number): Promise<void> {
    const paths = this.partsOf(fileIndex).map((_, part) => this.pathOf(fileIndex, part));
    await this.releaseParts(fileIndex);
    if (paths.length === 0) return;
    const { folder, folders, view, id } = this.#host;
    for (const path of paths) await folder().remove(path);
    await removeEmptyFolders(folder(), paths);
    await folders.removeIfEmpty(view, id);
  }

  /** The file has no parts any more. To be saved. Fine when it has none. */
  forget(fileIndex: number): void {
    this.#forget(fileIndex);
  }

  /** Durable when it resolves; else as it was. */
  async #setStamp({ stamps }: SplitFile, part: number, stamp: number | undefined): Promise<void> {
    const before = stamps[part];
    stamps[part] = stamp;
    try {
      await this.#host.save();
    } catch (error) {
      stamps[part] = before;
      throw error;
    }
  }

  #inParts(): readonly (readonly [number, SplitFile])[] {
    return [...this.#files].filter(([fileIndex]) => !this.#host.isTogether(fileIndex));
  }

  #add(fileIndex: number, partBytes: number, stamps: SplitRecord['stamps']): void {
    const file = this.#torrent?.files[fileIndex];
    if (!file || !this.#torrent) return;
    const parts = dividedInParts(file, partBytes, this.#torrent.layout);
    const { path } = file;
    this.#files.set(fileIndex, { path, parts, partBytes, stamps: parts.map((_, part) => stamps[part]) });
    for (const part of parts.keys()) this.#paths.set(this.pathOf(fileIndex, part), { fileIndex, part });
  }

  #forget(fileIndex: number): void {
    for (const part of this.partsOf(fileIndex).keys()) {
      this.#paths.delete(this.pathOf(fileIndex, part));
      this.#passedOver.delete(this.pathOf(fileIndex, part));
    }
    this.#files.delete(fileIndex);
  }

  async #statInFolder(fileIndex: number, part: number): Promise<IFileStat | undefined | 'out of reach'> {
    try {
      return await this.#host.folder().stat(this.pathOf(fileIndex, part));
    } catch (error) {
      if (error instanceof FolderAccessLostError) return 'out of reach';
      throw error;
    }
  }

  /** Compares a part that is on record as in the folder with what is there. */
  async #compare(fileIndex: number, part: number): Promise<'as-left' | 'changed' | 'out of reach'> {
    const { parts, stamps } = this.#files.get(fileIndex) ?? { parts: [], stamps: [] };
    const stamp = stamps[part];
    if (stamp === undefined) return 'as-left';
    const stat = await this.#statInFolder(fileIndex, part);
    if (stat === 'out of reach') return stat;
    const isDated = stamp !== 0 && stat?.modifiedMs !== 0;
    return stat?.size !== parts[part]?.length || (isDated && stat?.modifiedMs !== stamp) ? 'changed' : 'as-left';
  }

  /**
   * A part that is in the folder may lie in staging too: it goes, but where the folder does not have what is on record; then it is to be
   * checked, and used. False: nobody can look there now.
   */
  async #settleCopy(fileIndex: number, part: number): Promise<boolean> {
    if (!this.isInFolder(fileIndex, part)) return true;
    const path = this.pathOf(fileIndex, part);
    const { staging } = this.#host;
    const copy = await staging.stat(path);
    if (!copy) return true;
    const finding = await this.#compare(fileIndex, part);
    if (finding === 'out of reach') return false;
    if (finding === 'changed' && copy.size === this.partsOf(fileIndex)[part]?.length) this.#passedOver.add(path);
    else await staging.remove(path);
    return true;
  }

  async #takeBack(path: string, part: FilePart, stat: IFileStat | undefined): Promise<void> {
    const { folder, folders, handles, staging, view, id, claimRoom } = this.#host;
    await handles.close(view, path);
    await staging.remove(path);
    if (!stat || stat.isDirectory || !this.#hasAnyOf(part)) return;
    await folders.create(view, id);
    const end = Math.min(part.length, stat.size);
    await claimRoom(end, async (room) => {
      const source = await folder().open(path, 'read');
      await copyRange({ source, from: 0, end, staging, to: path, room }).finally(() => source.close());
    });
  }

  #hasAnyOf({ firstPiece, endPiece }: FilePart): boolean {
    for (let index = firstPiece; index < endPiece; index++) if (this.#torrent?.have.get(index)) return true;
    return false;
  }

  /** What lies in staging as one file goes to its parts. */
  async #divideStaged({ path, parts }: SplitFile, fileIndex: number): Promise<void> {
    const { handles, staging, view, folders, id } = this.#host;
    const stat = await staging.stat(path);
    if (!stat || stat.isDirectory) return;
    await handles.close(view, path);
    await folders.create(view, id);
    await divideFile(staging, { path, size: stat.size }, parts, (part) => this.pathOf(fileIndex, part));
    await removeEmptyFolders(staging, [path]);
  }
}

async function namesIn(files: Pick<IFileSystem, 'list' | 'stat'>, path: string): Promise<readonly string[]> {
  if (!(await files.stat(path))?.isDirectory) return [];
  return (await files.list(path)).map(({ name }) => name);
}
