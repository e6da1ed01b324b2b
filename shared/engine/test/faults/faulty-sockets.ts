import {
  type BindOptions,
  type BindUdpOptions,
  type ConnectOptions,
  type Endpoint,
  type ISocketFactory,
  type ITcpServer,
  type ITcpSocket,
  type IUdpSocket,
  type ResolveOptions,
  SocketError,
  type SocketErrorCode,
  type TcpSocketHandlers,
  type UdpSocketHandlers,
} from '../../src/interfaces/socket.js';
import type { FaultInjector } from './fault-injector.js';

const errorOf = (code: string | undefined): SocketError =>
  new SocketError((code ?? 'reset') as SocketErrorCode, `injected, ${code ?? 'torn'}`);

/** Anything that ends when the bridge is lost. */
interface Bridged {
  close(): void;
  lose(error: SocketError): void;
}

/**
 * Sockets whose operations go through a {@link FaultInjector}, and which can all vanish at once as when the helper dies. A send that fails
 * ends its connection; of one that tears the first half still leaves.
 */
export class FaultySockets implements ISocketFactory {
  readonly #inner: ISocketFactory;
  readonly #faults: FaultInjector;
  readonly #open = new Set<Bridged>();
  #isBridgeLost = false;

  constructor(inner: ISocketFactory, faults: FaultInjector) {
    this.#inner = inner;
    this.#faults = faults;
  }

  /** Sockets that are open now, servers included. */
  get openSockets(): number {
    return this.#open.size;
  }

