import type { IFileSystem } from '../interfaces/filesystem.js';
import type { AsideFolders } from './aside-folders.js';
import { type DownloadRoots, FolderAccessLostError } from './download-roots.js';
import { problemOf } from './problem.js';
import type { PublishedRecord } from './published-record.js';
import { Publisher, type PublisherOptions } from './publisher.js';
import type { TorrentProblem, TorrentState } from './snapshots.js';
import { type FolderStamps, stagedFiles, type StagedFiles } from './staged-files.js';
import type { StorageRoom } from './storage-room.js';
import type { TorrentContent } from './torrent-content.js';
import type { TorrentRecord } from './torrent-record.js';

interface TorrentPublishingOptions extends Pick<PublisherOptions, 'handles' | 'queue' | 'clock'> {
  readonly id: string;
  readonly asideFolders: AsideFolders;
  readonly roots: DownloadRoots;
  readonly room: StorageRoom;
  /** As it is at the moment. */
  readonly record: () => TorrentRecord;
  /** Every wanted piece is verified on disk. */
  readonly isComplete: () => boolean;
  /** Makes durable where the files lie, and before it what is verified; rejects with the store's error. */
  readonly save: (record: PublishedRecord) => Promise<void>;
  /** As `PublisherEvents.filePublished`. */
  readonly filePublished: PublisherOptions['events']['filePublished'];
  /** Staging has more room, or will have some. */
  readonly partMoved: () => void;
  readonly stamps: FolderStamps;
  readonly events: {
    /** How far it is, or what it waits for, differs. */
    publishingChanged(): void;
    /** The torrent cannot go on. */
    diskFailed(error: unknown): void;
    /** What lies in the folder may be other than what was verified. */
    folderChanged(): void;
  };
}

/** The half of a torrent's storage that has to do with a folder of the user's. For a torrent in a direct root there is nothing to it. */
export class TorrentPublishing {
  readonly #options: TorrentPublishingOptions;
  #staged: StagedFiles | undefined;
  #publisher: Publisher | undefined;

  constructor(options: TorrentPublishingOptions) {
    this.#options = options;
  }

  /** Where the content's files are read and written; {@link attach} follows. Throws `RootMissingError`. */
  open(): IFileSystem {
    const { roots, room, id, handles, asideFolders: folders, record, save } = this.#options;
    this.#staged = stagedFiles({ roots, room, id, handles, folders }, record(), save);
    return this.#staged ?? roots.writable(record().root);
  }

  attach(content: TorrentContent): void {
    const { handles, queue, clock, stamps, events, filePublished, partMoved } = this.#options;
    const { files, layout } = content;
    this.#staged?.attach({ files, layout, have: content.downloader.pieces.have }, stamps);
    const diskFailed = (error: unknown) => {
      this.onDiskFailure(error);
    };
    this.#publisher =
      this.#staged &&
      new Publisher({
        content,
        files: this.#staged,
        handles,
        queue,
        clock,
        events: { ...events, diskFailed, filePublished, partMoved },
      });
  }

  /** Everything that is wanted lies in the folder. */
  get isDone(): boolean {
    return this.#options.isComplete() && (this.#publisher?.isDone ?? false);
  }

  /** Its files leave staging when they are finished. */
  get makesRoom(): boolean {
    return this.#publisher !== undefined;
  }

  /** Before the files are used: finishes what a death or a failure cut short. */
  async settleSplits(): Promise<void> {
    await this.#staged?.splits.settle();
  }

  /** As `SplitFiles.changedFiles`. */
  async changedSplits(): Promise<ReadonlySet<number>> {
    return (await this.#staged?.splits.changedFiles()) ?? new Set();
  }

  /** From now on these files come in parts. Nobody may use them meanwhile. */
  async split(fileIndices: readonly number[]): Promise<void> {
    await this.#staged?.splits.split(fileIndices);
  }

  /** Some of its files have still to leave staging. */
  get isBusy(): boolean {
    return this.#publisher?.isBusy === true;
  }

  /** Of a torrent that is complete and runs. */
  get stateWhenComplete(): TorrentState {
    const publisher = this.#publisher;
    return !publisher || publisher.isDone ? { kind: 'seeding' } : { kind: 'publishing', progress: publisher.progress };
  }

  /** As `FileSnapshot.publishedShare`. */
  shareOf(fileIndex: number): number | undefined {
    return this.#publisher?.shareOf(fileIndex);
  }

  /** As `TorrentSnapshot.attention`. */
  get attention(): TorrentProblem | undefined {
    if (this.#staged && !this.#isReachable) return this.#accessLost;
    return this.#publisher?.problem;
  }

  /** What is verified is known. Throws {@link FolderAccessLostError} when nothing can be done without the folder. */
  begin(): void {
    if (this.isDone && !this.#isReachable) throw new FolderAccessLostError(this.#options.record().root);
    this.#publisher?.start();
  }

  /** Gives up what is under way; resolves when nothing is. */
  async end(): Promise<void> {
    await this.#publisher?.stop();
  }

  pieceVerified(index: number): void {
    this.#publisher?.pieceVerified(index);
  }

  /** Other files are wanted and where they belong, or the user did something about {@link attention}. */
  retry(): void {
    this.#publisher?.retry();
  }

  /** Without its folder a torrent goes on as long as it has something to do in staging. */
  onDiskFailure(error: unknown): void {
    const { events } = this.#options;
    if (error instanceof FolderAccessLostError && !this.isDone) events.publishingChanged();
    else events.diskFailed(error);
  }

  /** The root came, went, was lost or is available again. Says whether the torrent has to start, or why it cannot go on. */
  rootChanged(state: TorrentState, options: { readonly isOnline: boolean }): 'start' | TorrentProblem | undefined {
    if (state.kind === 'failed') {
      const isCured = state.problem.code === 'root-missing' || state.problem.code === 'folder-access-lost';
      return isCured && this.#isReachable ? 'start' : undefined;
    }
    if (this.#isReachable) void this.#inspect();
    else if (options.isOnline && this.isDone) return this.#accessLost;
    this.#options.events.publishingChanged();
    return undefined;
  }

  /** After the files are closed: takes the folders from staging that are empty now. */
  async cleanUp(): Promise<void> {
    await this.#publisher?.cleanUp();
  }

  /** Of a torrent that is removed, after its files are closed: as `Publisher.join` and then `StagedFiles.removeStaged`. */
  async removeStaged(isWhole: Parameters<StagedFiles['removeStaged']>[0]): Promise<void> {
    await this.#publisher?.join(isWhole);
    await this.#staged?.removeStaged(isWhole);
  }

  /** The same where the folder never comes back. */
  async removeOnlyStaged(isWhole: Parameters<StagedFiles['removeStaged']>[0]): Promise<void> {
    await this.#staged?.removeStaged(isWhole, { isFolderGone: true });
  }

  get #isReachable(): boolean {
    const { roots, record } = this.#options;
    return roots.isAvailable(record().root);
  }

  get #accessLost(): TorrentProblem {
    return problemOf(new FolderAccessLostError(this.#options.record().root));
  }

  /** The folder was out of reach: it may have been changed. */
  async #inspect(): Promise<void> {
    try {
      if (await this.#publisher?.isChanged()) this.#options.events.folderChanged();
      else this.retry();
    } catch (error) {
      this.onDiskFailure(error);
    }
  }
}
