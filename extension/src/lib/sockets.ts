import {
  type BindOptions,
  type BindUdpOptions,
  type ISocketFactory,
  type ITcpServer,
  type ITcpSocket,
  type IUdpSocket,
  type ResolveOptions,
  SocketError,
} from '@jstorrent/engine';
import type { BridgeSession } from './bridge-session.js';
import { resolveByBridge } from './bridge-resolution.js';
import { BridgeTcpServer } from './bridge-tcp-server.js';
import { BridgeTcpSocket } from './bridge-tcp-socket.js';
import { BridgeUdpSocket } from './bridge-udp-socket.js';

/** Every socket of the engine, held by the helper. While there is none everything fails with `bridge-lost`. */
export class Sockets implements ISocketFactory {
  /** `session`: the present life of the helper. */
  constructor(private readonly session: () => BridgeSession | undefined) {}

  createTcpSocket(): ITcpSocket {
    return new BridgeTcpSocket(this.session);
  }

  async listenTcp(options: BindOptions): Promise<ITcpServer> {
    return BridgeTcpServer.listen(this.#present(options), options);
  }

  async bindUdp(options: BindUdpOptions): Promise<IUdpSocket> {
    return BridgeUdpSocket.bind(this.#present(options), options);
  }

  async resolve(host: string, options: ResolveOptions): Promise<readonly string[]> {
    return resolveByBridge(this.#present(), host, options);
  }

  #present({ signal }: Pick<BindOptions, 'signal'> = {}): BridgeSession {
    if (signal?.aborted) throw new SocketError('aborted', 'the owner gave up');
    const session = this.session();
    if (!session) throw new SocketError('bridge-lost', 'there is no helper');
    return session;
  }
}