  /** Every socket ends with `bridge-lost`, and none can be had until {@link restoreBridge}. */
  loseBridge(): void {
    this.#isBridgeLost = true;
    for (const socket of [...this.#open]) socket.lose(errorOf('bridge-lost'));
  }

  /** As when the machine moves to another network: connections carry nothing any more, and nobody says so. New ones work. */
  cutOff(): void {
    for (const socket of [...this.#open]) if (socket instanceof FaultyTcpSocket) socket.cutOff();
  }

  /** As the system does when a process dies: nobody here hears of it. */
  closeAll(): void {
    for (const socket of [...this.#open]) socket.close();
  }

  restoreBridge(): void {
    this.#isBridgeLost = false;
  }

  createTcpSocket(): ITcpSocket {
    return this.#wrap(this.#inner.createTcpSocket());
  }

  async listenTcp(options: BindOptions): Promise<ITcpServer> {
    const server = await this.#run('tcp.listen', `port ${options.port}`, () => this.#inner.listenTcp(options));
    return this.#track((forget) => new FaultyTcpServer(server, (socket) => this.#wrap(socket), forget));
  }

  async bindUdp(options: BindUdpOptions): Promise<IUdpSocket> {
    const socket = await this.#run('udp.bind', `port ${options.port}`, () => this.#inner.bindUdp(options));
    return this.#track((forget) => new FaultyUdpSocket(socket, forget));
  }

  async resolve(host: string, options: ResolveOptions): Promise<readonly string[]> {
    if (this.#isBridgeLost) throw errorOf('bridge-lost');
    return this.#inner.resolve(host, options);
  }

  #wrap(socket: ITcpSocket): ITcpSocket {
    const connect = (host: string, port: number, options?: ConnectOptions) =>
      this.#run('tcp.connect', `${host}:${port}`, () => socket.connect(host, port, options));
    return this.#track((forget) => new FaultyTcpSocket(socket, { connect, faults: this.#faults, forget }));
  }

  #track<T extends Bridged>(create: (forget: () => void) => T): T {
    const socket: T = create(() => this.#open.delete(socket));
    this.#open.add(socket);
    return socket;
  }

  #run<T>(name: 'tcp.connect' | 'tcp.listen' | 'udp.bind', target: string, whole: () => Promise<T>): Promise<T> {
    if (this.#isBridgeLost) return Promise.reject(errorOf('bridge-lost'));
    return this.#faults.run(name, target, { whole, error: errorOf });
  }
}

interface TcpParts {
  readonly connect: (host: string, port: number, options?: ConnectOptions) => Promise<void>;
  readonly faults: FaultInjector;
  readonly forget: () => void;
}

class FaultyTcpSocket implements ITcpSocket, Bridged {
  #handlers: TcpSocketHandlers | undefined;
  /** What waits for the end of a stall. */
  #held: Uint8Array[] | undefined;
  #isCutOff = false;

  constructor(
    private readonly inner: ITcpSocket,
    private readonly parts: TcpParts,
  ) {}

  get localEndpoint(): Endpoint | undefined {
    return this.inner.localEndpoint;
  }

  get remoteEndpoint(): Endpoint | undefined {
    return this.inner.remoteEndpoint;
  }

  get queuedBytes(): number {
    return this.inner.queuedBytes + (this.#held ?? []).reduce((sum, { length }) => sum + length, 0);
  }

  async connect(host: string, port: number, options?: ConnectOptions): Promise<void> {
    try {
      await this.parts.connect(host, port, options);
    } catch (error) {
      this.close();
      throw error;
    }
  }

  setHandlers(handlers: TcpSocketHandlers): void {
    this.#handlers = handlers;
    this.inner.setHandlers({
      ...(handlers.onEnd && {
        onEnd: () => {
          if (!this.#isCutOff) handlers.onEnd?.();
        },
      }),
      onData: (data) => {
        if (!this.#isCutOff) handlers.onData(data);
      },
      onDrain: () => handlers.onDrain?.(),
      onClose: (error) => {
        if (this.#isCutOff) return;
        this.parts.forget();
        handlers.onClose(error);
      },
    });
  }

  send(data: Uint8Array): boolean {
    if (this.#isCutOff) return true;
    if (this.#held) {
      this.#held.push(data);
      return false;
    }
    const fault = this.parts.faults.decide('tcp.send', this.#address());
    switch (fault?.kind) {
      case 'tear':
        this.inner.send(data.subarray(0, Math.floor(data.length / 2)));
        this.#loseSoon(errorOf(undefined));
        return false;
      case 'fail':
        this.#loseSoon(errorOf(fault.code));
        return false;
      case 'stall':
        this.#held = [data];
        this.parts.faults.clock.setTimer(fault.forMs, () => this.#release());
        return false;
      case 'death':
        return false;
      case undefined:
        return this.inner.send(data);
    }
  }

  pause(): void {
    this.inner.pause();
  }

  resume(): void {
    this.inner.resume();
  }

  end(): void {
    this.inner.end();
  }

  close(): void {
    this.parts.forget();
    this.inner.close();
    this.#handlers = undefined;
  }

  cutOff(): void {
    this.#isCutOff = true;
  }

  lose(error: SocketError): void {
    const handlers = this.#handlers;
    this.close();
    handlers?.onClose(error);
  }

  /** A socket never calls back from within a call of its owner. */
  #loseSoon(error: SocketError): void {
    this.#held = [];
    queueMicrotask(() => this.lose(error));
  }

  #release(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    let isFull = false;
    for (const data of held) isFull = !this.inner.send(data);
    // Else the socket itself tells when there is room.
    if (!isFull) this.#handlers?.onDrain?.();
  }

  #address(): string {
    const { host = '', port = 0 } = this.inner.remoteEndpoint ?? {};
    return `${host}:${port}`;
  }
}

class FaultyTcpServer implements ITcpServer, Bridged {
  #handlers: Parameters<ITcpServer['setHandlers']>[0] | undefined;

  constructor(
    private readonly inner: ITcpServer,
    private readonly wrap: (socket: ITcpSocket) => ITcpSocket,
    private readonly forget: () => void,
  ) {}

  get localEndpoint(): Endpoint {
    return this.inner.localEndpoint;
  }

  setHandlers(handlers: Parameters<ITcpServer['setHandlers']>[0]): void {
    this.#handlers = handlers;
    this.inner.setHandlers({
      onConnection: (socket) => handlers.onConnection(this.wrap(socket)),
      onClose: (error) => {
        this.forget();
        handlers.onClose(error);
      },
    });
  }

  close(): void {
    this.forget();
    this.inner.close();
    this.#handlers = undefined;
  }

  lose(error: SocketError): void {
    const handlers = this.#handlers;
    this.close();
    handlers?.onClose(error);
  }
}

class FaultyUdpSocket implements IUdpSocket, Bridged {
  #handlers: UdpSocketHandlers | undefined;

  constructor(
    private readonly inner: IUdpSocket,
    private readonly forget: () => void,
  ) {}

  get localEndpoint(): Endpoint {
    return this.inner.localEndpoint;
  }

  setHandlers(handlers: UdpSocketHandlers): void {
    this.#handlers = handlers;
    this.inner.setHandlers({
      onMessage: (data, from) => handlers.onMessage(data, from),
      onClose: (error) => {
        this.forget();
        handlers.onClose(error);
      },
    });
  }

  send(data: Uint8Array, to: Endpoint): void {
    this.inner.send(data, to);
  }

  close(): void {
    this.forget();
    this.inner.close();
    this.#handlers = undefined;
  }

  lose(error: SocketError): void {
    const handlers = this.#handlers;
    this.close();
    handlers?.onClose(error);
  }
}
