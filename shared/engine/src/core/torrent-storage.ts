import type { IFileSystem } from '../interfaces/filesystem.js';
import { MetainfoError } from '../protocol/metainfo-error.js';
import { equalBytes } from '../utils/bytes.js';
import { BackOff, LOCKED_RETRIES } from './back-off.js';
import { findVerified } from './checker.js';
import { FileStamps } from './file-stamps.js';
import { ProgressKeeper } from './progress-keeper.js';
import type { PublishedRecord } from './published-record.js';
import { type Replaceable, withReplaceable } from './replaceable.js';
import type { StoredContent } from './session-manager.js';
import { settledPlaces } from './stale-places.js';
import { StampKeeper } from './stamp-keeper.js';
import { TorrentContent } from './torrent-content.js';
import type { MetadataRecord, ProgressRecord, Removal, TorrentRecord, TorrentSummary } from './torrent-record.js';
import { TorrentPublishing } from './torrent-publishing.js';
import { TorrentRoom } from './torrent-room.js';
import type { TorrentStats } from './torrent-stats.js';
import type { TorrentProblem } from './snapshots.js';
import { settleRenaming } from './torrent-rename.js';
import type {
  CheckOptions,
  Doubt,
  Rearrangement,
  StorageContext,
  TorrentStorageEvents,
  TorrentStorageOptions,
} from './torrent-storage-options.js';
import { entryNameOf } from './torrent-summary.js';

export type { Doubt };

/** That of a move is told in steps of this share. */
const MOVE_PROGRESS_STEP = 1 / 200;

/**
 * The stored half of a torrent: its metadata, its files and how far they are verified. Loads what is on record when it is needed for the
 * first time, compares it with the files, and keeps the record up to date.
 */
export class TorrentStorage {
  readonly #id: string;
  readonly #record: () => TorrentRecord;
  readonly #stats: TorrentStats;
  readonly #context: StorageContext;
  readonly #store: (changes: Partial<TorrentRecord>) => Promise<void>;
  readonly #events: TorrentStorageEvents;
  readonly publishing: TorrentPublishing;
  #loading: Promise<void> | undefined;
  #isLoaded = false;
  /** Known before `#content` where the files cannot be reached yet. */
  #metadata: MetadataRecord | undefined;
  #content: TorrentContent | undefined;
  /** The progress of the last session, until it is compared with the files. */
  #restored: ProgressRecord | undefined;
  /** The times of the files in the last session, until there is a `#stampKeeper`. */
  #restoredStamps: FileStamps | undefined;
  #stampKeeper: StampKeeper | undefined;
  #isChecked = false;
  /** What is on disk is to be believed no more: nothing of it, or not what may have been changed. */
  #doubt: Doubt | undefined;
  /** The giving up of files that are to be hashed anew. */
  #forgetting: Promise<void> = Promise.resolve();
  /** For the next check, files without a stamp may have been changed too. */
  #isEveryFileDoubted = false;
  /** What the next check may have replaced in the user's folder. */
  #mayReplace: Replaceable | undefined;
  /** The files are being put elsewhere; settled when they have been, or have not. */
  #rearranging: Promise<unknown> = Promise.resolve();
  #moveProgress: number | undefined;

  readonly #progress: ProgressKeeper;
  readonly #room: TorrentRoom;
  readonly #lockRetries: BackOff;

