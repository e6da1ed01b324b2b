import type { BitField } from '../utils/bitfield.js';
import { slowestBusyBlocks } from './endgame.js';
import type { OpenPiece } from './open-piece.js';
import type { PeerState, PickingPeer } from './picking-peer.js';
import type { PickingPeers } from './picking-peers.js';
import { BLOCK_LENGTH } from './piece-layout.js';
import type { PieceMemories } from './piece-memories.js';
import type { PiecePicker } from './piece-picker.js';

/** So many pieces are taken at random before the rarest come first: something to trade matters more than rarity at the start. */
const RANDOM_FIRST_PIECES = 4;
/** With more open pieces a peer, partial ones are finished first. */
const MAX_OPEN_PIECES_PER_PEER = 1.5;

/** Receives a block to request. Must not call back into the manager. */
export type RequestSink = (index: number, begin: number, length: number) => void;

/**
 * Chooses the blocks that a peer is asked for: of the piece it is at, of pieces that were begun, of those that the picker names. What it
 * chooses it marks as requested.
 */
export class BlockChooser<Peer extends PickingPeer> {
  readonly #picker: PiecePicker;
  readonly #peers: PickingPeers<Peer>;
  readonly #memories: PieceMemories;
  readonly #open: ReadonlyMap<number, OpenPiece<Peer>>;
  readonly #partials: Set<OpenPiece<Peer>>;
  readonly #have: BitField;
  readonly #offers: () => number;
  readonly #openPiece: (index: number, peer: Peer) => OpenPiece<Peer> | undefined;
  #picking: Peer | undefined;
  #isShort = false;
  readonly #accept = (index: number): boolean => {
    const piece = this.#open.get(index);
    return !piece || this.#isOpenTo(piece, this.#picking);
  };
  readonly #pace = {
    secondsPerBlock: (peer: Peer): number => BLOCK_LENGTH / peer.downloadRate,
    secondsToDrain: (peer: Peer): number =>
      ((this.#peers.get(peer)?.outstanding ?? 0) * BLOCK_LENGTH) / peer.downloadRate,
  };

  constructor(options: {
    readonly picker: PiecePicker;
    readonly peers: PickingPeers<Peer>;
    readonly memories: PieceMemories;
    readonly open: ReadonlyMap<number, OpenPiece<Peer>>;
    /** Open pieces with something left to request, in the order they became so; others leave it. */
    readonly partials: Set<OpenPiece<Peer>>;
    readonly have: BitField;
    /** Grows whenever something more can be requested. */
    readonly offers: () => number;
    /** Begins a piece for this peer; undefined when there is no room. */
    readonly openPiece: (index: number, peer: Peer) => OpenPiece<Peer> | undefined;
  }) {
    this.#picker = options.picker;
    this.#peers = options.peers;
    this.#memories = options.memories;
    this.#open = options.open;
    this.#partials = options.partials;
    this.#have = options.have;
    this.#offers = options.offers;
    this.#openPiece = options.openPiece;
  }

  /** The last `pickFree` found less than it was to for want of memory. */
  get cameShort(): boolean {
    return this.#isShort;
  }

  /** Blocks that nobody was asked for; returns how many. */
  pickFree(peer: Peer, state: PeerState, maxBlocks: number, onBlock: RequestSink): number {
    this.#picking = peer;
    const last = this.#open.get(state.lastPiece);
    let left = maxBlocks;
    this.#isShort = !this.#memories.hasRoom(this.#open.size);
    if (last && this.#isOpenTo(last, peer)) left -= this.#take(last, peer, state, left, onBlock);
    const isStarting = this.#have.count < RANDOM_FIRST_PIECES;
    if (this.#isShort || isStarting || this.#open.size > this.#peers.size * MAX_OPEN_PIECES_PER_PEER) {
      left -= this.#takeFromPartials(peer, state, left, onBlock, { reservedToo: false });
    }
    const order = isStarting ? 'random' : peer.isSnubbed ? 'reverse' : 'rarest';
    while (left > 0 && !this.#isShort) {
      const index = this.#peers.first(peer, state, { order, offers: this.#offers(), accept: this.#accept });
      if (index === -1) break;
      const piece = this.#open.get(index) ?? this.#openPiece(index, peer);
      if (piece) left -= this.#take(piece, peer, state, left, onBlock);
      else this.#isShort = true;
    }
    left -= this.#takeFromPartials(peer, state, left, onBlock, { reservedToo: true });
    if (left === 0) this.#isShort = false;
    return maxBlocks - left;
  }

  /** In endgame: blocks that one other peer was asked for, and is slow with; returns how many. */
  pickBusy(peer: Peer, state: PeerState, maxBlocks: number, onBlock: RequestSink): number {
    const blocks = slowestBusyBlocks(this.#open.values(), peer, maxBlocks, this.#pace);
    for (const { piece, block } of blocks) {
      piece.requestAgain(block, peer);
      state.outstanding++;
      onBlock(piece.index, block * BLOCK_LENGTH, piece.blockLength(block));
    }
    return blocks.length;
  }

  #takeFromPartials(
    peer: Peer,
    state: PeerState,
    maxBlocks: number,
    onBlock: RequestSink,
    options: { readonly reservedToo: boolean },
  ): number {
    let taken = 0;
    for (const piece of this.#partials) {
      if (taken === maxBlocks) break;
      const isFree = this.#isOpenTo(piece, peer) || (options.reservedToo && !piece.isExclusive);
      if (!isFree || !peer.pieces.get(piece.index)) continue;
      taken += this.#take(piece, peer, state, maxBlocks - taken, onBlock);
    }
    return taken;
  }

  #isOpenTo(piece: OpenPiece<Peer>, peer: Peer | undefined): boolean {
    if (piece.freeBlocks === 0) return false;
    if (piece.reservedFor === undefined || piece.reservedFor === peer) return true;
    return piece.reservedFor.isSnubbed && !piece.isExclusive;
  }

  /** Requests free blocks of `piece`, as far as there is memory for them; returns how many. */
  #take(piece: OpenPiece<Peer>, peer: Peer, state: PeerState, maxBlocks: number, onBlock: RequestSink): number {
    let count = 0;
    while (count < maxBlocks && piece.freeBlocks > 0) {
      if (!piece.memory.reserve(piece.nextFree)) {
        this.#isShort = true;
        break;
      }
      const block = piece.requestNext(peer);
      count++;
      onBlock(piece.index, block * BLOCK_LENGTH, piece.blockLength(block));
    }
    if (count === 0) return 0;
    state.lastPiece = piece.index;
    state.outstanding += count;
    if (piece.freeBlocks === 0) {
      this.#partials.delete(piece);
      this.#picker.fill(piece.index);
    } else if (!peer.isSnubbed) {
      this.#picker.open(piece.index, { bySnubbed: false });
    }
    return count;
  }
}
