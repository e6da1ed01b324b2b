import { FileSystemError, type IFileSystem } from '../interfaces/filesystem.js';
import type { IHasher } from '../interfaces/hasher.js';
import type { IClock } from '../interfaces/clock.js';
import type { IRandom } from '../interfaces/random.js';
import { parseInfo } from '../protocol/metainfo.js';
import type { TorrentInfo } from '../protocol/torrent-info.js';
import { fromHex } from '../utils/bytes.js';
import type { AsideFolders } from './aside-folders.js';
import { type DiskFile, DiskManager } from './disk-manager.js';
import type { CheckTurns } from './check-turns.js';
import type { DiskQueue } from './disk-queue.js';
import { Downloader, type DownloaderEvents } from './downloader.js';
import type { FileHandlePool } from './file-handle-pool.js';
import type { FilePart } from './file-parts.js';
import { FileProgress } from './file-progress.js';
import type { MemoryBudget } from './memory-budget.js';
import type { Peer } from './peer.js';
import { PieceLayout, type SectionSizes } from './piece-layout.js';
import { pieceWishes } from './piece-wishes.js';
import type { PublishQueue } from './publish-queue.js';
import type { ReadCache } from './read-cache.js';
import type { FileSnapshot } from './snapshots.js';
import { StagedFiles } from './staged-files.js';
import { StagingWindow } from './staging-window.js';
import { TorrentFile } from './torrent-file.js';
import type { MetadataRecord, TorrentRecord } from './torrent-record.js';
import { Uploader, type UploaderEvents } from './uploader.js';

/** What all torrents of a client share of disk and memory. */
export interface StorageResources {
  readonly hasher: IHasher;
  readonly memory: MemoryBudget;
  readonly handles: FileHandlePool;
  readonly cache: ReadCache;
  readonly asideFolders: AsideFolders;
  readonly queue: DiskQueue;
  readonly checks: CheckTurns;
  readonly publishQueue: PublishQueue;
  readonly clock: IClock;
  readonly random: IRandom;
  /** Undefined: as {@link PieceLayout} has them. */
  readonly sections: SectionSizes | undefined;
}

export interface ContentEvents {
  /** After a change of priorities: every file is where it belongs. */
  filesArranged(): void;
}

/** A byte range of a file that is not verified as a whole was asked for. */
export class NotVerifiedError extends Error {
  override readonly name = 'NotVerifiedError';
  readonly code = 'not-verified';
}

/** What a torrent consists of once its metadata is known: files on a disk, what is verified of them, and the ways in and out. */
export class TorrentContent {
  readonly info: TorrentInfo;
  readonly metadata: MetadataRecord;
  readonly layout: PieceLayout;
  readonly files: readonly TorrentFile[];
  readonly diskFiles: readonly DiskFile[];
  readonly progress: FileProgress;
  readonly disk: DiskManager;
  readonly downloader: Downloader;
  readonly uploader: Uploader;
  readonly #events: DownloaderEvents & ContentEvents;
  /** Where the files are read and written. */
  readonly fileSystem: IFileSystem;
  /** What is downloaded while there is no room for all. */
  readonly window: StagingWindow;
  #isChecked = false;
  /** Changes of priorities whose files are still on their way. */
  #arrangements = 0;
  /** All bytes of a file are verified. */
  readonly isWhole = (fileIndex: number): boolean =>
    this.progress.doneBytes(fileIndex) === this.files[fileIndex]?.length;

  /** Throws `MetainfoError` when the metadata cannot be used. */
  constructor(
    metadata: MetadataRecord,
    fileSystem: IFileSystem,
    resources: StorageResources,
    events: DownloaderEvents &
      UploaderEvents &
      ContentEvents & { readonly id: string; readonly maxMetadataBytes: number },
  ) {
    this.#events = events;
    this.fileSystem = fileSystem;
    const info = parseInfo(metadata.info, { maxBytes: events.maxMetadataBytes });
    this.info = info;
    this.metadata = metadata;
    this.layout = new PieceLayout({ ...info, ...(resources.sections && { sections: resources.sections }) });
    this.files = info.files.map(
      ({ length, offset }, index) => new TorrentFile(metadata.paths[index] ?? '', length, offset),
    );
    // Padding is zeros by definition (BEP 47), yet its bytes count in the pieces, so it is kept like any file.
    this.diskFiles = this.files.map(({ path, length, offset }) => ({ fileSystem, path, length, offset }));
    this.progress = new FileProgress(this.layout, this.files);
    const isOutOfSight = (fileIndex: number) => this.partsOf(fileIndex).length > 0;
    const aside = { id: events.id, fileSystem, folders: resources.asideFolders, isOutOfSight };
    this.disk = new DiskManager({ ...resources, layout: this.layout, pieceHashes: info.pieces, aside });
    this.disk.open(this.diskFiles);
    const shared = { layout: this.layout, disk: this.disk, clock: resources.clock, events };
    this.downloader = new Downloader({ ...shared, ...resources });
    this.window = new StagingWindow(this);
    const infoHash = fromHex(events.id) ?? new Uint8Array();
    this.uploader = new Uploader({ ...shared, ...resources, infoHash, have: this.downloader.pieces.have });
  }

