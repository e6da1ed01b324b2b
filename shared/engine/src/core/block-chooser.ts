import type { BitField } from '../utils/bitfield.js';
import { slowestBusyBlocks } from './endgame.js';
import type { OpenPiece } from './open-piece.js';
import type { PeerState, PickingPeer } from './picking-peer.js';
import type { PickingPeers } from './picking-peers.js';
import { isInTime, lateBlocks, type PieceDeadlines } from './piece-deadlines.js';
import { BLOCK_LENGTH } from './piece-layout.js';
import type { PieceMemories } from './piece-memories.js';
import type { PiecePicker } from './piece-picker.js';

/** So many pieces are taken at random before the rarest come first: something to trade matters more than rarity at the start. */
const RANDOM_FIRST_PIECES = 4;
/** With more open pieces a peer, partial ones are finished first. */
const MAX_OPEN_PIECES_PER_PEER = 1.5;

/** How a pick goes about it. */
export interface PickOptions {
  /** The peer chokes us: only of the pieces that it grants all the same (BEP 6). */
  readonly isChoked: boolean;
  /** On the clock of the deadlines. */
  readonly now: number;
}

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
  readonly #deadlines: PieceDeadlines;
  readonly #isEndgame: () => boolean;
  readonly #awaitRoom: () => void;
  readonly #accept = (index: number): boolean => {
    const piece = this.#open.get(index);
    return !piece || this.#isOpenTo(piece, this.#picking);
  };
  readonly #pace = {
    secondsPerBlock: (peer: Peer): number => BLOCK_LENGTH / peer.downloadRate,
    secondsToDrain: (peer: Peer): number => this.#peers.secondsFor(peer, 0),
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
    /** Pieces that come before all others. */
    readonly deadlines: PieceDeadlines;
    readonly isEndgame: () => boolean;
    /** There was less than was asked for, for want of memory. */
    readonly awaitRoom: () => void;
  }) {
    this.#picker = options.picker;
    this.#peers = options.peers;
    this.#memories = options.memories;
    this.#open = options.open;
    this.#partials = options.partials;
    this.#have = options.have;
    this.#offers = options.offers;
    this.#openPiece = options.openPiece;
    this.#deadlines = options.deadlines;
    this.#isEndgame = options.isEndgame;
    this.#awaitRoom = options.awaitRoom;
  }

  /** See `PieceManager.pick`. */
  pick(peer: Peer, maxBlocks: number, onBlock: RequestSink, options: PickOptions): number {
    const state = this.#peers.get(peer);
    if (!state || state.interestingPieces === 0 || maxBlocks <= 0) return 0;
    this.#picking = peer;
    this.#isShort = !this.#memories.hasRoom(this.#open.size);
    if (options.isChoked) return this.#pickAllowedFast(peer, state, maxBlocks, onBlock);
    let picked = this.#deadlines.isEmpty ? 0 : this.#pickDue(peer, state, maxBlocks, onBlock, options.now);
    if (picked < maxBlocks && state.exhaustedAt !== this.#offers()) {
      picked += this.#pickFree(peer, state, maxBlocks - picked, onBlock);
      if (this.#isShort) this.#awaitRoom();
      else if (picked < maxBlocks) state.exhaustedAt = this.#offers();
    }
    if (picked > 0 || state.outstanding > 0 || !this.#isEndgame()) return picked;
    return this.#pickBusy(peer, state, maxBlocks, onBlock);
  }

  /** Blocks that nobody was asked for; returns how many. */
  #pickFree(peer: Peer, state: PeerState, maxBlocks: number, onBlock: RequestSink): number {
    const last = this.#open.get(state.lastPiece);
    let left = maxBlocks;
    if (last && this.#isOpenTo(last, peer)) left -= this.#take(last, peer, state, left, onBlock);
    const isStarting = this.#have.count < RANDOM_FIRST_PIECES;
    if (this.#isShort || isStarting || this.#open.size > this.#peers.size * MAX_OPEN_PIECES_PER_PEER) {
      left -= this.#takeFromPartials(peer, state, left, onBlock, { reservedToo: false });
    }
    const order = isStarting ? 'random' : peer.isSnubbed ? 'reverse' : 'rarest';
    while (left > 0 && !this.#isShort) {
      const first = this.#peers.first(peer, state, { order, offers: this.#offers(), accept: this.#accept });
      if (first === -1) break;
      // What was begun is finished first.
      const isNew = !this.#open.has(first) && order !== 'reverse';
      const index = isNew ? this.#peers.suggestedInstead(peer, state, first, this.#accept) : first;
      const piece = this.#open.get(index) ?? this.#openPiece(index, peer);
      if (piece) left -= this.#take(piece, peer, state, left, onBlock);
      else this.#isShort = true;
    }
    left -= this.#takeFromPartials(peer, state, left, onBlock, { reservedToo: true });
    if (left === 0) this.#isShort = false;
    return maxBlocks - left;
  }

  /** Of the pieces that are due at a time, the soonest first, as far as the peer is one to ask for them. */
  #pickDue(peer: Peer, state: PeerState, maxBlocks: number, onBlock: RequestSink, now: number): number {
    let left = peer.isSnubbed ? 0 : maxBlocks;
    for (const index of this.#deadlines.order) {
      if (left === 0 || this.#isShort) break;
      if (!peer.pieces.get(index)) continue;
      const secondsLeft = this.#deadlines.secondsLeft(index, now);
      const isFor = () => isInTime(peer, index, secondsLeft, this.#peers);
      let piece = this.#open.get(index);
      if (piece?.isExclusive && piece.reservedFor !== peer) continue;
      if (!piece && this.#picker.isOffered(index) && isFor()) {
        piece = this.#openPiece(index, peer);
        this.#isShort = piece === undefined;
      }
      if (!piece) continue;
      while (left > 0 && piece.freeBlocks > 0 && isFor()) {
        const taken = this.#take(piece, peer, state, 1, onBlock);
        if (taken === 0) break;
        left -= taken;
      }
      const late = lateBlocks(piece, peer, secondsLeft, this.#peers).slice(0, left);
      left -= this.#askAgain(piece, late, peer, state, onBlock);
    }
    return peer.isSnubbed ? 0 : maxBlocks - left;
  }

  /** Of the pieces that it grants while it chokes us, as `pickFree`. */
  #pickAllowedFast(peer: Peer, state: PeerState, maxBlocks: number, onBlock: RequestSink): number {
    let left = maxBlocks;
    for (const index of state.advice?.allowedFast ?? []) {
      if (left === 0 || this.#isShort) break;
      if (!peer.pieces.get(index) || !this.#picker.isOffered(index) || !this.#accept(index)) continue;
      const piece = this.#open.get(index) ?? this.#openPiece(index, peer);
      if (piece) left -= this.#take(piece, peer, state, left, onBlock);
      else this.#isShort = true;
    }
    return maxBlocks - left;
  }

  /** In endgame: blocks that one other peer was asked for, and is slow with; returns how many. */
  #pickBusy(peer: Peer, state: PeerState, maxBlocks: number, onBlock: RequestSink): number {
    const blocks = slowestBusyBlocks(this.#open.values(), peer, maxBlocks, this.#pace);
    for (const { piece, block } of blocks) this.#askAgain(piece, [block], peer, state, onBlock);
    return blocks.length;
  }

  /** Asks for blocks that one other peer was asked for. */
  #askAgain(piece: OpenPiece<Peer>, blocks: readonly number[], peer: Peer, state: PeerState, onBlock: RequestSink) {
    for (const block of blocks) {
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
