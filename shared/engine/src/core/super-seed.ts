import type { IClock } from '../interfaces/clock.js';
import type { IRandom } from '../interfaces/random.js';
import { BitField } from '../utils/bitfield.js';
import type { Peer } from './peer.js';
import type { PieceLayout } from './piece-layout.js';
import { PiecePicker } from './piece-picker.js';

/** Who had nothing new of us for so long is shown another piece all the same: others may not reach it, or whoever was shown that piece is slow. */
const PATIENCE_MS = 30_000;
/** HAVEs to one peer in a second when the mode ends. */
const MAX_HAVES_A_ROUND = 4096;

/** What one peer is let see of us. */
interface Showing {
  /** Pieces that it has, or that we said we have. */
  readonly known: BitField;
  /** The last one that it was shown; -1 before the first. */
  piece: number;
  /** Of that, what was sent to it: some say HAVE to nobody who has the piece. */
  sentBytes: number;
  /** When it was shown that, or sent of it. */
  since: number;
}

/**
 * Super-seeding (BEP 16), for the only seed of a torrent: it seems to have nothing, and shows each peer one piece at a time, the next when
 * somebody else has got the last from it. So each piece leaves here about once before the swarm has a copy. It ends when a peer has
 * everything, and may begin again once nobody is left. Holds for peers that come while it is active.
 */
export class SuperSeed {
  readonly #layout: PieceLayout;
  readonly #have: BitField;
  readonly #clock: IClock;
  readonly #random: IRandom;
  readonly #peers = new Set<Peer>();
  readonly #showings = new Map<Peer, Showing>();
  /** Those that are being told of all that they do not know of, from `piece` on. */
  readonly #untold = new Map<Peer, Showing>();
  /** Counts what the peers of `#showings` know of. Undefined while there are none. */
  #picker: PiecePicker | undefined;
  #isWanted = false;
  #isOver = false;

  constructor(options: {
    readonly layout: PieceLayout;
    readonly have: BitField;
    readonly clock: IClock;
    readonly random: IRandom;
  }) {
    this.#layout = options.layout;
    this.#have = options.have;
    this.#clock = options.clock;
    this.#random = options.random;
  }

  /** Newcomers are to see nothing. */
  get isActive(): boolean {
    return this.#isWanted && !this.#isOver && this.#have.hasAll;
  }

