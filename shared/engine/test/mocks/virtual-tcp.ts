import {
  SEND_BUFFER_BYTES,
  SocketError,
  type ConnectOptions,
  type Endpoint,
  type ITcpServer,
  type ITcpSocket,
  type TcpSocketHandlers,
} from '../../src/interfaces/socket.js';
import { Pipe, type Segment, type VirtualPath } from './virtual-pipe.js';

/** How long a dial waits for an answer when the caller sets no limit: about what Linux does. */
const DEFAULT_CONNECT_TIMEOUT_MS = 130_000;
const MAX_PENDING_CONNECTIONS = 64;

/** What a socket needs from its host. */
export interface TcpHost {
  takePort(): number;
  /** Undefined when `host` is no address. */
  path(host: string): VirtualPath | undefined;
  /** The way back. */
  pathFrom(host: string): VirtualPath;
  listenerAt(host: string, port: number): VirtualTcpServer | undefined;
  adopt(socket: VirtualTcpSocket): void;
  forget(socket: VirtualTcpSocket): void;
}

/** A TCP socket on the virtual network. */
export class VirtualTcpSocket implements ITcpSocket {
  readonly #host: TcpHost;
  readonly #inbox: Segment[] = [];
  #state: 'new' | 'connecting' | 'connected' | 'closed' = 'new';
  #local: Endpoint | undefined;
  #remote: Endpoint | undefined;
  #handlers: TcpSocketHandlers | undefined;
  #outgoing: Pipe | undefined;
  #incoming: Pipe | undefined;
  #resetRemote: (() => void) | undefined;
  #path: VirtualPath | undefined;
  #rejectConnect: ((error: SocketError) => void) | undefined;
  #fate: { readonly error: SocketError | undefined } | undefined;
  #paused = false;
  #needsDrain = false;
  #ended = false;
  #remoteEnded = false;

  constructor(host: TcpHost) {
    this.#host = host;
  }

  get localEndpoint(): Endpoint | undefined {
    return this.#local;
  }

  get remoteEndpoint(): Endpoint | undefined {
    return this.#remote;
  }

  get queuedBytes(): number {
    return this.#outgoing?.queuedBytes ?? 0;
  }