  /** As `SplitFiles.partsOf`. */
  partsOf(fileIndex: number): readonly FilePart[] {
    return this.fileSystem instanceof StagedFiles ? this.fileSystem.splits.partsOf(fileIndex) : [];
  }

  /** As `SplitFiles.partBytesFor`. */
  partBytesFor(fileIndex: number): number | undefined {
    return this.fileSystem instanceof StagedFiles ? this.fileSystem.splits.partBytesFor(fileIndex) : undefined;
  }

  /** It is known which pieces are on disk. */
  get isChecked(): boolean {
    return this.#isChecked;
  }

  /** Every file is where it belongs; else `filesArranged` follows. */
  get isArranged(): boolean {
    return this.#arrangements === 0;
  }

  /** Every wanted piece is here. */
  get isComplete(): boolean {
    return this.downloader.pieces.isComplete;
  }

  /** Bytes of all pieces that are not verified, wanted or not. */
  get missingBytes(): number {
    const { have } = this.downloader.pieces;
    if (have.hasAll) return 0;
    const lastIndex = this.layout.pieceCount - 1;
    const lastShortfall = have.get(lastIndex) ? this.layout.pieceLength - this.layout.pieceSize(lastIndex) : 0;
    return this.layout.totalLength - have.count * this.layout.pieceLength + lastShortfall;
  }

  /** What is wanted, and in which order. */
  follow({ priorities, order, isSuperSeeding }: Pick<TorrentRecord, 'priorities' | 'order' | 'isSuperSeeding'>): void {
    this.uploader.superSeed.setWanted(isSuperSeeding);
    this.progress.setPriorities(priorities);
    const priority = (fileIndex: number) => this.progress.priority(fileIndex);
    this.downloader.pieces.setWishes(pieceWishes(this.layout, this.files, priority, order));
    this.downloader.onPrioritiesChanged();
    if (!this.#isChecked) return;
    this.#arrangements++;
    const arranged = this.arrangeFiles({ isChecked: true }).finally(() => this.#arrangements--);
    arranged.then(
      () => this.#events.filesArranged(),
      (error: unknown) => {
        // The files are being given up; whoever opens them next arranges them.
        if (error instanceof FileSystemError && error.code === 'closed') return;
        this.#events.diskFailed(error);
      },
    );
  }

  /**
   * Puts every file where it belongs: the skipped ones out of sight, those that are wanted again back. `isChecked`: it is known which pieces
   * are here, and from now on each change of the priorities does the same. Rejects as `DiskManager.arrange`.
   */
  async arrangeFiles({ isChecked }: { readonly isChecked: boolean }): Promise<void> {
    this.#isChecked ||= isChecked;
    const skipped = new Set([...this.files.keys()].filter((index) => !this.progress.isWanted(index)));
    if (isChecked && this.fileSystem instanceof StagedFiles) await this.fileSystem.takeBackIncomplete(this.progress);
    await this.disk.arrange({ skipped, isWhole: isChecked ? this.isWhole : undefined });
    if (isChecked) await this.disk.createEmptyFiles();
  }

  /** About every second while the torrent is online. */
  tick(peers: Iterable<Peer>): void {
    this.downloader.tick();
    this.uploader.tick(peers);
  }

  /** A piece is verified on disk, by resume or recheck. */
  markHave(index: number): void {
    if (this.downloader.pieces.have.get(index)) return;
    this.downloader.pieces.markHave(index);
    this.progress.addPiece(index);
  }

  fileSnapshots(): Omit<FileSnapshot, 'publishedShare'>[] {
    return this.files.map(({ path, length }, index) => ({
      index,
      path,
      length,
      doneBytes: this.progress.doneBytes(index),
      priority: this.progress.priority(index),
      waitsForRoom: this.window.isWaiting(index),
    }));
  }

  /** Verified bytes of a file; rejects with {@link NotVerifiedError} or `FileSystemError`. */
  async readFile(fileIndex: number, position: number, length: number): Promise<Uint8Array> {
    const file = this.files[fileIndex];
    if (!file || position < 0 || length < 0 || position + length > file.length) {
      throw new RangeError(`bytes ${position} to ${position + length} of file ${fileIndex}`);
    }
    const bytes = new Uint8Array(length);
    for (let done = 0; done < length;) {
      const start = file.offset + position + done;
      const index = Math.floor(start / this.layout.pieceLength);
      const begin = start - index * this.layout.pieceLength;
      const part = Math.min(length - done, this.layout.pieceSize(index) - begin);
      if (!this.downloader.pieces.have.get(index)) throw new NotVerifiedError(`piece ${index} is not here yet`);
      bytes.set(await this.disk.read(index, begin, part), done);
      done += part;
    }
    return bytes;
  }

  /** Ends all work; pieces on their way to the disk arrive first. */
  async close(): Promise<void> {
    this.downloader.close();
    await this.disk.close();
  }
}