  /** Whoever is connected when it begins knows already what we have: it is dropped, and may come again. */
  setWanted(isWanted: boolean): void {
    if (isWanted === this.#isWanted) return;
    if (!isWanted) this.#end();
    this.#isWanted = isWanted;
    this.#isOver = false;
    if (this.isActive) for (const peer of [...this.#peers]) peer.connection.close();
  }

  addPeer(peer: Peer): void {
    this.#peers.add(peer);
    if (!this.isActive) return;
    const pieceCount = this.#have.length;
    if (!this.#picker) {
      this.#picker = new PiecePicker({ pieceCount, random: this.#random });
      // Ourselves: what nobody else has is offered too.
      this.#picker.addSeed();
    }
    const showing = { known: new BitField(pieceCount), piece: -1, sentBytes: 0, since: this.#clock.now() };
    this.#showings.set(peer, showing);
    this.#learn(peer, showing);
    this.#showNext(peer, showing, { isLate: false });
  }

  removePeer(peer: Peer): void {
    this.#peers.delete(peer);
    this.#untold.delete(peer);
    const showing = this.#showings.get(peer);
    this.#showings.delete(peer);
    if (showing) this.#picker?.removePeer(showing.known);
    if (this.#peers.size > 0) return;
    this.#picker = undefined;
    this.#isOver = false;
  }

  /** The peer is let see only some pieces. */
  isHidingFrom(peer: Peer): boolean {
    return this.#showings.has(peer);
  }

  /** Whether the peer may ask for the piece, as far as this goes. */
  shows(peer: Peer, index: number): boolean {
    return this.#showings.get(peer)?.known.get(index) ?? true;
  }

  /** The peer said what it has, for the first time. */
  peerSpoke(peer: Peer): void {
    const showing = this.#showings.get(peer);
    if (!showing) return;
    this.#learn(peer, showing);
    if (peer.isSeed) this.#end();
    else if (showing.piece !== -1 && peer.pieces.get(showing.piece)) this.#showNext(peer, showing, { isLate: false });
  }

  /** The peer got a piece, of whomever. */
  peerGot(peer: Peer, index: number): void {
    const showing = this.#showings.get(peer);
    if (showing && !showing.known.get(index)) this.#count(showing, index);
    if (peer.isSeed) this.#end();
    else for (const [other, { piece }] of this.#showings) if (piece === index) this.#advance(other);
  }

  /** A block left for the peer. */
  blockSent(peer: Peer, index: number, bytes: number): void {
    const showing = this.#showings.get(peer);
    if (showing?.piece !== index) return;
    showing.sentBytes += bytes;
    showing.since = this.#clock.now();
    this.#advance(peer);
  }

  /** About every second. */
  tick(): void {
    for (const peer of this.#showings.keys()) this.#advance(peer);
    for (const [peer, showing] of this.#untold) this.#tellRest(peer, showing);
  }

  #advance(peer: Peer): void {
    const showing = this.#showings.get(peer);
    if (!showing) return;
    const isLate = this.#clock.now() - showing.since >= PATIENCE_MS;
    if (isLate || this.#isServed(peer, showing)) this.#showNext(peer, showing, { isLate });
  }

  /** It was shown nothing yet, or what it was shown is with somebody else; or there is nobody else, and it has it. */
  #isServed(peer: Peer, { piece, sentBytes }: Showing): boolean {
    if (piece === -1 || this.#hasSpread(piece, peer)) return true;
    const hasIt = peer.pieces.get(piece) || sentBytes >= this.#layout.pieceSize(piece);
    return hasIt && this.#peers.size === 1;
  }

  /** Somebody but `peer` has it. */
  #hasSpread(index: number, peer: Peer): boolean {
    for (const other of this.#peers) if (other !== peer && other.pieces.get(index)) return true;
    return false;
  }

  /** One that nobody knows of, or after long waiting one of which the fewest do. Until then it waits as it is. */
  #showNext(peer: Peer, showing: Showing, { isLate }: { readonly isLate: boolean }): void {
    const index = this.#picker?.first(this.#have, 'rarest', (one) => !showing.known.get(one)) ?? -1;
    if (index === -1 || (!isLate && this.#picker?.availability(index) !== 0)) return;
    showing.piece = index;
    showing.sentBytes = 0;
    showing.since = this.#clock.now();
    this.#count(showing, index);
    peer.connection.send({ type: 'have', index });
  }

  #learn({ pieces }: Peer, showing: Showing): void {
    for (const index of pieces) if (!showing.known.get(index)) this.#count(showing, index);
  }

  #count(showing: Showing, index: number): void {
    showing.known.set(index);
    this.#picker?.peerChanged(index, 1);
  }

  /** There is another seed, or it is wanted no more: from now on we seem what we are. */
  #end(): void {
    this.#isOver = true;
    for (const [peer, showing] of this.#showings) this.#untold.set(peer, { ...showing, piece: 0 });
    this.#showings.clear();
    this.#picker = undefined;
    for (const [peer, showing] of this.#untold) this.#tellRest(peer, showing);
  }

  #tellRest(peer: Peer, showing: Showing): void {
    const haves: number[] = [];
    for (; showing.piece < this.#have.length && haves.length < MAX_HAVES_A_ROUND; showing.piece++) {
      if (this.#have.get(showing.piece) && !showing.known.get(showing.piece)) haves.push(showing.piece);
    }
    peer.connection.sendHaves(haves);
    if (showing.piece === this.#have.length) this.#untold.delete(peer);
  }
}
