import type { IClock, ITimer } from '../interfaces/clock.js';
import type { ILogger } from '../interfaces/logger.js';
import type { TypedEmitter } from '../utils/typed-emitter.js';
import type { AsideFolders } from './aside-folders.js';
import type { ClientEvents } from './client-events.js';
import type { DownloadRoots } from './download-roots.js';
import type { SessionManager } from './session-manager.js';
import type { RemovedTorrent } from './snapshots.js';
import type { Torrent } from './torrent.js';

interface Removal {
  readonly torrent: Torrent;
  /** Until it ends it can be taken back; undefined once the time is over. */
  timer: ITimer | undefined;
  /** How long it can be, from the removal on; in milliseconds. */
  readonly undoMs: number;
  /** How it ran, to go on so. */
  readonly before: { readonly isStarted: boolean; readonly isForced: boolean };
}

interface RemovalsOptions {
  readonly clock: IClock;
  readonly logger: ILogger;
  readonly session: SessionManager;
  readonly roots: DownloadRoots;
  readonly queue: { forget(id: string): void };
  /** Those that are in the client's list. */
  readonly torrents: Map<string, Torrent>;
  readonly asideFolders: () => AsideFolders | undefined;
  readonly events: Pick<TypedEmitter<ClientEvents>, 'emit'>;
}

/**
 * Torrents on their way out. One that may still be taken back is stopped, in no list, its files untouched; that it is removed is on record,
 * so that a session which ends in between is followed by one that removes it. What fails is tried again when its root is available.
 */
export class Removals {
  readonly #options: RemovalsOptions;
  readonly #removals = new Map<string, Removal>();
  /** Their files may still be there. */
  readonly #leaving = new Set<Torrent>();
  /** Settled when their trackers have been told. */
  readonly #goodbyes = new Set<Promise<void>>();

  constructor(options: RemovalsOptions) {
    this.#options = options;
  }

  /** Their names are still taken. */
  get torrents(): readonly Torrent[] {
    return [...this.#leaving, ...[...this.#removals.values()].map(({ torrent }) => torrent)];
  }

  /** Those that can be taken back, the last one last. */
  get undoable(): readonly RemovedTorrent[] {
    return [...this.#removals.values()]
      .filter(({ timer }) => timer)
      .map(({ torrent: { id, record } }) => ({ id, name: record.name, deletesFiles: record.removal === 'with-files' }));
  }

  has(id: string): boolean {
    return this.#removals.has(id);
  }

  /** Forgets a torrent and its files, or with `undoMs` only after so long. Rejects as `Client.remove`. */
  async remove(
    torrent: Torrent,
    { deleteFiles, undoMs }: { readonly deleteFiles: boolean; readonly undoMs?: number },
  ): Promise<void> {
    const { torrents, events } = this.#options;
    if (undoMs === undefined) {
      await this.#forget(torrent, { deleteFiles });
      return;
    }
    await this.#hide(torrent, { deleteFiles, undoMs });
    torrents.delete(torrent.id);
    events.emit('torrentRemoved', torrent.id);
    events.emit('changed');
  }

  /** One that was removed in an earlier session. */
  resume(torrent: Torrent): void {
    this.#options.torrents.delete(torrent.id);
    const before = { isStarted: false, isForced: false };
    this.#removals.set(torrent.id, { torrent, timer: undefined, undoMs: 0, before });
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

  rootChanged(name: string): void {
    for (const [id, { torrent, timer }] of this.#removals) {
      if (!timer && torrent.record.root === name) this.#end(id);
    }
  }

  /** The session ends, and with it the time to take removals back. */
  async close(): Promise<void> {
    for (const { timer } of this.#removals.values()) timer?.cancel();
    await Promise.all([...this.#removals.keys()].map((id) => this.#tryToFinish(id)));
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

  async #hide(torrent: Torrent, options: { readonly deleteFiles: boolean; readonly undoMs: number }): Promise<void> {
    const { desired, isForced } = torrent.record;
    await torrent.storage.markRemoved(options.deleteFiles ? 'with-files' : 'without-files');
    void torrent.stop();
    const { undoMs } = options;
    const before = { isStarted: desired === 'started', isForced };
    this.#removals.set(torrent.id, { torrent, timer: this.#timer(torrent.id, undoMs), undoMs, before });
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
    const { torrent } = this.#removals.get(id) ?? {};
    if (!torrent) return;
    try {
      await this.#forget(torrent, { deleteFiles: torrent.record.removal === 'with-files' });
      this.#removals.delete(id);
    } catch (error) {
      this.#options.logger.warn('client', `torrent ${id} cannot be removed yet: ${String(error)}`);
    }
  }

  async #forget(torrent: Torrent, { deleteFiles }: { readonly deleteFiles: boolean }): Promise<void> {
    const { id, record } = torrent;
    const { session, roots, torrents, asideFolders, events } = this.#options;
    if (torrents.get(id) === torrent) torrents.delete(id);
    this.#leaving.add(torrent);
    try {
      const content = deleteFiles ? await torrent.load() : undefined;
      const filesFree = this.discard(torrent);
      if (!record.removal) {
        await session.removeTorrent(id);
        events.emit('torrentRemoved', id);
      }
      await filesFree;
      await (deleteFiles ? content?.disk.deleteFiles() : torrent.publishing.removeStaged());
      if (roots.get(record.root)) await asideFolders()?.remove(roots.writable(record.root), id);
      // What is on record as removed stays so until all of it is gone.
      if (record.removal) await session.removeTorrent(id);
    } finally {
      this.#leaving.delete(torrent);
    }
  }
}
