import type { IClock } from '../interfaces/clock.js';
import { FileSystemError, type IFileStat } from '../interfaces/filesystem.js';
import { BackOff, FULL_RETRIES, LOCKED_RETRIES } from './back-off.js';
import { checkCopy } from './copy-check.js';
import { removeEmptyFolders } from './empty-folders.js';
import type { FileHandlePool } from './file-handle-pool.js';
import { publishPart } from './part-publisher.js';
import { numberedPath } from './path-sanitizer.js';
import { problemOf } from './problem.js';
import type { PublishQueue } from './publish-queue.js';
import { FilesChangedError } from './skipped-files.js';
import type { TorrentProblem } from './snapshots.js';
import type { StagedFiles } from './staged-files.js';
import type { TorrentContent } from './torrent-content.js';
import { sliceRange } from './torrent-file.js';

/** What the publisher tells its torrent. */
interface PublisherEvents {
  /**
   * A file is read from the folder from now on, as it was when it was verified there: undefined, in an earlier run. Its place is on record
   * when this has resolved.
   */
  filePublished(fileIndex: number, verified: IFileStat | undefined): Promise<void>;
  /** A part of a file can leave staging, or has left it. */
  partMoved(): void;
  /** How far it is, or what it waits for, differs. */
  publishingChanged(): void;
  /** What was verified is not in staging any more. */
  diskFailed(error: unknown): void;
}

export interface PublisherOptions {
  readonly content: Pick<TorrentContent, 'files' | 'layout' | 'progress' | 'disk' | 'isArranged'>;
  readonly files: StagedFiles;
  readonly handles: FileHandlePool;
  readonly queue: PublishQueue;
  readonly clock: IClock;
  readonly events: PublisherEvents;
}

/** What is on its way to the folder: a file, or a part of one. */
interface Leaving {
  readonly fileIndex: number;
  /** In staging. */
  readonly path: string;
  readonly bytes: number;
}

/** Progress is told in steps of this share of all bytes. */
const PROGRESS_STEP = 1 / 1000;
/** A copy that comes out wrong is made once more. */
const ATTEMPTS = 2;

/**
 * Copies the finished wanted files of one torrent to the user's folder, each once: copy, read back and verify, record, and only then
 * remove from staging. A crash between any two of these loses nothing: what was copied is found again, what is on record is cleaned up.
 * Of a file that is split each finished part goes so; when the file is whole, it is put together from them.
 */
export class Publisher {
  readonly #options: PublisherOptions;
  /** Bytes copied of the files that are on their way or wait. */
  readonly #copying = new Map<number, number>();
  /** Parts that are on their way or wait, by their paths. */
  readonly #leaving = new Set<string>();
  readonly #running = new Set<Promise<void>>();
  #controller: AbortController | undefined;
  readonly #released: string[] = [];
  #problem: TorrentProblem | undefined;
  /** That of an attempt which is being made again by itself: it stands until one comes to a good end. */
  #earlierProblem: TorrentProblem | undefined;
  /** Files and parts that another program keeps from being copied, by their paths. They are tried again; the others go on. */
  readonly #locked = new Map<string, { readonly fileIndex: number; readonly problem: TorrentProblem }>();
  readonly #lockRetries: BackOff;
  /** Nobody tells when a folder has room again. */
  readonly #fullRetries: BackOff;
  #toldShare = 0;

  constructor(options: PublisherOptions) {
    this.#options = options;
    this.#lockRetries = new BackOff(options.clock, LOCKED_RETRIES);
    this.#fullRetries = new BackOff(options.clock, FULL_RETRIES);
  }

  /** Why finished files stay in staging for now; the user can do something about it, and then {@link retry}. A full disk is tried by itself too. */
  get problem(): TorrentProblem | undefined {
    const [locked] = this.#locked.values();
    return this.#problem ?? locked?.problem ?? (this.#running.size > 0 ? this.#earlierProblem : undefined);
  }

  /** Every finished wanted file is in the folder. */
  get isDone(): boolean {
    return this.#options.content.files.every((_, index) => !this.#isDue(index));
  }

