import type { IPublishedFiles } from '../interfaces/download-root.js';
import {
  FileSystemError,
  type IFileHandle,
  type IFileStat,
  type IFileSystem,
  type IReadableFile,
} from '../interfaces/filesystem.js';
import type { BitField } from '../utils/bitfield.js';
import type { AsideFolders } from './aside-folders.js';
import { FolderAccessLostError } from './download-roots.js';
import { removeEmptyFolders } from './empty-folders.js';
import type { FileHandlePool } from './file-handle-pool.js';
import { dividedInParts, type FilePart, partAt, wholePieces } from './file-parts.js';
import type { PieceLayout } from './piece-layout.js';
import type { SplitRecord } from './published-record.js';
import type { FileExtent } from './torrent-file.js';

const PART_NAME = /^split-(\d{1,7})-(\d{1,7})$/;
/** Bytes moved at a time. */
const CHUNK_BYTES = 1024 * 1024;

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
  /** What is on record of the splits has changed; durable when it resolves. */
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
      const [, file, number] = PART_NAME.exec(name) ?? [];
      if (file === undefined || !this.#torrent) continue;
      const [fileIndex, part] = [Number(file), Number(number)];
      const partBytes =
        this.#files.get(fileIndex)?.partBytes ?? wholePieces(this.#host.partBytes, this.#torrent.layout);
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
    return this.#files.get(fileIndex)?.stamps[part] !== undefined;
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

  /** The part in the folder is read from now on, which is durable when it resolves. Rejects with the store's error. */
  async setInFolder(fileIndex: number, part: number): Promise<void> {
    const split = this.#files.get(fileIndex);
    if (!split) return;
    const stat = await this.#host.folder().stat(this.pathOf(fileIndex, part));
    split.stamps[part] = stat?.modifiedMs ?? 0;
    try {
      await this.#host.save();
    } catch (error) {
      split.stamps[part] = undefined;
      throw error;
    }
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
    for (const [fileIndex, { parts }] of this.#inParts()) {
      await this.#divideStaged(fileIndex);
      for (const part of parts.keys()) {
        if (this.isInFolder(fileIndex, part)) await this.#host.staging.remove(this.pathOf(fileIndex, part));
      }
    }
    this.#isSettled = true;
  }

  /** Files of which a part in the folder is not as it was left there. */
  async changedFiles(): Promise<ReadonlySet<number>> {
    const changed = new Set<number>();
    for (const [fileIndex, { parts, stamps }] of this.#inParts()) {
      for (const [part, { length }] of parts.entries()) {
        const stamp = stamps[part];
        if (stamp === undefined) continue;
        const stat = await this.#statInFolder(fileIndex, part);
        if (stat === 'out of reach') continue;
        const isDated = stamp !== 0 && stat?.modifiedMs !== 0;
        if (stat?.size !== length || (isDated && stat.modifiedMs !== stamp)) changed.add(fileIndex);
      }
    }
    return changed;
  }

  /** Once it is known which pieces are here: parts in the folder that are wrong come back to staging, with what is right of them. */
  async takeBackIncomplete(): Promise<void> {
    let isChanged = false;
    for (const [fileIndex, { parts, stamps }] of this.#inParts()) {
      for (const [index, part] of parts.entries()) {
        if (stamps[index] === undefined) continue;
        const stat = await this.#statInFolder(fileIndex, index);
        if (stat === 'out of reach') continue;
        const stamp = this.isWhole(part) ? (stat?.modifiedMs ?? 0) : undefined;
        if (stamp === stamps[index]) continue;
        if (stamp === undefined) await this.#takeBack(this.pathOf(fileIndex, index), part.length, stat);
        stamps[index] = stamp;
        isChanged = true;
      }
    }
    if (isChanged) await this.#host.save();
  }

  /** The whole file, for reading and writing. A part that is in the folder takes no writes. */
  open(fileIndex: number): IFileHandle {
    const refuse = (message: string) => Promise.reject(new FileSystemError('other', '', message));
    return {
      read: async (position, into) => {
        let bytesRead = 0;
        const buffer = await this.#eachPart(fileIndex, 'read', { position, data: into }, async (handle, at, data) => {
          const read = await handle.read(at, data);
          bytesRead += read.bytesRead;
          return { buffer: read.buffer, isEnough: read.bytesRead === read.buffer.length };
        });
        return { buffer, bytesRead };
      },
      write: async (position, data) => {
        const { folders, view, id } = this.#host;
        await folders.create(view, id);
        return this.#eachPart(fileIndex, 'write', { position, data }, async (handle, at, bytes) => ({
          buffer: await handle.write(at, bytes),
          isEnough: true,
        }));
      },
      truncate: () => refuse('a file in parts has no length of its own'),
      flush: () => Promise.resolve(),
      close: () => Promise.resolve(),
    };
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

  /** Removes the parts of a file, wherever they are. That they are is still on record. */
  async removeParts(fileIndex: number): Promise<void> {
    const paths = this.partsOf(fileIndex).map((_, part) => this.pathOf(fileIndex, part));
    for (const part of paths.keys()) await this.releasePart(fileIndex, part);
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
    for (const part of this.partsOf(fileIndex).keys()) this.#paths.delete(this.pathOf(fileIndex, part));
    this.#files.delete(fileIndex);
  }

  /** Does something with the bytes of a range, part by part, until one is not enough. Resolves with `data`. */
  async #eachPart(
    fileIndex: number,
    mode: 'read' | 'write',
    { position, data }: { readonly position: number; readonly data: Uint8Array },
    action: (
      handle: IFileHandle,
      position: number,
      data: Uint8Array,
    ) => Promise<{ readonly buffer: Uint8Array; readonly isEnough: boolean }>,
  ): Promise<Uint8Array> {
    const { byteOffset, length } = data;
    const { parts, partBytes } = this.#files.get(fileIndex) ?? { parts: [], partBytes: 1 };
    const { handles, view } = this.#host;
    let whole = data;
    for (let done = 0; done < length;) {
      const index = partAt(parts, position + done, partBytes);
      const part = parts[index];
      const at = position + done - (part?.position ?? 0);
      if (!part || at >= part.length) break;
      const end = Math.min(length, done + part.length - at);
      const bytes = whole.subarray(done, end);
      const used = await handles
        .use(view, this.pathOf(fileIndex, index), mode, (handle) => action(handle, at, bytes))
        .catch((error: unknown) => {
          const isMissing = mode === 'read' && error instanceof FileSystemError && error.code === 'not-found';
          if (!isMissing || bytes.length === 0) throw error;
          return undefined;
        });
      if (!used) break;
      whole = new Uint8Array(used.buffer.buffer, byteOffset, length);
      if (!used.isEnough) break;
      done = end;
    }
    return whole;
  }

  async #statInFolder(fileIndex: number, part: number): Promise<IFileStat | undefined | 'out of reach'> {
    try {
      return await this.#host.folder().stat(this.pathOf(fileIndex, part));
    } catch (error) {
      if (error instanceof FolderAccessLostError) return 'out of reach';
      throw error;
    }
  }

  async #takeBack(path: string, length: number, stat: IFileStat | undefined): Promise<void> {
    const { folder, folders, handles, staging, view, id } = this.#host;
    await handles.close(view, path);
    await folders.create(view, id);
    if (!stat || stat.isDirectory) return;
    const source = await folder().open(path, 'read');
    await copyRange({ source, from: 0, end: Math.min(length, stat.size), staging, to: path }).finally(() =>
      source.close(),
    );
  }

  /** What lies in staging as one file goes to its parts, from its end, so that no more than one of them needs room twice. */
  async #divideStaged(fileIndex: number): Promise<void> {
    const { handles, staging, view, folders, id } = this.#host;
    const { path, parts } = this.#files.get(fileIndex) ?? { path: '', parts: [] };
    const stat = await staging.stat(path);
    if (!stat || stat.isDirectory) return;
    await handles.close(view, path);
    await folders.create(view, id);
    const whole = await staging.open(path, 'write');
    try {
      let end = stat.size;
      for (let part = parts.length - 1; part >= 0; part--) {
        const { position = 0, length = 0 } = parts[part] ?? {};
        if (position >= end) continue;
        const to = this.pathOf(fileIndex, part);
        await copyRange({ source: whole, from: position, end: Math.min(end, position + length), staging, to });
        await whole.truncate(position);
        end = position;
      }
    } finally {
      await whole.close();
    }
    await staging.remove(path);
    await removeEmptyFolders(staging, [path]);
  }
}

async function namesIn(files: Pick<IFileSystem, 'list' | 'stat'>, path: string): Promise<readonly string[]> {
  if (!(await files.stat(path))?.isDirectory) return [];
  return (await files.list(path)).map(({ name }) => name);
}

/** Copies a range of a file to a file of its own, but for what is empty in it. */
async function copyRange(options: {
  readonly source: IReadableFile;
  readonly from: number;
  readonly end: number;
  readonly staging: IFileSystem;
  readonly to: string;
}): Promise<void> {
  const { source, from, end, staging, to } = options;
  const target = await staging.open(to, 'write');
  try {
    let chunk: Uint8Array = new Uint8Array(CHUNK_BYTES);
    for (let position = from; position < end;) {
      const { buffer, bytesRead } = await source.read(position, chunk.subarray(0, end - position));
      if (bytesRead === 0) break;
      const bytes = buffer.subarray(0, bytesRead);
      const isEmpty = bytes.every((byte) => byte === 0);
      const back = isEmpty ? bytes : await target.write(position - from, bytes);
      chunk = new Uint8Array(back.buffer, 0, CHUNK_BYTES);
      position += bytesRead;
    }
    await target.truncate(end - from);
  } finally {
    await target.close();
  }
}
