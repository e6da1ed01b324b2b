import { encodeReserved, type IClock, type ITcpSocket, type ITimer, PeerConnection } from '@jstorrent/engine';
import type { DemoTorrent } from './demo-torrent.js';

/** About 650 kB/s: slow enough to be watched, fast enough not to bore. */
const BLOCKS_A_TURN = 4;
const TURN_MS = 100;
const PEER_ID = new TextEncoder().encode('-JT0000-demo-content');

interface Wish {
  readonly index: number;
  readonly begin: number;
  readonly length: number;
}

/** A seed inside this document. It speaks the protocol as any other does (BEP 3 and 6), and has one torrent. */
export class DemoPeer {
  readonly #connection: PeerConnection;
  readonly #torrent: DemoTorrent;
  readonly #clock: IClock;
  readonly #wishes: Wish[] = [];
  #turn: ITimer | undefined;

  /** Dials: `socket` is connected. `onGone` is called once, when the other side, or anything else, ended it. */
  constructor(options: {
    readonly socket: ITcpSocket;
    readonly clock: IClock;
    readonly torrent: DemoTorrent;
    readonly onGone: () => void;
  }) {
    const { socket, clock, torrent } = options;
    this.#clock = clock;
    this.#torrent = torrent;
    const connection = (this.#connection = new PeerConnection(socket, clock));
    connection.on('handshake', () => connection.send({ type: 'have-all' }));
    connection.on('message', (message) => {
      if (message.type === 'interested') connection.unchokePeer();
      if (message.type === 'request') this.#take(message);
    });
    connection.on('close', () => {
      this.#turn?.cancel();
      options.onGone();
    });
    const reserved = encodeReserved({ extensionProtocol: false, fast: true, dht: false });
    connection.sendHandshake({ infoHash: torrent.infoHash, peerId: PEER_ID, reserved });
  }

  #take({ index, begin, length }: Wish): void {
    this.#wishes.push({ index, begin, length });
    this.#turn ??= this.#clock.setTimer(TURN_MS, () => this.#serve());
  }

  #serve(): void {
    const { content, pieceBytes } = this.#torrent;
    for (const { index, begin, length } of this.#wishes.splice(0, BLOCKS_A_TURN)) {
      const at = index * pieceBytes + begin;
      this.#connection.sendBlock(index, begin, content.subarray(at, at + length));
    }
    this.#turn = this.#wishes.length > 0 ? this.#clock.setTimer(TURN_MS, () => this.#serve()) : undefined;
  }
}