  connect(host: string, port: number, options: ConnectOptions = {}): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#state !== 'new') {
        reject(new SocketError('closed', 'this socket was used already'));
        return;
      }
      const path = this.#host.path(host);
      if (!path) {
        this.#state = 'closed';
        reject(new SocketError('dns', `${host} is no address, and there are no names here`));
        return;
      }
      const { signal } = options;
      this.#state = 'connecting';
      this.#local = { host: path.sourceIp, port: this.#host.takePort() };
      this.#remote = { host, port };
      this.#host.adopt(this);
      const onAbort = (): void => this.#failConnect('aborted', 'the dial was aborted');
      const timer = path.clock.setTimer(options.timeoutMs ?? DEFAULT_CONNECT_TIMEOUT_MS, () =>
        this.#failConnect('timeout', `no answer from ${host}:${port}`),
      );
      const cleanUp = (): void => {
        timer.cancel();
        signal?.removeEventListener('abort', onAbort);
        this.#rejectConnect = undefined;
      };
      this.#rejectConnect = (error) => {
        cleanUp();
        reject(error);
      };
      if (signal?.aborted) {
        onAbort();
        return;
      }
      signal?.addEventListener('abort', onAbort, { once: true });
      this.#knock(path, () => {
        cleanUp();
        resolve();
      });
    });
  }

  /** The three-way handshake. */
  #knock(path: VirtualPath, onConnected: () => void): void {
    const { host = '', port = 0 } = this.#remote ?? {};
    path.clock.setTimer(path.latencyMs, () => {
      if (this.#state !== 'connecting') return;
      if (!path.isOpen()) {
        path.whenReopened(() => this.#knock(path, onConnected));
        return;
      }
      const listener = this.#host.listenerAt(host, port);
      const accepted = listener?.canAccept ? listener.createSocket() : undefined;
      if (accepted) {
        VirtualTcpSocket.join(this, path, accepted, this.#host.pathFrom(host));
        accepted.#becomeConnected(this.#remote, this.#local);
        listener?.offer(accepted);
      }
      path.clock.setTimer(path.latencyMs, () => {
        if (this.#state !== 'connecting') return;
        if (!accepted) {
          this.#failConnect('refused', `nobody listens at ${host}:${port}`);
          return;
        }
        this.#state = 'connected';
        onConnected();
      });
    });
  }

  #failConnect(code: 'aborted' | 'timeout' | 'refused', message: string): void {
    const reject = this.#rejectConnect;
    this.#release();
    this.#resetRemote?.();
    reject?.(new SocketError(code, message));
  }

  #becomeConnected(local: Endpoint | undefined, remote: Endpoint | undefined): void {
    this.#state = 'connected';
    this.#local = local;
    this.#remote = remote;
    this.#host.adopt(this);
  }

  setHandlers(handlers: TcpSocketHandlers): void {
    this.#handlers = handlers;
    this.#readSoon();
  }

  send(data: Uint8Array): boolean {
    if (this.#state !== 'connected' || this.#ended || !this.#outgoing) return false;
    this.#outgoing.enqueue(data);
    if (this.#outgoing.queuedBytes < SEND_BUFFER_BYTES) return true;
    this.#needsDrain = true;
    return false;
  }

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    if (!this.#paused) return;
    this.#paused = false;
    this.#readSoon();
  }

  end(): void {
    if (this.#state !== 'connected' || this.#ended) return;
    this.#ended = true;
    this.#outgoing?.end();
  }

  close(): void {
    this.#handlers = undefined;
    if (this.#state === 'closed') return;
    const reject = this.#rejectConnect;
    const hadUnread = this.#inbox.length > 0;
    this.#release();
    if (hadUnread || reject) this.#resetRemote?.();
    else this.#outgoing?.end();
    reject?.(new SocketError('closed', 'the socket was closed while it dialled'));
  }

  /** Ends as the sockets of a killed process do: the remote gets a reset, the owner here nothing. */
  abort(): void {
    if (this.#state === 'closed') return;
    this.#release();
    this.#resetRemote?.();
  }

  #release(): void {
    this.#state = 'closed';
    this.#handlers = undefined;
    this.#outgoing?.dropQueue();
    for (const segment of this.#inbox.splice(0)) this.#incoming?.consumed(segment);
    this.#host.forget(this);
  }

  #onTransmitted(): void {
    if (this.#state === 'closed') return;
    if (this.#needsDrain && this.queuedBytes < SEND_BUFFER_BYTES) {
      this.#needsDrain = false;
      this.#handlers?.onDrain?.();
    }
    this.#finishWhenBothEnded();
  }

  #onSegment(segment: Segment): void {
    if (this.#state === 'closed') {
      this.#incoming?.consumed(segment);
      if (segment.kind === 'data') this.#resetRemote?.();
      return;
    }
    this.#inbox.push(segment);
    this.#read();
  }

  #readSoon(): void {
    this.#path?.clock.setTimer(0, () => {
      if (this.#fate) this.#tellFate(this.#fate);
      else this.#read();
    });
  }

  #read(): void {
    while (this.#handlers && !this.#paused) {
      const segment = this.#inbox.shift();
      if (!segment) return;
      if (segment.kind === 'data') this.#handlers.onData(segment.buffer.subarray(0, segment.length));
      this.#incoming?.consumed(segment);
      if (segment.kind === 'fin') this.#onFin();
    }
  }

  #onFin(): void {
    this.#remoteEnded = true;
    if (this.#handlers?.onEnd) this.#handlers.onEnd();
    else this.end();
    this.#finishWhenBothEnded();
  }

  #finishWhenBothEnded(): void {
    if (this.#remoteEnded && this.#outgoing?.finSent) this.#close(undefined);
  }

  #onReset(): void {
    if (this.#state === 'connected') this.#close(new SocketError('reset', 'the remote reset the connection'));
  }

  #close(error: SocketError | undefined): void {
    const handlers = this.#handlers;
    this.#release();
    this.#handlers = handlers;
    this.#fate = { error };
    this.#tellFate(this.#fate);
  }

  #tellFate({ error }: { readonly error: SocketError | undefined }): void {
    const handlers = this.#handlers;
    this.#handlers = undefined;
    handlers?.onClose(error);
  }

  /** Wires up two sockets of one connection. */
  private static join(a: VirtualTcpSocket, pathAtoB: VirtualPath, b: VirtualTcpSocket, pathBtoA: VirtualPath): void {
    for (const [from, to, path] of [
      [a, b, pathAtoB],
      [b, a, pathBtoA],
    ] as const) {
      from.#path = path;
      from.#outgoing = to.#incoming = new Pipe(path, {
        onTransmitted: () => from.#onTransmitted(),
        onSegment: (segment) => to.#onSegment(segment),
      });
      from.#resetRemote = () => path.clock.setTimer(path.latencyMs, () => path.isOpen() && to.#onReset());
    }
  }
}

/** A listening port on the virtual network. */
export class VirtualTcpServer implements ITcpServer {
  readonly #createSocket: () => VirtualTcpSocket;
  readonly #onClosed: () => void;
  readonly #pending: ITcpSocket[] = [];
  #onConnection: ((socket: ITcpSocket) => void) | undefined;

  constructor(
    readonly localEndpoint: Endpoint,
    options: { readonly createSocket: () => VirtualTcpSocket; readonly onClosed: () => void },
  ) {
    this.#createSocket = options.createSocket;
    this.#onClosed = options.onClosed;
  }

  get canAccept(): boolean {
    return this.#pending.length < MAX_PENDING_CONNECTIONS;
  }

  createSocket(): VirtualTcpSocket {
    return this.#createSocket();
  }

  offer(socket: ITcpSocket): void {
    if (this.#onConnection) this.#onConnection(socket);
    else this.#pending.push(socket);
  }

  setHandlers(handlers: { onConnection(socket: ITcpSocket): void }): void {
    this.#onConnection = (socket) => handlers.onConnection(socket);
    for (const socket of this.#pending.splice(0)) handlers.onConnection(socket);
  }

  close(): void {
    for (const socket of this.#pending.splice(0)) socket.close();
    this.#onClosed();
  }
}
