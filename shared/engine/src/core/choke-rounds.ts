import type { IClock, ITimer } from '../interfaces/clock.js';
import type { IRandom } from '../interfaces/random.js';
import { Choker, type ChokerDecision, type ChokerPeer, type ChokerTurn, UNCHOKE_INTERVAL_MS } from './choker.js';
import type { Peer } from './peer.js';
import type { PieceLayout } from './piece-layout.js';
import type { ClientSettings } from './settings.js';
import type { Uploader } from './uploader.js';

/** With `roundRobin` the next peer has its turn after so many. */
const PIECES_A_TURN = 20;

/** A torrent that uploads, as the rounds see it. */
export interface UploadingTorrent {
  readonly peers: ReadonlySet<Peer>;
  readonly isComplete: boolean;
  /** Undefined until the metadata is known. */
  readonly content: { readonly uploader: Uploader; readonly layout: PieceLayout } | undefined;
}

/** What of the settings it follows. */
type ChokeSettings = Pick<ClientSettings, 'uploadSlots' | 'enableRateBasedSlots' | 'seedingOrder'>;

/** Totals at the end of the round before. */
interface RoundStart {
  received: number;
  sent: number;
}

/** Runs the choker over all peers of all torrents and carries out what it decides. Sleeps while nobody is connected. */
export class ChokeRounds {
  readonly #clock: IClock;
  readonly #choker: Choker<Peer>;
  readonly #torrents = new Set<UploadingTorrent>();
  readonly #roundStarts = new WeakMap<Peer, RoundStart>();
  readonly #settings: () => ChokeSettings;
  #timer: ITimer | undefined;
  #isFillPlanned = false;

  constructor(options: { readonly clock: IClock; readonly random: IRandom; readonly settings: () => ChokeSettings }) {
    this.#clock = options.clock;
    this.#choker = new Choker({ random: options.random });
    this.#settings = options.settings;
  }

  add(torrent: UploadingTorrent): void {
    this.#torrents.add(torrent);
  }

  remove(torrent: UploadingTorrent): void {
    this.#torrents.delete(torrent);
  }

  /** Interest changed, or a peer came or went: a free slot is given at the end of this turn. */
  peersChanged(): void {
    this.#timer ??= this.#clock.setTimer(UNCHOKE_INTERVAL_MS, () => {
      this.#round();
    });
    if (this.#isFillPlanned) return;
    this.#isFillPlanned = true;
    queueMicrotask(() => {
      this.#isFillPlanned = false;
      this.#apply(this.#choker.fill(this.#snapshots(), this.#turn()));
    });
  }

  close(): void {
    this.#timer?.cancel();
    this.#torrents.clear();
  }

  #round(): void {
    this.#timer = undefined;
    const snapshots = this.#snapshots();
    if (snapshots.length === 0) return;
    this.#apply(this.#choker.round(snapshots, this.#turn()));
    for (const { key } of snapshots) {
      this.#roundStarts.set(key, { received: key.received.total, sent: key.sent.total });
    }
    this.#timer = this.#clock.setTimer(UNCHOKE_INTERVAL_MS, () => {
      this.#round();
    });
  }

  #turn(): ChokerTurn {
    const { uploadSlots: slots, enableRateBasedSlots: isRateBased, seedingOrder: order } = this.#settings();
    return { now: this.#clock.now(), slots, isRateBased, order };
  }

  #snapshots(): ChokerPeer<Peer>[] {
    const snapshots: ChokerPeer<Peer>[] = [];
    for (const torrent of this.#torrents) {
      const { content } = torrent;
      if (!content) continue;
      for (const peer of torrent.peers) {
        const start = this.#roundStarts.get(peer);
        snapshots.push({
          key: peer,
          isInterested: peer.connection.peerInterested,
          isUnchoked: !peer.connection.peerChoked,
          weAreSeed: torrent.isComplete,
          receivedBytes: peer.received.total - (start?.received ?? 0),
          sentBytes: peer.sent.total - (start?.sent ?? 0),
          sentTotalBytes: peer.sent.total,
          turnBytes: PIECES_A_TURN * content.layout.pieceLength,
          progress: peer.pieces.count / Math.max(1, peer.pieces.length),
        });
      }
    }
    return snapshots;
  }

  #apply(decision: ChokerDecision<Peer>): void {
    const choked = new Set(decision.choke);
    for (const torrent of this.#torrents) {
      for (const peer of choked.size > 0 ? torrent.peers : []) {
        if (!choked.has(peer)) continue;
        peer.connection.chokePeer();
        torrent.content?.uploader.onChoked(peer);
      }
    }
    for (const peer of decision.unchoke) peer.connection.unchokePeer();
  }
}
