import type { IClock, ITimer } from '@jstorrent/engine';
import { applyDetails } from './details-delta.js';
import type { RpcPort } from './port.js';
import { RpcError } from './rpc-error.js';
import type {
  HostMessage,
  ListDelta,
  ListSnapshot,
  Method,
  Params,
  Result,
  TorrentDetails,
  ViewMessage,
} from './types.js';

/** What a view can ask for; the real client, or a fake one under test. */
export interface Rpc {
  request<M extends Method>(method: M, params: Params<M>): Promise<Result<M>>;
  /** Watches one torrent's details, instead of the one before; undefined watches none. */
  watchDetails(torrentId: string | undefined): void;
  /** A hidden view is sent nothing; shown again, it gets fresh snapshots. */
  setVisible(isVisible: boolean): void;
}

export interface RpcListeners {
  onConnectionChange(isConnected: boolean): void;
  /** An attempt to connect failed, and why; the next comes by itself. */
  onConnectFailed(reason: string): void;
  onList(snapshot: ListSnapshot): void;
  onListDelta(delta: ListDelta): void;
  /** Undefined when the torrent is gone. */
  onDetails(torrentId: string, details: TorrentDetails | undefined): void;
}

export interface RpcClientOptions {
  /** Makes sure that the engine runs and opens a port to it. */
  readonly connect: () => Promise<RpcPort>;
  readonly clock: IClock;
  readonly listeners: RpcListeners;
}

interface Waiting {
  resolve(result: unknown): void;
  reject(error: RpcError): void;
}

const RECONNECT_DELAYS_MS = [0, 500, 1000, 2000, 5000] as const;
const LONGEST_RECONNECT_DELAY_MS = 5000;

/** A view's end of its port. Connects at once and again after every loss, until closed; requests wait for the connection. */
export class RpcClient implements Rpc {
  readonly #options: RpcClientOptions;
  readonly #waiting = new Map<number, Waiting>();
  /** Requests made while there is no connection. */
  readonly #unsent: ViewMessage[] = [];
  #port: RpcPort | undefined;
  #nextId = 1;
  #failures = 0;
  #timer: ITimer | undefined;
  #isVisible = true;
  #isClosed = false;
  #watched: string | undefined;
  #details: TorrentDetails | undefined;

  constructor(options: RpcClientOptions) {
    this.#options = options;
    void this.#connect();
  }

  request<M extends Method>(method: M, params: Params<M>): Promise<Result<M>> {
    const id = this.#nextId++;
    return new Promise<unknown>((resolve, reject) => {
      if (this.#isClosed) {
        reject(new RpcError('disconnected', 'This view is closed.'));
        return;
      }
      this.#waiting.set(id, { resolve, reject });
      const message: ViewMessage = { type: 'request', id, method, params };
      if (this.#port) this.#port.post(message);
      else this.#unsent.push(message);
    }) as Promise<Result<M>>;
  }

  watchDetails(torrentId: string | undefined): void {
    if (torrentId === this.#watched) return;
    this.#watched = torrentId;
    this.#details = undefined;
    if (!this.#isVisible) return;
    this.#post(torrentId === undefined ? { type: 'unsubscribeDetails' } : { type: 'subscribeDetails', torrentId });
  }

  setVisible(isVisible: boolean): void {
    if (isVisible === this.#isVisible) return;
    this.#isVisible = isVisible;
    if (isVisible) this.#subscribe();
    else {
      this.#post({ type: 'unsubscribeList' });
      this.#post({ type: 'unsubscribeDetails' });
    }
  }

  /** Idempotent. */
  close(): void {
    this.#isClosed = true;
    this.#timer?.cancel();
    this.#port?.close();
    this.#port = undefined;
    this.#failWaiting();
  }

  async #connect(): Promise<void> {
    this.#timer = undefined;
    let port: RpcPort;
    try {
      port = await this.#options.connect();
    } catch (error) {
      if (this.#isClosed) return;
      this.#options.listeners.onConnectFailed(error instanceof Error ? error.message : String(error));
      this.#reconnectLater();
      return;
    }
    if (this.#isClosed) {
      port.close();
      return;
    }
    this.#port = port;
    port.setHandlers({
      onMessage: (message) => this.#onMessage(message as HostMessage),
      onClose: () => this.#onLost(),
    });
    this.#options.listeners.onConnectionChange(true);
    if (this.#isVisible) this.#subscribe();
    for (const message of this.#unsent.splice(0)) port.post(message);
  }

  #onLost(): void {
    this.#port = undefined;
    this.#details = undefined;
    this.#failWaiting();
    this.#options.listeners.onConnectionChange(false);
    this.#reconnectLater();
  }

  #reconnectLater(): void {
    if (this.#isClosed) return;
    const delayMs = RECONNECT_DELAYS_MS[this.#failures] ?? LONGEST_RECONNECT_DELAY_MS;
    this.#failures++;
    this.#timer = this.#options.clock.setTimer(delayMs, () => void this.#connect());
  }

  #failWaiting(): void {
    for (const waiting of this.#waiting.values()) {
      waiting.reject(new RpcError('disconnected', 'The connection to the engine was lost.'));
    }
    this.#waiting.clear();
    this.#unsent.length = 0;
  }

  #subscribe(): void {
    this.#details = undefined;
    this.#post({ type: 'subscribeList' });
    if (this.#watched !== undefined) this.#post({ type: 'subscribeDetails', torrentId: this.#watched });
  }

  #onMessage(message: HostMessage): void {
    // Only an answer proves that the host is well; a port that opens and closes at once must not reset the back-off.
    this.#failures = 0;
    switch (message.type) {
      case 'result':
        this.#take(message.id)?.resolve(message.result);
        return;
      case 'error':
        this.#take(message.id)?.reject(new RpcError(message.error.code, message.error.message));
        return;
      case 'list':
        if (this.#isVisible) this.#options.listeners.onList(message.snapshot);
        return;
      case 'listDelta':
        if (this.#isVisible) this.#options.listeners.onListDelta(message.delta);
        return;
      case 'details':
        if (message.torrentId === this.#watched) this.#setDetails(message.torrentId, message.details ?? undefined);
        return;
      case 'detailsDelta':
        // A delta may still be on its way when the view turns to another torrent and back.
        if (message.torrentId !== this.#watched || !this.#details) return;
        this.#setDetails(message.torrentId, applyDetails(this.#details, message.delta));
        return;
    }
  }

  #take(id: number): Waiting | undefined {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    return waiting;
  }

  #setDetails(torrentId: string, details: TorrentDetails | undefined): void {
    this.#details = details;
    this.#options.listeners.onDetails(torrentId, details);
  }

  #post(message: ViewMessage): void {
    this.#port?.post(message);
  }
}
