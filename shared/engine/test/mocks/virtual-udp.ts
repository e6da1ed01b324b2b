import type { Endpoint, IUdpSocket, UdpSocketHandlers } from '../../src/interfaces/socket.js';
import type { VirtualPath } from './virtual-pipe.js';

const MAX_DATAGRAM_BYTES = 65_507;

/** What a UDP socket needs from its host. */
export interface UdpHost {
  /** Undefined when `host` is no address. */
  path(host: string): VirtualPath | undefined;
  deliver(to: Endpoint, data: Uint8Array, from: Endpoint): void;
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
    const path = this.#host.path(to.host);
    const serialisedMs = path?.uplink.reserve(data.byteLength);
    if (!path || serialisedMs === undefined || path.loses()) return;
    const copy = data.slice();
    const from = { host: path.sourceIp, port: this.localEndpoint.port };
    path.clock.setTimer(serialisedMs + path.latencyMs, () => {
      if (!path.isOpen()) return;
      path.downlink.receiveDatagram(copy.byteLength, () => {
        this.#host.deliver(to, copy, from);
      });
    });
  }

  receive(data: Uint8Array, from: Endpoint): void {
    this.#handlers?.onMessage(data, from);
  }

  close(): void {
    this.#closed = true;
    this.#handlers = undefined;
    this.#onClosed();
  }
}
