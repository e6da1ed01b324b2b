import type { IClock } from '../interfaces/clock.js';
import type { ITcpServer, ITcpSocket } from '../interfaces/socket.js';
import type { Handshake } from '../protocol/handshake.js';
import { MAX_INCOMING_PER_IP_PER_SECOND, MAX_PENDING_HANDSHAKES } from './limits.js';
import { PeerConnection } from './peer-connection.js';

/**
 * Takes connections of one listening port and finds out which torrent they are for. Bounded: so many handshakes pending in all, so
 * many connections a second from one address.
 */
export class IncomingConnections {
  readonly #clock: IClock;
  readonly #server: ITcpServer;
  readonly #pending = new Set<PeerConnection>();
  /** Connections by address in the second that began at `#secondStart`. */
  readonly #perAddress = new Map<string, number>();
  #secondStart = -Infinity;

  constructor(options: {
    readonly server: ITcpServer;
    readonly clock: IClock;
    /** Must take the connection over or close it. */
    readonly onHandshake: (connection: PeerConnection, handshake: Handshake) => void;
    /** The port is gone. */
    readonly onClose: () => void;
  }) {
    this.#server = options.server;
    this.#clock = options.clock;
    this.#server.setHandlers({
      onConnection: (socket) => {
        this.#onConnection(socket, options.onHandshake);
      },
      onClose: options.onClose,
    });
  }

  get port(): number {
    return this.#server.localEndpoint.port;
  }

  close(): void {
    this.#server.close();
    for (const connection of [...this.#pending]) connection.close();
  }

  #onConnection(socket: ITcpSocket, onHandshake: (connection: PeerConnection, handshake: Handshake) => void): void {
    if (this.#pending.size >= MAX_PENDING_HANDSHAKES || this.#isFlooding(socket.remoteEndpoint?.host ?? '')) {
      socket.close();
      return;
    }
    const connection = new PeerConnection(socket, this.#clock);
    this.#pending.add(connection);
    connection.on('close', () => this.#pending.delete(connection));
    connection.on('handshake', (handshake) => {
      this.#pending.delete(connection);
      onHandshake(connection, handshake);
    });
  }

  #isFlooding(address: string): boolean {
    const now = this.#clock.now();
    if (now - this.#secondStart >= 1000) {
      this.#secondStart = now;
      this.#perAddress.clear();
    }
    const count = (this.#perAddress.get(address) ?? 0) + 1;
    this.#perAddress.set(address, count);
    return count > MAX_INCOMING_PER_IP_PER_SECOND;
  }
}
