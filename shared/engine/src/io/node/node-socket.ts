import { isIP } from 'node:net';
import {
  SocketError,
  type BindOptions,
  type BindUdpOptions,
  type ISocketFactory,
  type ITcpServer,
  type ITcpSocket,
  type IUdpSocket,
  type ResolveOptions,
} from '../../interfaces/socket.js';
import { type NameLookup, systemLookup } from './name-lookup.js';
import { NodeTcpServer } from './node-tcp-server.js';
import { NodeTcpSocket } from './node-tcp-socket.js';
import { NodeUdpSocket } from './node-udp-socket.js';
import { toSocketError } from './socket-errors.js';

export { NodeTcpSocket, NodeUdpSocket };

export interface NodeSocketFactoryOptions {
  /** Asked for what a URL's host stands for. Default: all addresses are allowed. */
  readonly allowAddress?: (ip: string, options: { readonly isAnnounce: boolean }) => boolean;
  /** Default: the system's. */
  readonly lookup?: NameLookup;
}

/** The sockets of this machine. */
export class NodeSocketFactory implements ISocketFactory {
  readonly #options: NodeSocketFactoryOptions;

  constructor(options: NodeSocketFactoryOptions = {}) {
    this.#options = options;
  }

  createTcpSocket(): ITcpSocket {
    return new NodeTcpSocket();
  }

  listenTcp(options: BindOptions): Promise<ITcpServer> {
    return NodeTcpServer.listen(options);
  }

  bindUdp(options: BindUdpOptions): Promise<IUdpSocket> {
    return NodeUdpSocket.bind(options);
  }

  async resolve(host: string, { family, isAnnounce }: ResolveOptions): Promise<readonly string[]> {
    const { allowAddress = () => true } = this.#options;
    const addresses = await this.#addressesOf(host, family);
    const allowed = addresses.filter((address) => allowAddress(address, { isAnnounce }));
    if (allowed.length === 0) throw new SocketError('not-permitted', `${host} may not be asked`);
    return allowed;
  }

  async #addressesOf(host: string, family: 4 | 6 | undefined): Promise<readonly string[]> {
    const own = isIP(host);
    if (own !== 0 && own === (family ?? own)) return [host];
    if (own !== 0) throw new SocketError('dns', `${host} is no address of IPv${family}`);
    try {
      const found = await (this.#options.lookup ?? systemLookup)(host, family);
      return found.map(({ address }) => address);
    } catch (error) {
      throw toSocketError(error);
    }
  }
}
