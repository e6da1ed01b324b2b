import type {
  BindOptions,
  BindUdpOptions,
  ISocket,
  ISocketFactory,
  ITcpServer,
  ITcpSocket,
  IUdpSocket,
  ResolveOptions,
} from '../../src/interfaces/socket.js';

/** Passes everything on, and closes at the end what a test left open. */
export class TrackingSocketFactory implements ISocketFactory {
  readonly #factory: ISocketFactory;
  readonly #sockets: ISocket[] = [];

  constructor(factory: ISocketFactory) {
    this.#factory = factory;
  }

  createTcpSocket(): ITcpSocket {
    return this.#track(this.#factory.createTcpSocket());
  }

  async listenTcp(options: BindOptions): Promise<ITcpServer> {
    return this.#track(await this.#factory.listenTcp(options));
  }

  async bindUdp(options: BindUdpOptions): Promise<IUdpSocket> {
    return this.#track(await this.#factory.bindUdp(options));
  }

  resolve(host: string, options: ResolveOptions): Promise<readonly string[]> {
    return this.#factory.resolve(host, options);
  }

  closeAll(): void {
    for (const socket of this.#sockets) socket.close();
  }

  #track<T extends ISocket>(socket: T): T {
    this.#sockets.push(socket);
    return socket;
  }
}
