import type { IClock, ITimer } from '../interfaces/clock.js';
import type { ILogger } from '../interfaces/logger.js';
import {
  type DatagramTarget,
  type Endpoint,
  type ISocketFactory,
  type IUdpSocket,
  type ResolveOptions,
  SocketError,
} from '../interfaces/socket.js';
import type { IpFamily } from '../protocol/node-info.js';
import { parseIp } from '../utils/ip-address.js';
import { TypedEmitter } from '../utils/typed-emitter.js';

/** Pause before binding is tried again after the port was lost or none could be had. */
const RETRY_MS = 5_000;
/** What a port is bound to where there is no IPv6. */
const ALL_OF_IPV4_ALONE = '0.0.0.0';
/** KRPC (BEP 5) is a bencoded dictionary. */
const FIRST_OF_KRPC = 'd'.charCodeAt(0);
/** Replies of UDP trackers (BEP 15) start with an action, 0 to 3, in 32 bits. */
const FIRST_OF_TRACKER_REPLY = 0;

/** Datagrams by who takes them; `data` is valid only until the call returns. Others are dropped. */
interface UdpPortEvents {
  krpc: [data: Uint8Array, from: Endpoint];
  trackerReply: [data: Uint8Array, from: Endpoint];
  /** Closed for good. */
  closed: [];
}

/** The client's UDP port as the protocols see it that share it. */
export interface SharedUdpPort {
  /** Those that this machine may have; while no port is open that is not known of either. */
  readonly families: readonly IpFamily[];
  /**
   * To an IP literal, or to one address of a name. False while no port is open. A datagram that was taken may be lost all the same. A name
   * takes its time: `data` must not be changed.
   */
  send(data: Uint8Array, to: DatagramTarget): boolean;
  /** As {@link ISocketFactory.resolve}. */
  resolve(host: string, options: ResolveOptions): Promise<readonly string[]>;
  /** Returns how to stop listening. */
  on<Name extends keyof UdpPortEvents>(event: Name, listener: (...args: UdpPortEvents[Name]) => void): () => void;
}

/** Keeps one UDP port open for all protocols and torrents, and tells their datagrams apart. Never binds twice. */
export class UdpPort implements SharedUdpPort {
  readonly #sockets: ISocketFactory;
  readonly #clock: IClock;
  readonly #logger: ILogger;
  readonly #events = new TypedEmitter<UdpPortEvents>();
  #socket: IUdpSocket | undefined;
  /** Ends with the last attempt asked for. */
  #opening: Promise<void> = Promise.resolve();
  #retryTimer: ITimer | undefined;
  #isClosed = false;

  constructor(options: { readonly sockets: ISocketFactory; readonly clock: IClock; readonly logger: ILogger }) {
    this.#sockets = options.sockets;
    this.#clock = options.clock;
    this.#logger = options.logger;
  }

  /** Undefined while none is open. */
  get port(): number | undefined {
    return this.#socket?.localEndpoint.port;
  }

  /** Binds `wantedPort`, or any other when that is busy; drops the port it had. Resolves after the first attempt, successful or not. */
  open(wantedPort: number): Promise<void> {
    // One after the other: an attempt under way holds a port that the next one would find busy.
    this.#opening = this.#opening.then(() => this.#open(wantedPort));
    return this.#opening;
  }

  /** Resolves when no attempt is under way. */
  settled(): Promise<void> {
    return this.#opening;
  }

  get families(): readonly IpFamily[] {
    return this.#socket?.localEndpoint.host === ALL_OF_IPV4_ALONE ? [4] : [4, 6];
  }

  send(data: Uint8Array, to: DatagramTarget): boolean {
    if (!this.#socket) return false;
    if (parseIp(to.host)) this.#socket.send(data, to);
    else void this.#sendToName(data, to);
    return true;
  }

  resolve(host: string, options: ResolveOptions): Promise<readonly string[]> {
    return this.#sockets.resolve(host, options);
  }

  on<Name extends keyof UdpPortEvents>(event: Name, listener: (...args: UdpPortEvents[Name]) => void): () => void {
    return this.#events.on(event, listener);
  }

  /** Idempotent. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#drop();
    this.#events.emit('closed');
    this.#events.removeAllListeners();
  }

  async #sendToName(data: Uint8Array, { host, port, family }: DatagramTarget): Promise<void> {
    const addresses = await this.resolve(host, { family, isAnnounce: false }).catch(() => []);
    const [address] = addresses;
    if (address !== undefined) this.#socket?.send(data, { host: address, port });
  }

  async #open(wantedPort: number): Promise<void> {
    this.#drop();
    try {
      const socket = await this.#bind(wantedPort);
      if (this.#isClosed) {
        socket.close();
        return;
      }
      this.#socket = socket;
      socket.setHandlers({
        onMessage: (data, from) => this.#receive(data, from),
        onClose: () => {
          this.#socket = undefined;
          this.#retryLater(wantedPort);
        },
      });
    } catch (error) {
      this.#logger.warn('udp', `cannot bind port ${wantedPort}: ${String(error)}`);
      this.#retryLater(wantedPort);
    }
  }

  async #bind(port: number): Promise<IUdpSocket> {
    try {
      return await this.#sockets.bindUdp({ port });
    } catch (error) {
      if (port === 0 || !(error instanceof SocketError) || error.code !== 'address-in-use') throw error;
      return this.#sockets.bindUdp({ port: 0 });
    }
  }

  #receive(data: Uint8Array, from: Endpoint): void {
    if (data[0] === FIRST_OF_KRPC) this.#events.emit('krpc', data, from);
    else if (data[0] === FIRST_OF_TRACKER_REPLY) this.#events.emit('trackerReply', data, from);
  }

  #retryLater(wantedPort: number): void {
    if (this.#isClosed) return;
    this.#retryTimer?.cancel();
    this.#retryTimer = this.#clock.setTimer(RETRY_MS, () => void this.open(wantedPort));
  }

  #drop(): void {
    this.#retryTimer?.cancel();
    this.#socket?.close();
    this.#socket = undefined;
  }
}
