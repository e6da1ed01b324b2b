import type { IRandom } from '../interfaces/random.js';
import { BitField } from '../utils/bitfield.js';
import type { MemoryBudget } from './memory-budget.js';
import { OpenPiece } from './open-piece.js';
import { BLOCK_LENGTH, blockAt, type PieceLayout } from './piece-layout.js';
import type { PeerState, PickingPeer } from './picking-peer.js';
import { PiecePicker } from './piece-picker.js';
import type { PieceWishes } from './piece-wishes.js';
import { SuspectPieces } from './suspect-pieces.js';

/** So many pieces are taken at random before the rarest come first: something to trade matters more than rarity at the start. */
const RANDOM_FIRST_PIECES = 4;
/** With more open pieces a peer, partial ones are finished first. */
const MAX_OPEN_PIECES_PER_PEER = 1.5;
/** A peer that sends a whole piece in so many seconds gets it to itself. */
const WHOLE_PIECE_SECONDS = 20;
/** A block that is due so soon is not asked of a second peer in endgame: it is on its way, and a CANCEL would come too late. */
const ENDGAME_PATIENCE_SECONDS = 3;

/** A piece of which nothing was asked for so long gives its memory to others who wait for some. */
const IDLE_PIECE_MS = 60_000;

/** What a `PieceManager` asks of its torrent. */
interface PieceEvents<Peer> {
  /** This request is needed no more: drop it from the peer's queue and send CANCEL. The manager has released it already; it must not be called back. */
  cancelRequest(peer: Peer, index: number, begin: number, length: number): void;
  /** After a `pick` that came short for want of memory: there is room again, so pick again. Comes in a microtask. */
  memoryAvailable(): void;
}

/** Receives a block to request. Must not call back into the manager. */
type RequestSink = (index: number, begin: number, length: number) => void;

/** `ignored`: wasted. `accepted`: the block is in. `full`: and it was the last of its piece, so `takeBuffer` is due. */
type BlockOutcome = 'ignored' | 'accepted' | 'full';

/** What a verified piece says of those who sent it. */
export interface PieceVerdict<Peer> {
  readonly contributors: ReadonlySet<Peer>;
  /** Sent wrong blocks of an earlier copy; some may be gone by now. */
  readonly liars: ReadonlySet<Peer>;
}

/**
 * Owns what a torrent has, the pieces being downloaded with their memory, and who was asked for which block. It never touches a socket or
 * a disk: blocks come in chunk by chunk and are copied once, into the piece's buffer; a full piece's buffer is given away to be verified.
 */
