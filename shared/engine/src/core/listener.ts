import type { IClock, ITimer } from '../interfaces/clock.js';
import type { ILogger } from '../interfaces/logger.js';
import type { IRandom } from '../interfaces/random.js';
import { type ISocketFactory, SocketError } from '../interfaces/socket.js';
import type { Handshake } from '../protocol/handshake.js';
import { IncomingConnections } from './incoming.js';
import type { PeerConnection } from './peer-connection.js';

/** IANA's dynamic range, from which the port is chosen once. */
const FIRST_PORT = 49_152;
const LAST_PORT = 65_535;
/** Ports tried, one after the other, when the first is busy. */
const MAX_TRIES = 20;
/** Pause before listening is tried again after the port was lost or none could be had. */
const RETRY_MS = 5_000;

interface ListenerOptions {
  readonly sockets: ISocketFactory;
  readonly clock: IClock;
  readonly random: IRandom;
  readonly logger: ILogger;
  /** 0 chooses one. */
  readonly wantedPort: () => number;
  readonly onPort: (port: number) => void;
  readonly onHandshake: (connection: PeerConnection, handshake: Handshake) => void;
}

/** Keeps one TCP port open for all torrents. Never listens twice. */
export class Listener {
  readonly #options: ListenerOptions;
  #incoming: IncomingConnections | undefined;
  /** Ends with the last attempt asked for. */
  #opening: Promise<void> = Promise.resolve();
  #retryTimer: ITimer | undefined;
  #isClosed = false;

  constructor(options: ListenerOptions) {
    this.#options = options;
  }

  /** Undefined while not listening. */
  get port(): number | undefined {
    return this.#incoming?.port;
  }

  /** Listens on the wanted port, or the next free one; drops the port it had. Resolves after the first attempt, successful or not. */
  open(): Promise<void> {
    // One after the other: an attempt under way holds a port that the next one would find busy.
    this.#opening = this.#opening.then(() => this.#open());
    return this.#opening;
  }

  close(): void {
    this.#isClosed = true;
    this.#retryTimer?.cancel();
    this.#incoming?.close();
    this.#incoming = undefined;
  }

  async #open(): Promise<void> {
    this.#retryTimer?.cancel();
    this.#incoming?.close();
    this.#incoming = undefined;
    const { sockets, clock, random, logger, wantedPort, onPort, onHandshake } = this.#options;
    const chosen = wantedPort() || FIRST_PORT + random.integer(LAST_PORT - FIRST_PORT + 1);
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      const port = chosen + tries > LAST_PORT ? FIRST_PORT + tries : chosen + tries;
      try {
        const server = await sockets.listenTcp({ port });
        if (this.#isClosed) {
          server.close();
          return;
        }
        const onClose = () => {
          this.#incoming = undefined;
          this.#retryLater();
        };
        this.#incoming = new IncomingConnections({ server, clock, onHandshake, onClose });
        onPort(this.#incoming.port);
        return;
      } catch (error) {
        if (error instanceof SocketError && error.code === 'address-in-use') continue;
        logger.warn('listener', `cannot listen on port ${port}: ${String(error)}`);
        break;
      }
    }
    this.#retryLater();
  }

  #retryLater(): void {
    if (this.#isClosed) return;
    this.#retryTimer?.cancel();
    this.#retryTimer = this.#options.clock.setTimer(RETRY_MS, () => void this.open());
  }
}
