import { createSocket, type Socket, type SocketType } from 'node:dgram';
import { isIPv4, isIPv6 } from 'node:net';
import {
  SocketError,
  type BindUdpOptions,
  type Endpoint,
  type IUdpSocket,
  type UdpSocketHandlers,
} from '../../interfaces/socket.js';
import { MAX_DATAGRAM_BYTES } from './limits.js';
import { joinGroup } from './multicast.js';
import { plainBytes } from './plain-bytes.js';
import { toEndpoint, toSocketError } from './socket-errors.js';

type LookupCallback = (error: Error | null, address: string, family: number) => void;

/** Only IP literals get here. An IPv6 socket reaches IPv4 addresses in their mapped form. */
function lookupMapped(literal: string, _options: unknown, callback: LookupCallback): void {
  process.nextTick(callback, null, isIPv4(literal) ? `::ffff:${literal}` : literal, 6);
}

function lookupNothing(literal: string, _options: unknown, callback: LookupCallback): void {
  process.nextTick(callback, null, literal, isIPv6(literal) ? 6 : 4);
}

/** A UDP port of Node. */
export class NodeUdpSocket implements IUdpSocket {
  readonly localEndpoint: Endpoint;
  readonly #socket: Socket;
  #handlers: UdpSocketHandlers | undefined;
  #closed = false;

  /** `socket` is bound. */
  private constructor(socket: Socket) {
    const { address, port } = socket.address();
    this.localEndpoint = { host: address, port };
    this.#socket = socket;
    socket.on('message', (data, { address: host, port: fromPort }) => {
      this.#handlers?.onMessage(plainBytes(data), toEndpoint(host, fromPort));
    });
    socket.on('error', (error) => {
      const handlers = this.#handlers;
      this.close();
      handlers?.onClose(toSocketError(error));
    });
  }

  static async bind({ port, host, multicastGroup, signal }: BindUdpOptions): Promise<NodeUdpSocket> {
    if (signal?.aborted) throw new SocketError('aborted', 'the bind was aborted');
    if (multicastGroup !== undefined) return NodeUdpSocket.#bindToGroup(multicastGroup, port, host);
    if (host !== undefined) return NodeUdpSocket.#bindAs(isIPv4(host) ? 'udp4' : 'udp6', port, host);
    try {
      return await NodeUdpSocket.#bindAs('udp6', port, '::');
    } catch (error) {
      // Without IPv6 the machine refuses the family or the address, never the port.
      if (error instanceof SocketError && error.code === 'address-in-use') throw error;
      return NodeUdpSocket.#bindAs('udp4', port, '0.0.0.0');
    }
  }

  static #bindAs(type: SocketType, port: number, host: string): Promise<NodeUdpSocket> {
    return NodeUdpSocket.#bound(
      createSocket({ type, lookup: type === 'udp6' ? lookupMapped : lookupNothing }),
      port,
      host,
    );
  }

  static async #bindToGroup(group: string, port: number, host: string | undefined): Promise<NodeUdpSocket> {
    // IPv4 has a socket of its own on the same port.
    const socket = isIPv4(group)
      ? createSocket({ type: 'udp4', reuseAddr: true })
      : createSocket({ type: 'udp6', reuseAddr: true, ipv6Only: true });
    const bound = await NodeUdpSocket.#bound(socket, port, isIPv4(group) ? '0.0.0.0' : '::');
    try {
      joinGroup(socket, group, host);
    } catch (error) {
      bound.close();
      throw toSocketError(error);
    }
    return bound;
  }

  static #bound(socket: Socket, port: number, host: string): Promise<NodeUdpSocket> {
    return new Promise((resolve, reject) => {
      const fail = (error: unknown): void => {
        socket.close();
        reject(toSocketError(error));
      };
      socket.once('error', fail);
      socket.bind({ port, address: host, exclusive: true }, () => {
        socket.removeListener('error', fail);
        resolve(new NodeUdpSocket(socket));
      });
    });
  }

  setHandlers(handlers: UdpSocketHandlers): void {
    if (!this.#closed) this.#handlers = handlers;
  }

  send(data: Uint8Array, to: Endpoint): void {
    if (this.#closed || data.byteLength > MAX_DATAGRAM_BYTES) return;
    // With a callback the error of one datagram stays with it.
    this.#socket.send(data, to.port, to.host, () => undefined);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#handlers = undefined;
    this.#socket.close();
  }
}
