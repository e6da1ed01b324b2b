import type { IClock, ITimer } from '@jstorrent/engine';
import { diffDetails } from './details-delta.js';
import type { RpcModel } from './model.js';
import type { RpcPort } from './port.js';
import { toWireError } from './rpc-error.js';
import {
  DELTA_INTERVAL_MS,
  type HostMessage,
  type ListDelta,
  type TorrentDetails,
  type TorrentSnapshot,
} from './types.js';
import { parseViewMessage } from './view-message.js';

interface ViewSessionOptions {
  readonly port: RpcPort;
  readonly clock: IClock;
  readonly model: RpcModel;
  readonly dispatch: (method: string, params: unknown) => Promise<unknown>;
  readonly onClose: () => void;
}

/** One connected view: what it subscribed to, and what it has not been told yet. */
export class ViewSession {
  readonly #options: ViewSessionOptions;
  #hasList = false;
  #detailsOf: string | undefined;
  #sentDetails: TorrentDetails | undefined;
  readonly #dirtyTorrents = new Set<string>();
  #isStatusDirty = false;
  #areDetailsDirty = false;
  #timer: ITimer | undefined;
  #lastSentMs = Number.NEGATIVE_INFINITY;

  constructor(options: ViewSessionOptions) {
    this.#options = options;
    options.port.setHandlers({
      onMessage: (message) => this.#onMessage(message),
      onClose: () => {
        this.#stop();
        options.onClose();
      },
    });
  }

  /** Its user has the list before them. */
  get isInSight(): boolean {
    return this.#hasList;
  }

  torrentChanged(torrentId: string): void {
    if (this.#hasList) this.#dirtyTorrents.add(torrentId);
    const isDetails = this.#detailsOf === torrentId;
    if (isDetails) this.#areDetailsDirty = true;
    if (this.#hasList || isDetails) this.#schedule();
  }

  statusChanged(): void {
    if (!this.#hasList) return;
    this.#isStatusDirty = true;
    this.#schedule();
  }

  close(): void {
    this.#stop();
    this.#options.port.close();
  }

  #onMessage(raw: unknown): void {
    const message = parseViewMessage(raw);
    switch (message?.type) {
      case 'request':
        void this.#answer(message.id, message.method, message.params);
        return;
      case 'subscribeList':
        this.#subscribeList();
        return;
      case 'unsubscribeList':
        this.#hasList = false;
        this.#isStatusDirty = false;
        this.#dirtyTorrents.clear();
        return;
      case 'subscribeDetails':
        this.#forgetDetails();
        this.#detailsOf = message.torrentId;
        void this.#beginDetails(message.torrentId);
        return;
      case 'unsubscribeDetails':
        this.#forgetDetails();
        return;
      case undefined:
        return;
    }
  }

  async #answer(id: number, method: string, params: unknown): Promise<void> {
    try {
      const result = await this.#options.dispatch(method, params);
      this.#post({ type: 'result', id, result });
    } catch (error) {
      this.#post({ type: 'error', id, error: toWireError(error) });
    }
  }

  #subscribeList(): void {
    const { model } = this.#options;
    this.#hasList = true;
    this.#isStatusDirty = false;
    this.#dirtyTorrents.clear();
    this.#post({ type: 'list', snapshot: { ...model.status(), torrents: model.torrents() } });
  }

  async #beginDetails(torrentId: string): Promise<void> {
    await this.#options.model.loadDetails(torrentId);
    if (this.#detailsOf === torrentId && !this.#sentDetails) this.#sendDetails(torrentId);
  }

  #forgetDetails(): void {
    this.#detailsOf = undefined;
    this.#sentDetails = undefined;
    this.#areDetailsDirty = false;
  }

  #schedule(): void {
    const { clock } = this.#options;
    const delayMs = Math.max(0, this.#lastSentMs + DELTA_INTERVAL_MS - clock.now());
    this.#timer ??= clock.setTimer(delayMs, () => this.#flush());
  }

  #flush(): void {
    this.#timer = undefined;
    this.#lastSentMs = this.#options.clock.now();
    if (this.#isStatusDirty || this.#dirtyTorrents.size > 0) this.#sendListDelta();
    if (this.#areDetailsDirty && this.#detailsOf !== undefined) this.#sendDetails(this.#detailsOf);
  }

  #sendListDelta(): void {
    const { model } = this.#options;
    const changed: TorrentSnapshot[] = [];
    const removed: string[] = [];
    for (const torrentId of this.#dirtyTorrents) {
      const snapshot = model.torrent(torrentId);
      if (snapshot) changed.push(snapshot);
      else removed.push(torrentId);
    }
    const delta: ListDelta = { changed, removed, ...(this.#isStatusDirty ? { status: model.status() } : {}) };
    this.#isStatusDirty = false;
    this.#dirtyTorrents.clear();
    this.#post({ type: 'listDelta', delta });
  }

  #sendDetails(torrentId: string): void {
    this.#areDetailsDirty = false;
    const before = this.#sentDetails;
    const details = this.#options.model.details(torrentId);
    this.#sentDetails = details;
    const delta = before && details ? diffDetails(before, details) : undefined;
    if (delta) this.#post({ type: 'detailsDelta', torrentId, delta });
    else this.#post({ type: 'details', torrentId, details: details ?? null });
  }

  #post(message: HostMessage): void {
    this.#options.port.post(message);
  }

  #stop(): void {
    this.#hasList = false;
    this.#dirtyTorrents.clear();
    this.#forgetDetails();
    this.#timer?.cancel();
    this.#timer = undefined;
  }
}
