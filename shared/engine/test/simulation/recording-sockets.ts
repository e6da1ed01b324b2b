import type {
  BindOptions,
  BindUdpOptions,
  ISocketFactory,
  ITcpServer,
  ITcpSocket,
  IUdpSocket,
  ResolveOptions,
} from '../../src/interfaces/socket.js';

/** Passes everything on and notes who was talked to: a proof of what left the machine. */
export class RecordingSockets implements ISocketFactory {
  /** Such as `tcp 10.0.0.2:6881`, `join 239.192.152.143` and `udp 239.192.152.143:6771`, in order. */
  readonly log: string[] = [];
  readonly #factory: ISocketFactory;

  constructor(factory: ISocketFactory) {
    this.#factory = factory;
  }

  createTcpSocket(): ITcpSocket {
    const socket = this.#factory.createTcpSocket();
    const connect = socket.connect.bind(socket);
    socket.connect = (host, port, options) => {
      this.log.push(`tcp ${host}:${port}`);
      return connect(host, port, options);
    };
    return socket;
  }

  listenTcp(options: BindOptions): Promise<ITcpServer> {
    return this.#factory.listenTcp(options);
  }

  resolve(host: string, options: ResolveOptions): Promise<readonly string[]> {
    this.log.push(`resolve ${host}`);
    return this.#factory.resolve(host, options);
  }

  async bindUdp(options: BindUdpOptions): Promise<IUdpSocket> {
    if (options.multicastGroup !== undefined) this.log.push(`join ${options.multicastGroup}`);
    const socket = await this.#factory.bindUdp(options);
    const send = socket.send.bind(socket);
    socket.send = (data, to) => {
      this.log.push(`udp ${to.host}:${to.port}`);
      send(data, to);
    };
    return socket;
  }
}
