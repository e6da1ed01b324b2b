import type {
  BindOptions,
  BindUdpOptions,
  ConnectOptions,
  Endpoint,
  ISocketFactory,
  ITcpServer,
  ITcpSocket,
  IUdpSocket,
  ResolveOptions,
  SocketError,
  UdpSocketHandlers,
} from '../../src/interfaces/socket.js';
import type { FaultInjector } from './fault-injector.js';
import type { OperationName } from './fault-plan.js';
import { socketError } from './faulty-socket-error.js';
import { FaultyTcpSocket } from './faulty-tcp-socket.js';
import { Faulty } from './faulty.js';
import { LosableSocket } from './losable-socket.js';

type TcpServerHandlers = Parameters<ITcpServer['setHandlers']>[0];

/** Anything that ends when the bridge is lost. */
interface Losable {
  close(): void;
  lose(error: SocketError): void;
}

/** Sockets whose operations go through a {@link FaultInjector}, and which can all vanish at once as when the helper dies. */
export class FaultySockets extends Faulty implements ISocketFactory {
  readonly #inner: ISocketFactory;
  readonly #open = new Set<Losable>();
  #isBridgeLost = false;

  constructor(inner: ISocketFactory, faults: FaultInjector) {
    super(faults, (_, code) => socketError(code));
    this.#inner = inner;
  }

  /** Sockets that are open now, servers included. */
  get openSockets(): number {
    return this.#open.size;
  }

  /** Every socket ends with `bridge-lost`, and none can be had until {@link restoreBridge}. */
  loseBridge(): void {
    this.#isBridgeLost = true;
    for (const socket of [...this.#open]) socket.lose(socketError('bridge-lost'));
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
    const server = await this.#run('tcp.listen', `port ${options.port}`, async () =>
      this.#unlessDead(await this.#inner.listenTcp(options)),
    );
    return this.#track((forget) => new FaultyTcpServer(server, (socket) => this.#wrap(socket), forget));
  }

  async bindUdp(options: BindUdpOptions): Promise<IUdpSocket> {
    const socket = await this.#run('udp.bind', `port ${options.port}`, async () =>
      this.#unlessDead(await this.#inner.bindUdp(options)),
    );
    return this.#track((forget) => new FaultyUdpSocket(socket, forget));
  }

  resolve(host: string, options: ResolveOptions): Promise<readonly string[]> {
    return this.#run('name.resolve', host, () => this.#inner.resolve(host, options));
  }

  /** The system ends what it still opened for a process that is dead. */
  #unlessDead<T extends { close(): void }>(socket: T): T {
    if (this.faults.isDead) socket.close();
    return socket;
  }

  #wrap(socket: ITcpSocket): ITcpSocket {
    const connect = (host: string, port: number, options?: ConnectOptions) =>
      this.#run('tcp.connect', `${host}:${port}`, async () => {
        await socket.connect(host, port, options);
        this.#unlessDead(socket);
      });
    return this.#track((forget) => new FaultyTcpSocket(socket, { connect, faults: this.faults, forget }));
  }

  #track<T extends Losable>(create: (forget: () => void) => T): T {
    const socket: T = create(() => this.#open.delete(socket));
    this.#open.add(socket);
    return socket;
  }

  #run<T>(name: OperationName, target: string, whole: () => Promise<T>): Promise<T> {
    if (this.#isBridgeLost) return Promise.reject(socketError('bridge-lost'));
    return this.run(name, target, whole);
  }
}

class FaultyTcpServer extends LosableSocket<TcpServerHandlers> implements ITcpServer {
  constructor(
    private readonly inner: ITcpServer,
    private readonly wrap: (socket: ITcpSocket) => ITcpSocket,
    forget: () => void,
  ) {
    super(inner, forget);
  }

  get localEndpoint(): Endpoint {
    return this.inner.localEndpoint;
  }

  setHandlers(handlers: TcpServerHandlers): void {
    this.handlers = handlers;
    this.inner.setHandlers({
      onConnection: (socket) => handlers.onConnection(this.wrap(socket)),
      onClose: (error) => this.ended(error),
    });
  }
}

class FaultyUdpSocket extends LosableSocket<UdpSocketHandlers> implements IUdpSocket {
  constructor(
    private readonly inner: IUdpSocket,
    forget: () => void,
  ) {
    super(inner, forget);
  }

  get localEndpoint(): Endpoint {
    return this.inner.localEndpoint;
  }

  setHandlers(handlers: UdpSocketHandlers): void {
    this.handlers = handlers;
    this.inner.setHandlers({
      onMessage: (data, from) => handlers.onMessage(data, from),
      onClose: (error) => this.ended(error),
    });
  }

  send(data: Uint8Array, to: Endpoint): void {
    this.inner.send(data, to);
  }
}