export class PieceManager<Peer extends PickingPeer> {
  /** What we have, verified. Live: read only. */
  readonly have: BitField;
  readonly #layout: PieceLayout;
  readonly #budget: MemoryBudget;
  readonly #events: PieceEvents<Peer>;
  readonly #picker: PiecePicker;
  readonly #peers = new Map<Peer, PeerState>();
  readonly #open = new Map<number, OpenPiece<Peer>>();
  /** Open pieces with something left to request, in the order they became so. */
  readonly #partials = new Set<OpenPiece<Peer>>();
  readonly #suspects = new SuspectPieces<Peer>({ blockLength: BLOCK_LENGTH });
  readonly #missingWanted: BitField;
  #missingWantedBytes: number;
  #wantedBytes: number;
  /** Of `#open`, those that are wanted. */
  #openWanted = 0;
  /** Grows whenever something more can be requested. */
  #offers = 0;
  #picking: Peer | undefined;
  readonly #accept = (index: number): boolean => {
    const piece = this.#open.get(index);
    return !piece || this.#isOpenTo(piece, this.#picking);
  };
  readonly #onRoom = (): void => this.#events.memoryAvailable();

  constructor(options: {
    readonly layout: PieceLayout;
    readonly budget: MemoryBudget;
    readonly random: IRandom;
    readonly events: PieceEvents<Peer>;
  }) {
    this.#layout = options.layout;
    this.#budget = options.budget;
    this.#events = options.events;
    const { pieceCount, totalLength } = options.layout;
    this.#picker = new PiecePicker({ pieceCount, random: options.random });
    this.have = new BitField(pieceCount);
    this.#missingWanted = new BitField(pieceCount);
    this.#missingWanted.setAll();
    this.#wantedBytes = this.#missingWantedBytes = totalLength;
  }

  /** All wanted pieces are here. */
  get isComplete(): boolean {
    return this.#missingWanted.hasNone;
  }

  get missingWantedBytes(): number {
    return this.#missingWantedBytes;
  }

  /** Bytes of the pieces that are wanted, here or not. */
  get wantedBytes(): number {
    return this.#wantedBytes;
  }

  /** Every missing wanted block is requested. */
  get isEndgame(): boolean {
    return !this.isComplete && this.#openWanted === this.#missingWanted.count && this.#partials.size === 0;
  }

  /** A peer came, or one that had nothing until now sent its bitfield. `peer.pieces` holds what it has. */
  addPeer(peer: Peer): void {
    let state = this.#peers.get(peer);
    if (!state) {
      state = { countedAs: 'nothing', interestingPieces: 0, outstanding: 0, lastPiece: -1, exhaustedAt: -1 };
      this.#peers.set(peer, state);
    }
    if (state.countedAs !== 'nothing' || peer.pieces.hasNone) return;
    if (peer.pieces.hasAll) {
      state.countedAs = 'seed';
      this.#picker.addSeed();
    } else {
      state.countedAs = 'pieces';
      this.#picker.addPeer(peer.pieces);
    }
    state.interestingPieces = peer.pieces.countCommon(this.#missingWanted);
    state.exhaustedAt = -1;
  }

  /** Disconnected: releases its requests and forgets it. Fine when it is unknown. */
  removePeer(peer: Peer): void {
    const state = this.#peers.get(peer);
    if (!state) return;
    this.releaseRequests(peer);
    this.#peers.delete(peer);
    if (state.countedAs === 'seed') this.#picker.removeSeed();
    else if (state.countedAs === 'pieces') this.#picker.removePeer(peer.pieces);
  }

  /** After this bit of `peer.pieces` was set that had been clear (HAVE), or cleared that had been set (BEP 54). */
  peerChanged(peer: Peer, index: number): void {
    const state = this.#peers.get(peer);
    if (!state) return;
    const change = peer.pieces.get(index) ? 1 : -1;
    if (state.countedAs === 'seed') {
      this.#picker.removeSeed();
      this.#picker.addPeer(peer.pieces);
    } else this.#picker.peerChanged(index, change);
    state.countedAs = 'pieces';
    if (!this.#missingWanted.get(index)) return;
    state.interestingPieces += change;
    state.exhaustedAt = -1;
  }

  /** The peer has a piece that is wanted and missing. O(1). */
  isInteresting(peer: Peer): boolean {
    return (this.#peers.get(peer)?.interestingPieces ?? 0) > 0;
  }

  /** Open pieces that are wanted no more are dropped and their requests cancelled. */
  setWishes(wishes: PieceWishes): void {
    this.#picker.setPriorities(wishes.priorities);
    this.#picker.setOrder(wishes);
    this.#wantedBytes = this.#missingWantedBytes = 0;
    for (let index = 0; index < this.#layout.pieceCount; index++) {
      const isWanted = this.#picker.priority(index) > 0;
      const size = this.#layout.pieceSize(index);
      if (isWanted) this.#wantedBytes += size;
      if (isWanted && !this.have.get(index)) {
        this.#missingWanted.set(index);
        this.#missingWantedBytes += size;
      } else {
        this.#missingWanted.clear(index);
      }
    }
    this.#openWanted = 0;
    for (const piece of this.#open.values()) {
      if (this.#missingWanted.get(piece.index)) this.#openWanted++;
      else if (piece.buffer) this.#drop(piece);
    }
    for (const [peer, state] of this.#peers) {
      state.interestingPieces = peer.pieces.countCommon(this.#missingWanted);
    }
    this.#offers++;
  }

  /** The piece was verified by other means (resume, recheck). */
  markHave(index: number): void {
    const piece = this.#open.get(index);
    if (piece?.buffer) this.#drop(piece);
    this.#setHave(index);
  }

  /**
   * Chooses up to `maxBlocks` blocks to ask of `peer`, marks them requested and tells `onBlock`; returns how many. In endgame, and only
   * when the peer has nothing outstanding, one block that another peer was asked for.
   */
  pick(peer: Peer, maxBlocks: number, onBlock: RequestSink): number {
    const state = this.#peers.get(peer);
    if (!state || state.interestingPieces === 0 || maxBlocks <= 0) return 0;
    const picked = state.exhaustedAt === this.#offers ? 0 : this.#pickFree(peer, state, maxBlocks, onBlock);
    if (picked > 0 || state.outstanding > 0 || !this.isEndgame) return picked;
    return this.#pickBusy(peer, state, onBlock);
  }

  /** A PIECE header arrived. False: not requested, of the wrong length, or here already; its bytes are waste. */
  beginBlock(peer: Peer, index: number, begin: number, length: number): boolean {
    const piece = this.#open.get(index);
    const block = blockAt(begin);
    return piece !== undefined && length === piece.blockLength(block) && piece.begin(block, peer);
  }

  /**
   * A chunk of the payload, starting `offset` bytes into the block: copied at once. False: waste, for `beginBlock` refused it, another
   * peer has begun the same block since, or the piece is gone.
   */
  writeBlock(peer: Peer, index: number, begin: number, offset: number, bytes: Uint8Array): boolean {
    const piece = this.#open.get(index);
    if (!piece?.buffer || !piece.isWriter(blockAt(begin), peer)) return false;
    piece.buffer.set(bytes, begin + offset);
    return true;
  }

  /** The payload is complete. Due after a refused `beginBlock` too: a request of this peer for the block is settled either way. */
  endBlock(peer: Peer, index: number, begin: number): BlockOutcome {
    const piece = this.#open.get(index);
    if (!piece) return 'ignored';
    const block = blockAt(begin);
    const isAccepted = piece.isWriter(block, peer);
    if (isAccepted) piece.receive(block, peer);
    this.#release(piece, block, peer);
    if (!isAccepted) return 'ignored';
    const other = piece.onlyRequester(block);
    if (other) this.#cancel(piece, block, other);
    return piece.isFull ? 'full' : 'accepted';
  }

  /** After REJECT or a time-out. Fine when it is not requested. */
  releaseRequest(peer: Peer, index: number, begin: number): void {
    const piece = this.#open.get(index);
    if (!piece) return;
    this.#release(piece, blockAt(begin), peer);
    if (piece.isExclusive) this.#giveUp(piece);
  }

  /** After CHOKE: all requests of the peer. */
  releaseRequests(peer: Peer): void {
    for (const piece of this.#open.values()) {
      piece.forEachRequest((block, requester) => {
        if (requester === peer) this.#release(piece, block, peer);
      });
      if (piece.reservedFor !== peer) continue;
      if (piece.isExclusive) this.#giveUp(piece);
      else piece.reservedFor = undefined;
    }
  }

  /** The peer has just become snubbed: what only it may send is taken from it. */
  peerSnubbed(peer: Peer): void {
    for (const piece of this.#open.values()) if (piece.isExclusive && piece.reservedFor === peer) this.#giveUp(piece);
  }

  /** After `full`: gives the piece's buffer away to be hashed and written. `verified` or `failed` must follow. */
  takeBuffer(index: number): Uint8Array {
    const piece = this.#open.get(index);
    if (!piece?.buffer || !piece.isFull) throw new Error(`piece ${index} is not full`);
    const { buffer } = piece;
    piece.buffer = undefined;
    return buffer;
  }

  /** The piece is on disk; `buffer` is its memory, back for the pool. */
  verified(index: number, buffer: Uint8Array): PieceVerdict<Peer> {
    const piece = this.#takenPiece(index);
    this.#close(piece);
    this.#setHave(index);
    const liars = this.#suspects.resolve(index, buffer);
    this.#budget.release(buffer);
    return { contributors: piece.contributors, liars };
  }

  /**
   * The hash did not match: the piece is missing again. Returns the liar when only one peer can be it; else the piece is downloaded again
   * from one peer alone, and the next `verified` or `failed` tells.
   */
  failed(index: number, buffer: Uint8Array): Peer | undefined {
    const piece = this.#takenPiece(index);
    this.#reopen(piece);
    const [first, ...others] = piece.contributors;
    if (others.length === 0) {
      this.#budget.release(buffer);
      return first;
    }
    this.#suspects.add(index, buffer, piece.authors);
    this.#budget.releaseLost(piece.size);
    return undefined;
  }

  /** The disk failed and the buffer is lost. The piece is missing again; nobody is to blame. */
  lost(index: number): void {
    const piece = this.#takenPiece(index);
    this.#reopen(piece);
    this.#budget.releaseLost(piece.size);
  }

  /** At a stop: drops the open pieces and waits for memory no more. Pieces that were taken still end by `verified` or `failed`. */
  dropOpenPieces(): void {
    this.#budget.forget(this.#onRoom);
    for (const piece of this.#open.values()) if (piece.buffer) this.#drop(piece);
    this.#suspects.dropCopies();
  }

  /**
   * While somebody waits for memory, about every second: drops the piece with the fewest bytes of those that nobody can go on with, and
   * returns how many of them are wasted. Else the memory of pieces whose peers are gone would be held for ever.
   */
  dropIdle(now: number): number {
    let least: { readonly piece: OpenPiece<Peer>; readonly bytes: number } | undefined;
    for (const piece of this.#partials) {
      if (piece.isAsked) continue;
      piece.idleSince ??= now;
      if (now - piece.idleSince < IDLE_PIECE_MS) continue;
      const bytes = piece.receivedBytes;
      if (!least || bytes < least.bytes) least = { piece, bytes };
    }
    if (!least) return 0;
    this.#drop(least.piece);
    return least.bytes;
  }

  #pickFree(peer: Peer, state: PeerState, maxBlocks: number, onBlock: RequestSink): number {
    this.#picking = peer;
    const last = this.#open.get(state.lastPiece);
    let left = maxBlocks;
    if (last && this.#isOpenTo(last, peer)) left -= this.#take(last, peer, state, left, onBlock);
    let hasRoom = this.#budget.hasRoom(this.#layout.pieceLength, { isFirst: this.#open.size === 0 });
    const isStarting = this.have.count < RANDOM_FIRST_PIECES;
    if (!hasRoom || isStarting || this.#open.size > this.#peers.size * MAX_OPEN_PIECES_PER_PEER) {
      left -= this.#takeFromPartials(peer, state, left, onBlock, { reservedToo: false });
    }
    const order = isStarting ? 'random' : peer.isSnubbed ? 'reverse' : 'rarest';
    while (left > 0 && hasRoom) {
      const index = this.#picker.first(peer.pieces, order, this.#accept);
      if (index === -1) break;
      const piece = this.#open.get(index) ?? this.#openPiece(index, peer);
      if (piece) left -= this.#take(piece, peer, state, left, onBlock);
      else hasRoom = false;
    }
    left -= this.#takeFromPartials(peer, state, left, onBlock, { reservedToo: true });
    if (left > 0 && hasRoom) state.exhaustedAt = this.#offers;
    if (left > 0 && !hasRoom) this.#budget.onceRoom(this.#onRoom);
    return maxBlocks - left;
  }

  #pickBusy(peer: Peer, state: PeerState, onBlock: RequestSink): number {
    let slowest: { piece: OpenPiece<Peer>; block: number; seconds: number } | undefined;
    for (const piece of this.#open.values()) {
      if (piece.isFull || piece.isExclusive || !peer.pieces.get(piece.index)) continue;
      for (let block = 0; block < piece.blockCount; block++) {
        const requester = piece.onlyRequester(block);
        const seconds = requester ? this.#secondsToDrain(requester) : 0;
        // Of one peer's blocks the last one asked for comes last: there is still time to cancel it.
        if (seconds > ENDGAME_PATIENCE_SECONDS && seconds >= (slowest?.seconds ?? 0))
          slowest = { piece, block, seconds };
      }
    }
    if (!slowest) return 0;
    const { piece, block } = slowest;
    piece.requestAgain(block, peer);
    state.outstanding++;
    onBlock(piece.index, block * BLOCK_LENGTH, piece.blockLength(block));
    return 1;
  }

  /** How long the peer needs for all it was asked for. */
  #secondsToDrain(peer: Peer): number {
    const bytes = (this.#peers.get(peer)?.outstanding ?? 0) * BLOCK_LENGTH;
    return bytes / peer.downloadRate;
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

  #openPiece(index: number, peer: Peer): OpenPiece<Peer> | undefined {
    const size = this.#layout.pieceSize(index);
    const buffer = this.#budget.tryAcquire(size, { isFirst: this.#open.size === 0 });
    if (!buffer) return undefined;
    const piece = new OpenPiece<Peer>(index, this.#layout, buffer);
    piece.isExclusive = !peer.isSnubbed && this.#suspects.isForOnePeer(index);
    const isFast = !peer.isSnubbed && peer.downloadRate * WHOLE_PIECE_SECONDS >= size;
    if (piece.isExclusive || isFast) piece.reservedFor = peer;
    this.#open.set(index, piece);
    this.#openWanted++;
    this.#partials.add(piece);
    if (peer.isSnubbed) this.#picker.open(index, { bySnubbed: true });
    return piece;
  }

  /** Requests free blocks of `piece`; returns how many. */
  #take(piece: OpenPiece<Peer>, peer: Peer, state: PeerState, maxBlocks: number, onBlock: RequestSink): number {
    const count = Math.min(maxBlocks, piece.freeBlocks);
    if (count === 0) return 0;
    state.lastPiece = piece.index;
    state.outstanding += count;
    for (let taken = 0; taken < count; taken++) {
      const block = piece.requestNext(peer);
      onBlock(piece.index, block * BLOCK_LENGTH, piece.blockLength(block));
    }
    if (piece.freeBlocks === 0) {
      this.#partials.delete(piece);
      this.#picker.fill(piece.index);
    } else if (!peer.isSnubbed) {
      this.#picker.open(piece.index, { bySnubbed: false });
    }
    return count;
  }

  #release(piece: OpenPiece<Peer>, block: number, peer: Peer): void {
    const freeBefore = piece.freeBlocks;
    if (!piece.release(block, peer)) return;
    this.#countReleased(peer);
    if (piece.freeBlocks === freeBefore) return;
    if (piece.freeBlocks === piece.blockCount) {
      this.#drop(piece);
      return;
    }
    this.#offers++;
    if (freeBefore > 0) return;
    this.#partials.add(piece);
    this.#picker.open(piece.index, { bySnubbed: false });
  }

  #cancel(piece: OpenPiece<Peer>, block: number, peer: Peer): void {
    piece.release(block, peer);
    this.#countReleased(peer);
    this.#events.cancelRequest(peer, piece.index, block * BLOCK_LENGTH, piece.blockLength(block));
  }

  #countReleased(peer: Peer): void {
    const state = this.#peers.get(peer);
    if (state) state.outstanding--;
  }

  #setHave(index: number): void {
    if (this.have.get(index)) return;
    this.have.set(index);
    this.#picker.complete(index);
    if (!this.#missingWanted.get(index)) return;
    this.#missingWanted.clear(index);
    this.#missingWantedBytes -= this.#layout.pieceSize(index);
    for (const [peer, state] of this.#peers) if (peer.pieces.get(index)) state.interestingPieces--;
  }

  /** Takes an exclusive piece from its peer; the blocks that are here would mix with another's. */
  #giveUp(piece: OpenPiece<Peer>): void {
    if (piece.isFull) return;
    this.#suspects.giveUp(piece.index);
    if (this.#open.get(piece.index) === piece) this.#drop(piece);
  }

  /** A taken piece is missing again. */
  #reopen(piece: OpenPiece<Peer>): void {
    this.#close(piece);
    this.#picker.reset(piece.index);
    this.#offers++;
  }

  /** Gives up an open piece and its memory. */
  #drop(piece: OpenPiece<Peer>): void {
    piece.forEachRequest((block, peer) => this.#cancel(piece, block, peer));
    this.#close(piece);
    this.#picker.reset(piece.index);
    this.#offers++;
    if (piece.buffer) this.#budget.release(piece.buffer);
  }

  #close(piece: OpenPiece<Peer>): void {
    this.#open.delete(piece.index);
    this.#partials.delete(piece);
    if (this.#missingWanted.get(piece.index)) this.#openWanted--;
  }

  #takenPiece(index: number): OpenPiece<Peer> {
    const piece = this.#open.get(index);
    if (!piece || piece.buffer) throw new Error(`piece ${index} was not taken`);
    return piece;
  }
}
