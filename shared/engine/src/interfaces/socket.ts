/**
 * Sockets as the engine sees them. Hosts are IP literals or names as the network writes them: `192.0.2.1`, `2001:db8::1` (no
 * brackets), `tracker.example`. Events reach one handler object, which the owner sets once; before it is set nothing is read.
 */

/** A transport endpoint. `host` is an IP literal wherever an address came from the network. */
export interface Endpoint {
  readonly host: string;
  /** 1 to 65535. */
  readonly port: number;
}

/** Where a datagram goes. */
export interface DatagramTarget extends Endpoint {
  /** Of the addresses that a name has, only those of IPv4 or of IPv6. */
  readonly family?: 4 | 6 | undefined;
}

/** Why an operation on a socket failed; adapters map their platform's errors to these. */
export type SocketErrorCode =
  | 'refused'
  | 'timeout'
  | 'unreachable'
  | 'reset'
  | 'dns'
  | 'address-in-use'
  | 'not-permitted'
  | 'too-many-sockets'
  | 'bridge-lost'
  | 'aborted'
  | 'closed'
  | 'other';

/** The only error that sockets throw, reject with or pass to `onClose`. */
export class SocketError extends Error {
  override readonly name = 'SocketError';
  constructor(
    readonly code: SocketErrorCode,
    message: string,
    options?: { cause?: unknown },
  ) {
    super(message, options);
  }
}

/** How much a TCP socket queues before its `send` asks for a pause; `onDrain` comes once less is queued again. */
export const SEND_BUFFER_BYTES = 64 * 1024;

/** What every socket can do. */
export interface ISocket {
  /** The local endpoint, once connected or bound. */
  readonly localEndpoint: Endpoint | undefined;
  /** Releases the socket at once; queued bytes are lost. Idempotent; handlers are called no more, `onClose` included. */
  close(): void;
}

/** What a TCP socket tells its owner. None of them may throw. */
export interface TcpSocketHandlers {
  /** Bytes arrived. `data` is a view that is valid only until the call returns: parse in place or copy. */
  onData(data: Uint8Array): void;
  /** Once after `send` returned false: fewer than {@link SEND_BUFFER_BYTES} are queued again. */
  onDrain?(): void;
  /** The remote sent FIN; sending is still possible. Without this handler the socket closes itself. */
  onEnd?(): void;
  /** The socket is gone, with the error that ended it, if one did. Called once, last, and never after our own `close`. */
  onClose(error?: SocketError): void;
}

export interface ConnectOptions {
  /** Gives up with `timeout` after so many milliseconds. */
  readonly timeoutMs?: number;
  /** Gives up with `aborted`. */
  readonly signal?: AbortSignal;
}

/** One TCP connection, dialled or accepted. */
export interface ITcpSocket extends ISocket {
  readonly remoteEndpoint: Endpoint | undefined;
  /** Dials. Rejects with a {@link SocketError} and leaves the socket closed. An accepted socket is connected already. */
  connect(host: string, port: number, options?: ConnectOptions): Promise<void>;
  /** Takes the socket's events; reading starts now. Called once. */
  setHandlers(handlers: TcpSocketHandlers): void;
  /**
   * Queues bytes, in order. The socket keeps a reference until they are sent: the caller must not change them afterwards.
   * False while {@link SEND_BUFFER_BYTES} or more are queued, these included (they are taken all the same); `onDrain` follows.
   * On a closed socket the bytes are dropped and the answer is false.
   */
  send(data: Uint8Array): boolean;
  /** Bytes taken by `send` that have not left this process yet. */
  readonly queuedBytes: number;
  /** Stops reading, so that in the end the remote's TCP window closes. At most one buffer more may still arrive. Idempotent. */
  pause(): void;
  /** Reads again. Idempotent. */
  resume(): void;
  /** Sends FIN after what is queued (half-close); reading goes on. */
  end(): void;
}

/** A listening TCP port. */
export interface ITcpServer extends ISocket {
  readonly localEndpoint: Endpoint;
  /** Takes incoming connections; each is paused until its handlers are set. Before this is called none is accepted. */
  setHandlers(handlers: { onConnection(socket: ITcpSocket): void; onClose(error?: SocketError): void }): void;
}

export interface UdpSocketHandlers {
  /** One datagram; `data` is valid only until the call returns. */
  onMessage(data: Uint8Array, from: Endpoint): void;
  onClose(error?: SocketError): void;
}

/** A bound UDP port. Datagrams may be lost, in both directions, without a word. */
export interface IUdpSocket extends ISocket {
  readonly localEndpoint: Endpoint;
  setHandlers(handlers: UdpSocketHandlers): void;
  /** Sends one datagram of at most 65,507 bytes to an IP literal. Errors of one datagram are not reported. */
  send(data: Uint8Array, to: Endpoint): void;
}

export interface BindOptions {
  /** 0 picks a free port. */
  readonly port: number;
  /** Address to bind; by default all addresses, IPv6 and IPv4 where the machine has both. */
  readonly host?: string;
  readonly signal?: AbortSignal;
}

export interface BindUdpOptions extends BindOptions {
  /**
   * A multicast address to join. The port is shared then with other programs of this machine that do so too, and what is sent to the group
   * reaches them and this socket as well. The socket is of the group's address family; `host` names the interface, by default all of them
   * are joined and the system chooses one for sending. Rejects where the machine has no such family.
   */
  readonly multicastGroup?: string;
}

export interface ResolveOptions {
  /** Only addresses of IPv4 or of IPv6. */
  readonly family?: 4 | 6 | undefined;
  /** A tracker's announce path leads there, so it may stand on this machine or its LAN, as with HTTP. */
  readonly isAnnounce: boolean;
}

/** Makes every socket of the engine. */
export interface ISocketFactory {
  createTcpSocket(): ITcpSocket;
  /** Rejects with `address-in-use` when the port is taken. */
  listenTcp(options: BindOptions): Promise<ITcpServer>;
  bindUdp(options: BindUdpOptions): Promise<IUdpSocket>;
  /**
   * The addresses that a URL's host stands for, IP literals, best first; an IP literal stands for itself. Rejects with `dns` where there is
   * none (of that family), and with `not-permitted` where the network policy of the adapter forbids all of them.
   */
  resolve(host: string, options: ResolveOptions): Promise<readonly string[]>;
}