  constructor(options: TorrentStorageOptions) {
    this.#id = options.id;
    this.#record = options.record;
    this.#stats = options.stats;
    this.#context = options.context;
    this.#store = options.store;
    this.#events = options.events;
    this.#lockRetries = new BackOff(options.context.storage.clock, LOCKED_RETRIES);
    this.#progress = new ProgressKeeper({
      id: options.id,
      session: options.context.session,
      clock: options.context.network.clock,
      stats: options.stats,
      checked: () => (this.#isChecked ? this.#content : undefined),
    });
    const { handles, publishQueue, clock } = options.context.storage;
    this.publishing = new TorrentPublishing({
      ...options,
      roots: options.context.roots,
      room: options.context.room,
      handles,
      clock,
      queue: publishQueue,
      asideFolders: options.context.storage.asideFolders,
      isComplete: () => this.isComplete,
      partMoved: () => this.#room.look(),
      filePublished: async (fileIndex, verified) => {
        this.#room.look();
        await this.#stampKeeper?.moved(fileIndex, verified);
      },
      stamps: {
        of: (fileIndex) => this.#stampKeeper?.stamps.get(fileIndex),
        areCurrent: () => this.#isChecked,
      },
      save: (published) => this.#savePublished(published),
    });
    this.#room = new TorrentRoom({
      room: options.context.room,
      root: () => options.record().root,
      content: () => this.#content,
      publishing: this.publishing,
      events: options.events,
      roomMade: () => this.#tryLater(),
    });
    const { summary } = options.record();
    if (summary) this.#stats.restore(summary);
    if (options.stored) this.#take(options.stored);
  }

  get isLoaded(): boolean {
    return this.#isLoaded;
  }

  get metadata(): MetadataRecord | undefined {
    return this.#metadata;
  }

  /** Undefined until the metadata is known and the files can be reached. */
  get content(): TorrentContent | undefined {
    return this.#content;
  }

  /** What is on disk is known. */
  get isChecked(): boolean {
    return this.#isChecked;
  }

  get isComplete(): boolean {
    return this.#isChecked && (this.#content?.isComplete ?? false);
  }

  /** As `TorrentSnapshot.moveProgress`. */
  get moveProgress(): number | undefined {
    return this.#moveProgress;
  }

  /** As things stand; what was stored, while nothing more is loaded. */
  get summary(): TorrentSummary | undefined {
    const content = this.#content;
    if (!content) return this.#record().summary;
    return {
      totalBytes: content.layout.totalLength,
      wantedBytes: content.progress.wantedBytes,
      wantedDoneBytes: content.progress.wantedDoneBytes,
      fileCount: content.files.length,
      isPrivate: content.info.isPrivate,
      entryName: entryNameOf(content.metadata),
      ...this.#stats.totals(this.#context.network.clock.now()),
    };
  }

  /** Reads what is on record, once. Never rejects; `metadata` stays undefined where there is none. */
  load(): Promise<void> {
    this.#loading ??= this.#isLoaded ? Promise.resolve() : this.#load();
    return this.#loading;
  }

  /** New metadata, to be stored; takes it back, to be learned again, when that fails. Rejects with the store's error. */
  async learn(metadata: MetadataRecord): Promise<void> {
    this.#metadata = metadata;
    this.#isLoaded = true;
    try {
      await this.#context.session.saveMetadata(this.#id, metadata);
    } catch (error) {
      if (!this.#content) this.#metadata = undefined;
      throw error;
    }
  }

  /** Makes the files reachable; touches no disk. Undefined without metadata. Throws `RootMissingError` or `MetainfoError`. */
  open(): TorrentContent | undefined {
    if (this.#content || !this.#metadata) return this.#content;
    const record = this.#record();
    const content = this.#createContent(this.#metadata, this.publishing.open());
    this.publishing.attach(content);
    content.follow(record);
    const { verified } = this.#restored ?? {};
    if (verified?.length === content.layout.pieceCount) content.progress.recount(verified);
    this.#content = content;
    this.#stampKeeper = new StampKeeper({
      content,
      restored: this.#restoredStamps,
      save: (stamps) => {
        if (!this.#progress.isDiscarded) this.#context.session.saveStamps(this.#id, stamps);
      },
    });
    return content;
  }

  /** The next {@link check} hashes what is on disk: all of it, or what may have been changed by others. */
  mustRecheck(doubt: Doubt): void {
    if (this.#doubt !== 'everything') this.#doubt = doubt;
  }

  /** The user wants files in their folder replaced that the next {@link check} finds to be wrong. */
  allowReplacing(what: Replaceable): void {
    this.#mayReplace = withReplaceable(this.#mayReplace, what);
  }

  /**
   * Before {@link open} for a torrent that starts: loads what is on record, waits while the files are being put elsewhere (the old ones
   * would be read and written), and gives up those that are to be hashed anew. Stops half-way when `signal` aborts.
   */
  async prepare(signal: AbortSignal): Promise<void> {
    if (!this.#isLoaded) await this.load();
    await this.#rearranging;
    await this.settleRenaming();
    await this.#settlePlaces();
    if (!signal.aborted) await this.#forgetIfDoubted();
  }

  /** Before anything is downloaded that lies in the folder, though the record does not know. Rejects as {@link settledPlaces}. */
  async #settlePlaces(): Promise<void> {
    const changes = this.#record().arePlacesStale && (await settledPlaces(this.open()));
    if (!changes) return;
    this.mustRecheck('what-changed');
    await this.#store(changes);
  }

  /** Ends the use of files that are to be hashed anew; {@link open} begins again. One after the other: each gives up what is open then. */
  #forgetIfDoubted(): Promise<void> {
    const forgotten = this.#forgetting.then(() => this.#forgetDoubted());
    this.#forgetting = forgotten.catch(() => undefined);
    return forgotten;
  }

  async #forgetDoubted(): Promise<void> {
    if (!this.#doubt) return;
    await this.close();
    // It may have grown meanwhile.
    if (this.#doubt === 'everything') this.#restored = undefined;
    else if (this.#content && this.#isChecked) this.#restored = this.#progress.recordOf(this.#content);
    this.#restoredStamps = this.#stampKeeper?.stamps;
    this.#content = undefined;
    this.#isChecked = false;
    this.#isEveryFileDoubted = true;
    this.#doubt = undefined;
  }

  /**
   * Finds out which pieces are on disk; false when that was known. Then, for a torrent that is not to stay stopped, claims room for those
   * that are missing, until `signal` aborts. Resolves early, with false, when it aborts before. Rejects with what the disk says,
   * `FilesChangedError` for files in the user's folder that are not to be replaced unasked, or `NoRoomError`; that room is lost later is
   * told as a failure of the disk.
   */
  async check(content: TorrentContent, options: CheckOptions): Promise<boolean> {
    this.#progress.wake();
    await this.publishing.settleSplits();
    const hasLooked = !this.#isChecked && (await this.#look(content, options));
    const { signal } = options;
    if (signal.aborted) return false;
    if (hasLooked && this.#isOnRecord(content)) this.#progress.noteStored();
    else this.#progress.save();
    if (this.#record().desired === 'started') await this.#room.enter(content, signal);
    return hasLooked;
  }

  async #look(content: TorrentContent, options: CheckOptions): Promise<boolean> {
    const { verified, isSettled = false } = this.#restored ?? {};
    const stamps = this.#stampKeeper?.stamps ?? new FileStamps(content.files.length);
    const doubtedFiles = await this.publishing.changedSplits();
    const stats = await findVerified(content, {
      record: { verified, stamps, isEveryFileDoubted: this.#isEveryFileDoubted, doubtedFiles },
      isSettled,
      mayReplace: this.#mayReplace,
      turns: this.#context.storage.checks,
      ...options,
    });
    if (!stats || content !== this.#content) return false;
    this.#isChecked = true;
    this.#isEveryFileDoubted = false;
    this.#mayReplace = undefined;
    this.#stampKeeper?.checked(stats);
    return true;
  }

  /** Nothing more is asked for. */
  rest(): void {
    this.#progress.rest();
  }

  #tryLater(): void {
    this.#lockRetries.schedule(() => this.#events.tryAgain());
  }

  /** Found as the last session left it. One that is settled has to be replaced before a piece is written that is not in it. */
  #isOnRecord({ downloader }: TorrentContent): boolean {
    const { verified, isSettled } = this.#restored ?? {};
    const { have } = downloader.pieces;
    return verified !== undefined && equalBytes(verified.buffer, have.buffer) && (have.hasAll || !isSettled);
  }

  /** As `ProgressKeeper.tick`. */
  tick(): boolean {
    return this.#progress.tick();
  }

  /** Stores nothing more. */
  discard(): void {
    this.#progress.discard();
  }

  async close(): Promise<void> {
    await this.publishing.end();
    await this.#content?.close();
    await this.publishing.cleanUp();
  }

  /** The user calls it so; resolves when that is durable. */
  async setOwnName(ownName: string | undefined): Promise<void> {
    await this.#store({ ownName });
    this.#events.publishingChanged();
  }

  /** Finishes a renaming that is on record. The files are closed. Rejects as `settleRenaming` of that module. */
  async settleRenaming(): Promise<void> {
    const metadata = this.#metadata;
    if (!metadata || !this.#record().renaming) return;
    this.mustRecheck('what-changed');
    const saveMetadata = async (renamed: MetadataRecord) => {
      await this.#context.session.saveMetadata(this.#id, renamed);
      this.#metadata = renamed;
    };
    await settleRenaming({
      record: this.#record,
      metadata,
      roots: this.#context.roots,
      store: this.#store,
      saveMetadata,
    });
  }

  /** Notes that the torrent is removed, or is not; resolves when that is durable. Rejects with the store's error; then it is as it was. */
  markRemoved(removal: Removal | undefined): Promise<void> {
    return this.#store({ removal });
  }

  /**
   * Of a torrent that is discarded, its files closed: removes from disk what its removal says, and in any case what lies there only to
   * become files. Whole files that were still to be copied elsewhere stay where they are with the others. Rejects with `RootMissingError`, `FileSystemError`, or the store's error when it cannot be read
   * which files there are; then it can be done again. `isRootGone`: its root never comes back, and what lies there stays.
   */
  async removeFiles({ isRootGone }: { readonly isRootGone: boolean }): Promise<void> {
    await this.load();
    this.#metadata ??= await this.#context.session.loadMetadata(this.#id);
    const { root, removal, published } = this.#record();
    const { roots, storage } = this.#context;
    if (isRootGone && !published) return;
    if (this.#opened()) {
      const isWhole = this.#isProgressKnown ? this.#content?.isWhole : undefined;
      if (isRootGone) await this.publishing.removeOnlyStaged(removal === 'with-files' ? () => false : isWhole);
      else if (removal === 'with-files') await this.#content?.disk.deleteFiles();
      else await this.publishing.removeStaged(isWhole);
    }
    await storage.asideFolders.remove(published ? roots.staging : roots.writable(root), this.#id);
  }

  /** What is verified is known of the content that is open, by this session or the last. */
  get #isProgressKnown(): boolean {
    return this.#isChecked || this.#restored?.verified?.length === this.#content?.layout.pieceCount;
  }

  /** Whether there are files that can be named. */
  #opened(): boolean {
    try {
      return this.open() !== undefined;
    } catch (error) {
      if (error instanceof MetainfoError) return false;
      throw error;
    }
  }

  /**
   * For a torrent that is stopped: `work` puts the files elsewhere while they are closed, and says what changes on record. They are checked
   * when they are needed next. `before` is on record before that. Rejects with what `work` or the store rejects with.
   */
  async rearrange(doubt: Doubt, work: Rearrangement, before: Partial<TorrentRecord> = {}): Promise<void> {
    await this.keepClosed(this.#rearrange(doubt, work, before));
  }

  /** {@link prepare} waits for `work`, as it does for what was to be waited for before. Rejects as `work` does. */
  async keepClosed(work: Promise<void>): Promise<void> {
    const before = this.#rearranging;
    this.#rearranging = Promise.allSettled([before, work]);
    await work;
  }

  async #rearrange(doubt: Doubt, work: Rearrangement, before: Partial<TorrentRecord>): Promise<void> {
    await this.#forgetting;
    this.mustRecheck(doubt);
    this.#setMoveProgress(0);
    await this.close();
    try {
      await this.#store(before);
      await this.#store(
        await work((share) => {
          if (share - (this.#moveProgress ?? 0) >= MOVE_PROGRESS_STEP) this.#setMoveProgress(share);
        }),
      );
    } finally {
      await this.#forgetIfDoubted();
      this.#setMoveProgress(undefined);
    }
  }

  #setMoveProgress(share: number | undefined): void {
    this.#moveProgress = share;
    this.#events.publishingChanged();
  }

  /** After {@link check}: downloading and publishing go on. Throws `FolderAccessLostError` when nothing can be done without the folder. */
  begin(): void {
    this.publishing.begin();
    this.#content?.downloader.start();
  }

  end(): void {
    this.#lockRetries.cancel();
    this.#room.waitNoMore();
    this.#content?.downloader.stop();
    void this.publishing.end();
  }

  /** The torrent failed, after {@link end}. */
  failed({ code }: TorrentProblem): void {
    if (code === 'files-changed') this.mustRecheck('what-changed');
    if (code === 'file-locked') this.#tryLater();
    if (code === 'disk-full') this.#room.wait();
  }

  /** As `TorrentPublishing.rootChanged`. */
  rootChanged(...args: Parameters<TorrentPublishing['rootChanged']>): ReturnType<TorrentPublishing['rootChanged']> {
    const outcome = this.publishing.rootChanged(...args);
    // While a folder was out of reach it may have been changed.
    if (outcome === 'start') this.mustRecheck('what-changed');
    return outcome;
  }

  async #load(): Promise<void> {
    const stored = await this.#context.session.loadContent(this.#id);
    if (!this.#isLoaded) this.#take(stored);
    // It is tried again when the torrent starts.
    await this.settleRenaming().catch(() => undefined);
  }

  #take({ metadata, progress, stamps }: StoredContent): void {
    this.#isLoaded = true;
    this.#restoredStamps = stamps;
    this.#metadata = metadata;
    this.#restored = progress;
    if (progress) this.#stats.restore(progress);
  }

  #createContent(metadata: MetadataRecord, fileSystem: IFileSystem): TorrentContent {
    const events = this.#events;
    const content = new TorrentContent(metadata, fileSystem, this.#context.storage, {
      ...events,
      id: this.#id,
      maxMetadataBytes: this.#context.settings().maxMetadataBytes,
      pieceVerified: (index, contributors) => {
        if (content !== this.#content) return;
        content.progress.addPiece(index);
        this.#stampKeeper?.pieceWritten(index);
        this.#progress.save();
        this.publishing.pieceVerified(index);
        events.pieceVerified(index, contributors);
      },
      diskFailed: (error) => {
        // What was under way when the files were given up ends with them.
        if (content === this.#content) this.publishing.onDiskFailure(error);
      },
      filesArranged: () => {
        if (content === this.#content) this.publishing.retry();
      },
    });
    return content;
  }

  /** First what is verified, lest a piece in the folder be taken for missing. */
  async #savePublished(published: PublishedRecord): Promise<void> {
    const content = this.#content;
    if (content?.isChecked) await this.#progress.saveNow(content);
    await this.#store({ published });
  }
}