  /** Some file has still to leave staging. */
  get isBusy(): boolean {
    const { content, files } = this.#options;
    const isLeaving = (index: number) =>
      this.#isDue(index) || files.placeOf(index) === 'both' || this.#duePartsOf(index).length > 0;
    return this.#copying.size > 0 || this.#leaving.size > 0 || content.files.some((_, index) => isLeaving(index));
  }

  /** 0 to 1: the share of the wanted bytes that are in the folder. */
  get progress(): number {
    const { files, progress } = this.#options.content;
    let done = 0;
    let all = 0;
    for (const [index, { length }] of files.entries()) {
      if (!progress.isWanted(index)) continue;
      all += length;
      done += length * this.shareOf(index);
    }
    return all === 0 ? 1 : done / all;
  }

  /** 0 to 1: how much of a file is in the folder. A copy that is whole still has to be verified. */
  shareOf(fileIndex: number): number {
    if (this.#options.files.isInFolder(fileIndex)) return 1;
    const { length } = this.#options.content.files[fileIndex] ?? { length: 0 };
    return length === 0 ? 0 : (this.#copying.get(fileIndex) ?? 0) / length;
  }

  /** Begins with all that is finished, and with what an earlier run left to be cleaned up. Idempotent. */
  start(): void {
    if (this.#controller) return;
    const controller = (this.#controller = new AbortController());
    this.#problem = this.#earlierProblem = undefined;
    void Promise.allSettled(this.#running).then(() => {
      if (this.#controller === controller) this.#publishAll();
    });
  }

  /** Goes on after a problem, or after other files are wanted. */
  retry(): void {
    this.#earlierProblem = undefined;
    this.#tryAgain();
  }

  #tryAgain(): void {
    if (!this.#controller) return;
    this.#problem = undefined;
    this.#cancelRetries();
    this.#publishAll();
  }

  /** After the folder was out of reach: whether a file in it may have been changed. */
  async isChanged(): Promise<boolean> {
    const { files, content } = this.#options;
    for (const index of content.files.keys()) {
      const finding = files.isInFolder(index) ? await files.compare(index) : 'as-left';
      if (finding === 'changed' || finding === 'missing') return true;
    }
    return (await files.splits.changedFiles()).size > 0;
  }

  /** A piece is verified on disk: publishes the files that it finished. */
  pieceVerified(index: number): void {
    const { files, layout } = this.#options.content;
    const pieces = sliceRange(files, index * layout.pieceLength, layout.pieceSize(index));
    for (const { fileIndex } of pieces) this.#publishIfDue(fileIndex);
  }

  /** Gives up what is under way; resolves when nothing is. Can be started again. */
  async stop(): Promise<void> {
    this.#controller?.abort(new Error('publishing was stopped'));
    this.#controller = undefined;
    this.#cancelRetries();
    await Promise.allSettled(this.#running);
  }

  /**
   * For a torrent that is removed, after {@link stop}: puts together the files in parts of which all is here, as far as that is known. Those
   * that turn out not to be whole stay in parts. Rejects with what keeps a whole one from its folder.
   */
  async join(isWhole: ((fileIndex: number) => boolean) | undefined): Promise<void> {
    const { files, content, queue } = this.#options;
    const { splits } = files;
    const { signal } = new AbortController();
    for (const [index, { length }] of content.files.entries()) {
      if (!splits.has(index) || files.isInFolder(index)) continue;
      if (!(await (isWhole ?? splits.isFilled)(index))) continue;
      await splits.settle();
      await queue
        .run(length, signal, () => this.#bring(index, signal))
        .catch((error: unknown) => {
          if (!(error instanceof FilesChangedError)) throw error;
        });
    }
  }

  /** Takes the folders from staging that are empty now. Nobody may write there at the same time. */
  async cleanUp(): Promise<void> {
    await removeEmptyFolders(this.#options.files.staging, this.#released.splice(0));
  }

  #publishAll(): void {
    for (const index of this.#options.content.files.keys()) this.#publishIfDue(index);
    this.#tell();
  }

  #publishIfDue(index: number): void {
    if (!this.#controller || this.#problem || this.#copying.has(index)) return;
    // What was given up may still have to be put together.
    if (!this.#options.content.isArranged) return;
    if (!this.#isDue(index) && this.#options.files.placeOf(index) !== 'both')
      this.#publishParts(index, this.#controller.signal);
    // What is on its way comes first, lest it arrive when the file has been put together.
    else if (!this.#locked.has(this.#pathOf(index)) && !this.#isLeavingInParts(index))
      this.#track(index, this.#controller.signal);
  }

  #isLeavingInParts(index: number): boolean {
    const { splits } = this.#options.files;
    return splits.partsOf(index).some((_, part) => this.#leaving.has(splits.pathOf(index, part)));
  }

  #publishParts(index: number, signal: AbortSignal): void {
    const { splits } = this.#options.files;
    for (const part of this.#duePartsOf(index)) {
      const path = splits.pathOf(index, part);
      if (this.#leaving.has(path) || this.#locked.has(path)) continue;
      this.#leaving.add(path);
      const bring = () => publishPart(this.#options, { fileIndex: index, part }, signal);
      const what = { fileIndex: index, path, bytes: splits.partsOf(index)[part]?.length ?? 0 };
      this.#run(what, signal, bring, () => {
        this.#leaving.delete(path);
        if (signal.aborted) return;
        this.#options.events.partMoved();
        // It may have waited for that.
        if (this.#isDue(index)) this.#publishIfDue(index);
      });
      this.#options.events.partMoved();
    }
  }

  #duePartsOf(index: number): readonly number[] {
    const { content, files } = this.#options;
    return content.progress.isWanted(index) && !files.isInFolder(index) ? files.splits.duePartsOf(index) : [];
  }

  #isDue(index: number): boolean {
    const { files, progress } = this.#options.content;
    const { length } = files[index] ?? { length: -1 };
    const isFinished = progress.doneBytes(index) === length;
    return isFinished && progress.isWanted(index) && !this.#options.files.isInFolder(index);
  }

  #track(index: number, signal: AbortSignal): void {
    const { path = '', length = 0 } = this.#options.content.files[index] ?? {};
    this.#copying.set(index, 0);
    const bring = () => this.#bring(index, signal);
    this.#run({ fileIndex: index, path, bytes: length }, signal, bring, () => this.#copying.delete(index));
  }

  #run(what: Leaving, signal: AbortSignal, bring: () => Promise<void>, onEnd: () => void): void {
    const running = this.#options.queue
      .run(what.bytes, signal, bring)
      .then(() => (this.#earlierProblem = undefined))
      .catch((error: unknown) => {
        if (!signal.aborted) this.#onFailure(what, error);
      })
      .finally(() => {
        onEnd();
        this.#running.delete(running);
        if (!signal.aborted) this.#tell();
      });
    this.#running.add(running);
  }

  #onFailure(what: Leaving, error: unknown): void {
    if (error instanceof FilesChangedError) this.#options.events.diskFailed(error);
    else if (error instanceof FileSystemError && error.code === 'locked') this.#retryLater(what, error);
    else {
      const problem = (this.#problem = problemOf(error));
      if (problem.code !== 'disk-full') return;
      this.#fullRetries.schedule(() => {
        this.#earlierProblem = problem;
        this.#tryAgain();
      });
    }
  }

  #retryLater({ fileIndex, path }: Leaving, error: FileSystemError): void {
    this.#locked.set(path, { fileIndex, problem: problemOf(error) });
    this.#lockRetries.schedule(() => {
      if (!this.#controller || this.#problem) return;
      const locked = [...this.#locked.values()];
      this.#earlierProblem = locked[0]?.problem;
      this.#locked.clear();
      for (const { fileIndex: index } of locked) this.#publishIfDue(index);
    });
  }

  #cancelRetries(): void {
    this.#locked.clear();
    this.#lockRetries.cancel();
    this.#fullRetries.cancel();
  }

  async #bring(index: number, signal: AbortSignal): Promise<void> {
    const { files } = this.#options;
    let verified: IFileStat | undefined;
    if (!files.isInFolder(index)) {
      verified = await this.#copy(index, signal);
      await files.setPlace(index, 'both');
    }
    await this.#release(index, verified);
  }

  /** Until a copy of the file lies in the folder and is verified: resolves with what it was like then. */
  async #copy(index: number, signal: AbortSignal): Promise<IFileStat> {
    const { files, handles } = this.#options;
    const original = this.#pathOf(index);
    for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
      const claim = await this.#claimPath(index, signal);
      if (typeof claim !== 'string') return claim;
      await handles.close(files, original);
      const onProgress = (bytes: number) => {
        this.#copying.set(index, bytes);
        this.#tellProgress();
      };
      const source = files.splits.has(index) ? files : files.staging;
      await files.folder.publish({ files: source, path: original }, claim, { signal, onProgress });
      // Only now what lies there is ours to remove.
      await files.setPlace(index, 'claimed');
      const verified = await this.#checkCopy(index, signal);
      if (verified) return verified;
      await files.folder.remove(claim);
      await files.setPlace(index, 'staged');
    }
    throw new FilesChangedError([original]);
  }

  /** Where to copy the file to; what it is like when the very file is there already, left by a run that was cut short. */
  async #claimPath(index: number, signal: AbortSignal): Promise<string | IFileStat> {
    const { files, content } = this.#options;
    const { length } = content.files[index] ?? { length: 0 };
    for (let count = 1; ; count++) {
      signal.throwIfAborted();
      const path = files.folderPath(index);
      const there = await files.folder.stat(path);
      const verified = there && (await this.#checkCopy(index, signal));
      if (verified) return verified;
      if (!there || (!there.isDirectory && there.size === 0 && length > 0)) return path;
      if (files.isOurs(index, there)) {
        await files.folder.remove(path);
        return path;
      }
      // Somebody else's file, which may have come while ours waited: it stays, and ours gets another name, where nothing is ours yet.
      if (files.placeOf(index) === 'claimed') await files.setPlace(index, 'staged');
      await files.setFolderPath(index, this.#freePath(index, count));
    }
  }

  #checkCopy(index: number, signal: AbortSignal): Promise<IFileStat | undefined> {
    const { files, content, handles } = this.#options;
    const { length, offset } = content.files[index] ?? { length: 0, offset: 0 };
    return checkCopy({
      file: { length, offset },
      copy: { files: files.folder, path: files.folderPath(index) },
      layout: content.layout,
      disk: content.disk,
      readOriginal: (position, into) =>
        handles.use(files, this.#pathOf(index), 'read', (handle) => handle.read(position, into)),
      signal,
    });
  }

  /** The record says that the file is in the folder: the copy in staging goes. */
  async #release(index: number, verified: IFileStat | undefined): Promise<void> {
    const { files, handles } = this.#options;
    const path = this.#pathOf(index);
    await handles.close(files, path);
    await files.staging.remove(path);
    await files.splits.removeParts(index);
    await this.#options.events.filePublished(index, verified);
    this.#released.push(path);
    files.splits.forget(index);
    // Not on record, it is cleaned up once more.
    await files.setPlace(index, 'folder').catch(() => undefined);
  }

  /** Of another name than any file of the torrent. */
  #freePath(index: number, count: number): string {
    const { files, content } = this.#options;
    const path = numberedPath(this.#pathOf(index), count);
    const isTaken = content.files.some((_, other) => other !== index && files.folderPath(other) === path);
    return isTaken ? numberedPath(path, count) : path;
  }

  #pathOf(index: number): string {
    return this.#options.content.files[index]?.path ?? '';
  }

  #tellProgress(): void {
    const { progress } = this;
    if (Math.abs(progress - this.#toldShare) < PROGRESS_STEP) return;
    this.#toldShare = progress;
    this.#options.events.publishingChanged();
  }

  #tell(): void {
    this.#toldShare = this.progress;
    this.#options.events.publishingChanged();
  }
}
