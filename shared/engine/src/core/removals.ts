import type { IClock, ITimer } from '../interfaces/clock.js';
import type { ILogger } from '../interfaces/logger.js';
import type { TypedEmitter } from '../utils/typed-emitter.js';
import type { ClientEvents } from './client-events.js';
import { type DownloadRoots, FolderAccessLostError, RootMissingError } from './download-roots.js';
import type { KeptFiles } from './kept-files.js';
import type { SessionManager } from './session-manager.js';
import type { RemovedTorrent } from './snapshots.js';
import type { Torrent } from './torrent.js';
import type { TorrentRecord } from './torrent-record.js';

/** Files that could not be removed are tried again after so long, or when their root is available. */
const RETRY_MS = 60_000;

interface Removal {
  readonly torrent: Torrent;
  /** Until it ends it can be taken back; undefined once the time is over. */
  timer: ITimer | undefined;
  /** How long it can be, from the removal on; in milliseconds. */
  readonly undoMs: number;
  /** How it ran, to go on so. */
  readonly before: { readonly isStarted: boolean; readonly isForced: boolean };
  /** The removing of its files, while that is under way. */
  attempt: Promise<void> | undefined;
  retry: ITimer | undefined;
  /** Its root never comes back. */
  isRootGone: boolean;
}

interface RemovalsOptions {
  readonly clock: IClock;
  readonly logger: ILogger;
  readonly session: SessionManager;
  readonly queue: { forget(id: string): void };
  readonly kept: KeptFiles;
  readonly roots: Pick<DownloadRoots, 'get'>;
  /** Those that are in the client's list. */
  readonly torrents: Map<string, Torrent>;
  /** Makes a torrent of a record, and puts it in that list. */
  readonly adopt: (record: TorrentRecord) => Torrent;
  readonly events: Pick<TypedEmitter<ClientEvents>, 'emit'>;
}

/**
 * Torrents on their way out. That a torrent is removed is on record until its files are gone: one that may still be taken back, and one
 * whose files cannot be removed yet, is in no list, and removed by the next session if this one ends before.
 */
export class Removals {
  readonly #options: RemovalsOptions;
  readonly #removals = new Map<string, Removal>();
  /** Settled when their trackers have been told. */
  readonly #goodbyes = new Set<Promise<void>>();

  constructor(options: RemovalsOptions) {
    this.#options = options;
  }

