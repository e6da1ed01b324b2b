import type { Endpoint, IUdpSocket, UdpSocketHandlers } from '../../src/interfaces/socket.js';
import type { VirtualPath } from './virtual-pipe.js';

const MAX_DATAGRAM_BYTES = 65_507;

/** What a UDP socket needs from its host. */
export interface UdpHost {
  /** The ways to `host`, several for a multicast group; none when it is no address. */
  routes(host: string): readonly UdpRoute[];
}

/** The way to one host that is to have a datagram. */
export interface UdpRoute {
  readonly path: VirtualPath;
  deliver(port: number, data: Uint8Array, from: Endpoint): void;
}

/** A UDP port on the virtual network: datagrams are lost at the path's rate, and when a host's queue is full. */
export class VirtualUdpSocket implements IUdpSocket {
  readonly #host: UdpHost;
  readonly #onClosed: () => void;
  #handlers: UdpSocketHandlers | undefined;
  #closed = false;

  constructor(
    readonly localEndpoint: Endpoint,
    options: { readonly host: UdpHost; readonly onClosed: () => void },
  ) {
    this.#host = options.host;
    this.#onClosed = options.onClosed;
  }

  setHandlers(handlers: UdpSocketHandlers): void {
    if (!this.#closed) this.#handlers = handlers;
  }

  send(data: Uint8Array, to: Endpoint): void {
    if (this.#closed || data.byteLength > MAX_DATAGRAM_BYTES) return;
    const routes = this.#host.routes(to.host);
    // A multicast datagram leaves once, whoever takes it.
    const serialisedMs = routes[0]?.path.uplink.reserve(data.byteLength);
    if (serialisedMs === undefined) return;
    const copy = data.slice();
    for (const route of routes) if (!route.path.loses()) this.#sendAlong(route, serialisedMs, copy, to.port);
  }

  receive(data: Uint8Array, from: Endpoint): void {
    this.#handlers?.onMessage(data, from);
  }

  close(): void {
    this.#closed = true;
    this.#handlers = undefined;
    this.#onClosed();
  }

  #sendAlong(route: UdpRoute, serialisedMs: number, copy: Uint8Array, port: number): void {
    const { path } = route;
    const from = { host: path.sourceIp, port: this.localEndpoint.port };
    path.clock.setTimer(serialisedMs + path.latencyMs, () => {
      if (!path.isOpen()) return;
      path.downlink.receiveDatagram(copy.byteLength, () => {
        route.deliver(port, copy, from);
      });
    });
  }
}
