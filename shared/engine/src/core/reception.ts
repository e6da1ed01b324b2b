import type { IClock } from '../interfaces/clock.js';
import type { ILogger } from '../interfaces/logger.js';
import type { IRandom } from '../interfaces/random.js';
import type { ISocketFactory, ITcpSocket } from '../interfaces/socket.js';
import type { Handshake } from '../protocol/handshake.js';
import { toHex } from '../utils/bytes.js';
import { Listener } from './listener.js';
import { PeerConnection } from './peer-connection.js';
import type { Reachability } from './reachability.js';

/** Takes over a connection whose handshake named it. */
interface Host {
  accept(connection: PeerConnection, handshake: Handshake): void;
}

interface ReceptionOptions {
  readonly sockets: ISocketFactory;
  readonly clock: IClock;
  readonly random: IRandom;
  readonly logger: ILogger;
  readonly reachability: Reachability;
  /** 0 chooses one. */
  readonly wantedPort: () => number;
  readonly onPort: (port: number) => void;
  /** The torrent with this info-hash, in hexadecimal. */
  readonly find: (id: string) => Host | undefined;
}

/** Brings everybody who comes to us to the torrent that they ask for. */
export class Reception {
  readonly listener: Listener;
  readonly #options: ReceptionOptions;

  constructor(options: ReceptionOptions) {
    this.#options = options;
    this.listener = new Listener({
      ...options,
      onHandshake: (connection, handshake) => {
        options.reachability.peerCame(connection.remoteEndpoint?.host ?? '');
        this.#show(connection, handshake);
      },
    });
  }

  /** Takes a connection that did not come through the port. */
  accept(socket: ITcpSocket): void {
    const connection = new PeerConnection(socket, this.#options.clock);
    connection.on('handshake', (handshake) => this.#show(connection, handshake));
  }

  #show(connection: PeerConnection, handshake: Handshake): void {
    const torrent = this.#options.find(toHex(handshake.infoHash));
    if (torrent) torrent.accept(connection, handshake);
    else connection.close();
  }
}
