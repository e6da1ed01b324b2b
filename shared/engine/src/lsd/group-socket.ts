import type { IClock, ITimer } from '../interfaces/clock.js';
import type { ILogger } from '../interfaces/logger.js';
import type { Endpoint, ISocketFactory, IUdpSocket } from '../interfaces/socket.js';
import { LSD_PORT } from '../protocol/lsd.js';

/** Pause before the group is joined again after the socket was lost or could not be had. */
const RETRY_MS = 60_000;

/** Stays in one multicast group of local discovery as far as the machine can. */
export class GroupSocket {
  readonly #sockets: ISocketFactory;
  readonly #clock: IClock;
  readonly #logger: ILogger;
  readonly #group: string;
  readonly #onOpen: () => void;
  readonly #onMessage: (data: Uint8Array, from: Endpoint) => void;
  readonly #closing = new AbortController();
  #socket: IUdpSocket | undefined;
  #retryTimer: ITimer | undefined;

  constructor(options: {
    readonly sockets: ISocketFactory;
    readonly clock: IClock;
    readonly logger: ILogger;
    readonly group: string;
    readonly onOpen: () => void;
    readonly onMessage: (data: Uint8Array, from: Endpoint) => void;
  }) {
    this.#sockets = options.sockets;
    this.#clock = options.clock;
    this.#logger = options.logger;
    this.#group = options.group;
    this.#onOpen = options.onOpen;
    this.#onMessage = options.onMessage;
    void this.#open();
  }

  get group(): string {
    return this.#group;
  }

  get isOpen(): boolean {
    return this.#socket !== undefined;
  }

  /** To everybody in the group. Lost while the socket is not open. */
  send(data: Uint8Array): void {
    this.#socket?.send(data, { host: this.#group, port: LSD_PORT });
  }

  /** Idempotent. */
  close(): void {
    this.#closing.abort();
    this.#retryTimer?.cancel();
    this.#socket?.close();
    this.#socket = undefined;
  }

  async #open(): Promise<void> {
    const { signal } = this.#closing;
    try {
      const socket = await this.#sockets.bindUdp({ port: LSD_PORT, multicastGroup: this.#group, signal });
      if (signal.aborted) {
        socket.close();
        return;
      }
      this.#socket = socket;
      socket.setHandlers({
        onMessage: this.#onMessage,
        onClose: () => {
          this.#socket = undefined;
          this.#retryLater();
        },
      });
      this.#onOpen();
    } catch (error) {
      this.#logger.debug('lsd', `${this.#group} cannot be joined: ${String(error)}`);
      this.#retryLater();
    }
  }

  #retryLater(): void {
    if (this.#closing.signal.aborted) return;
    this.#retryTimer = this.#clock.setTimer(RETRY_MS, () => void this.#open());
  }
}