  /** Their names are still taken. */
  get torrents(): readonly Torrent[] {
    return [...this.#removals.values()].map(({ torrent }) => torrent);
  }

  /** Those that can be taken back, the last one last. */
  get undoable(): readonly RemovedTorrent[] {
    return [...this.#removals.values()]
      .filter(({ timer }) => timer)
      .map(({ torrent: { id, record } }) => ({
        id,
        name: record.ownName ?? record.name,
        deletesFiles: record.removal === 'with-files',
      }));
  }

  has(id: string): boolean {
    return this.#removals.has(id);
  }

  /** One under that root can be taken back, or its files are being removed. */
  needsRoot(name: string): boolean {
    return [...this.#removals.values()].some(
      ({ torrent, timer, attempt }) => torrent.record.root === name && (timer ?? attempt) !== undefined,
    );
  }

  /** Forgets a torrent and its files, or with `undoMs` only after so long. Rejects as `Client.remove`. */
  async remove(
    torrent: Torrent,
    { deleteFiles, undoMs }: { readonly deleteFiles: boolean; readonly undoMs?: number },
  ): Promise<void> {
    const { id, record } = torrent;
    const { torrents, events } = this.#options;
    await torrent.storage.markRemoved(deleteFiles ? 'with-files' : 'without-files');
    torrents.delete(id);
    const before = { isStarted: record.desired === 'started', isForced: record.isForced };
    const isFinal = undoMs === undefined;
    const timer = isFinal ? undefined : this.#timer(id, undoMs);
    this.#removals.set(id, { ...NOT_TRIED, torrent, timer, undoMs: undoMs ?? 0, before });
    events.emit('torrentRemoved', id);
    events.emit('changed');
    if (isFinal) await this.#finish(id);
    else void torrent.stop();
  }

  /** One that was removed in an earlier session. */
  resume(torrent: Torrent): void {
    this.#options.torrents.delete(torrent.id);
    const before = { isStarted: false, isForced: false };
    this.#removals.set(torrent.id, { ...NOT_TRIED, torrent, timer: undefined, undoMs: 0, before });
    this.#end(torrent.id);
  }

  /** Takes a removal back; false when there is none, or it is too late. Rejects with the store's error. */
  async undo(id: string): Promise<boolean> {
    const removal = this.#removals.get(id);
    if (!removal?.timer) return false;
    const { torrent, before, undoMs } = removal;
    removal.timer.cancel();
    try {
      await torrent.storage.markRemoved(undefined);
    } catch (error) {
      removal.timer = this.#timer(id, undoMs);
      throw error;
    }
    this.#removals.delete(id);
    this.#options.torrents.set(id, torrent);
    this.#options.events.emit('torrentAdded', torrent);
    this.#options.events.emit('changed');
    if (before.isStarted) torrent.start({ isForced: before.isForced });
    return true;
  }

  /**
   * Before a torrent is added in `root`: takes back the removal of one of the same id, or ends it when it is too late. When its files
   * cannot be removed now, they are what the new one begins with: in the same root the old one comes back, to be started; in another one
   * the new one finds what is in staging, and what lies in a folder out of reach stays there. Rejects with the store's error.
   */
  async makeWay(id: string, root: string): Promise<Torrent | undefined> {
    const removal = this.#removals.get(id);
    if (!removal || (await this.undo(id))) return undefined;
    try {
      await this.#finish(id);
      return undefined;
    } catch {
      return this.#bringBack(removal, root);
    }
  }

  /** As `Client.endOrphanedRemovals`. */
  async endOrphaned(): Promise<readonly string[]> {
    const { roots } = this.#options;
    const isOrphaned = ({ timer, isRootGone, torrent }: Removal) =>
      !timer && !isRootGone && !roots.get(torrent.record.root);
    const orphaned = [...this.#removals.values()].filter(isOrphaned);
    for (const removal of orphaned) {
      removal.isRootGone = true;
      // One that began before knows nothing of that.
      await removal.attempt?.catch(() => undefined);
      await this.#tryToFinish(removal.torrent.id);
    }
    return orphaned.map(({ torrent: { record } }) => record.ownName ?? record.name);
  }

  rootChanged(name: string): void {
    for (const [id, { torrent, timer }] of this.#removals) {
      if (!timer && torrent.record.root === name) this.#end(id);
    }
  }

  /** The session ends, and with it the time to take removals back. */
  async close(): Promise<void> {
    for (const { timer } of this.#removals.values()) timer?.cancel();
    await Promise.all([...this.#removals.keys()].map((id) => this.#tryToFinish(id)));
    for (const { retry } of this.#removals.values()) retry?.cancel();
    await Promise.all(this.#goodbyes);
  }

  /** Ends a torrent that nothing more is stored of. Resolves when the files are free. */
  discard(torrent: Torrent): Promise<void> {
    const { filesFree, trackersTold } = torrent.discard();
    this.#options.queue.forget(torrent.id);
    this.#goodbyes.add(trackersTold);
    void trackersTold.then(() => this.#goodbyes.delete(trackersTold));
    return filesFree;
  }

  #timer(id: string, undoMs: number): ITimer {
    return this.#options.clock.setTimer(undoMs, () => {
      this.#end(id);
    });
  }

  #end(id: string): void {
    const removal = this.#removals.get(id);
    if (removal?.timer) {
      removal.timer = undefined;
      this.#options.events.emit('changed');
    }
    void this.#tryToFinish(id);
  }

  async #tryToFinish(id: string): Promise<void> {
    try {
      await this.#finish(id);
    } catch (error) {
      this.#options.logger.warn('client', `torrent ${id} cannot be removed yet: ${String(error)}`);
    }
  }

  /** Resolves when nothing is left of the torrent. Rejects with what keeps its files or its record; then it is tried again later. */
  #finish(id: string): Promise<void> {
    const removal = this.#removals.get(id);
    if (!removal) return Promise.resolve();
    removal.retry?.cancel();
    removal.attempt ??= this.#forget(removal)
      .catch((error: unknown) => {
        const isRootAway = error instanceof FolderAccessLostError || error instanceof RootMissingError;
        if (!isRootAway) removal.retry = this.#options.clock.setTimer(RETRY_MS, () => this.#end(id));
        throw error;
      })
      .finally(() => (removal.attempt = undefined));
    return removal.attempt;
  }

  async #forget({ torrent, isRootGone }: Removal): Promise<void> {
    await this.discard(torrent);
    await torrent.storage.removeFiles({ isRootGone });
    await this.#options.kept.removed(torrent);
    await this.#options.session.removeTorrent(torrent.id);
    this.#removals.delete(torrent.id);
  }

  async #bringBack(removal: Removal, root: string): Promise<Torrent | undefined> {
    const { record } = removal.torrent;
    const { torrents, adopt, events } = this.#options;
    removal.retry?.cancel();
    this.#removals.delete(record.id);
    if (record.root !== root) return undefined;
    const torrent = adopt({ ...record, removal: undefined, desired: 'stopped' });
    // Some may be removed already; what was to stay, and the user changed since, is theirs.
    if (record.removal === 'with-files') torrent.storage.allowReplacing('pieces');
    try {
      await torrent.storage.markRemoved(undefined);
    } catch (error) {
      torrents.delete(record.id);
      await this.discard(torrent);
      this.#removals.set(record.id, removal);
      throw error;
    }
    events.emit('torrentAdded', torrent);
    return torrent;
  }
}

const NOT_TRIED = { attempt: undefined, retry: undefined, isRootGone: false } as const;
