import type { IRandom } from '../interfaces/random.js';
import type { BitField } from '../utils/bitfield.js';
import { slowestBusyBlock } from './endgame.js';
import type { MemoryBudget } from './memory-budget.js';
import { OpenPiece } from './open-piece.js';
import { BLOCK_LENGTH, blockAt, type PieceLayout } from './piece-layout.js';
import type { PeerState, PickingPeer } from './picking-peer.js';
import { PickingPeers } from './picking-peers.js';
import { PiecePicker } from './piece-picker.js';
import type { PieceWishes } from './piece-wishes.js';
import { PieceShelf, type ShelfStore } from './piece-shelf.js';
import { SuspectPieces } from './suspect-pieces.js';
import { WantedPieces } from './wanted-pieces.js';

/** So many pieces are taken at random before the rarest come first: something to trade matters more than rarity at the start. */
const RANDOM_FIRST_PIECES = 4;
/** With more open pieces a peer, partial ones are finished first. */
const MAX_OPEN_PIECES_PER_PEER = 1.5;
/** A peer that sends a whole piece in so many seconds gets it to itself. */
const WHOLE_PIECE_SECONDS = 20;
/** A piece of which nothing was asked for so long gives its memory up. */
const IDLE_PIECE_MS = 60_000;
/** Pieces on the shelf hold no more together, but for one. */
const MAX_SHELF_BYTES = 64 * 1024 * 1024;

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
  readonly #layout: PieceLayout;
  readonly #budget: MemoryBudget;
  readonly #events: PieceEvents<Peer>;
  readonly #picker: PiecePicker;
  readonly #peers: PickingPeers<Peer>;
  readonly #open = new Map<number, OpenPiece<Peer>>();
  /** Open pieces with something left to request, in the order they became so. */
  readonly #partials = new Set<OpenPiece<Peer>>();
  readonly #suspects = new SuspectPieces<Peer>({ blockLength: BLOCK_LENGTH });
  readonly #shelf: PieceShelf;
  readonly #wanted: WantedPieces;
  #wishes: PieceWishes | undefined;
  #window: BitField | undefined;
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
    readonly shelf: ShelfStore;
  }) {
    this.#layout = options.layout;
    this.#budget = options.budget;
    this.#events = options.events;
    const { pieceCount, pieceLength } = options.layout;
    this.#picker = new PiecePicker({ pieceCount, random: options.random });
    this.#shelf = new PieceShelf(options.shelf, { maxPieces: Math.max(1, Math.floor(MAX_SHELF_BYTES / pieceLength)) });
    this.#wanted = new WantedPieces(options.layout);
    this.#peers = new PickingPeers<Peer>({ picker: this.#picker, missing: this.#wanted.missing });
  }

  /** What we have, verified. Live: read only. */
  get have(): BitField {
    return this.#wanted.have;
  }

  /** All wanted pieces are here. */
  get isComplete(): boolean {
    return this.#wanted.missing.hasNone;
  }

  get missingWantedBytes(): number {
    return this.#wanted.missingBytes;
  }

  /** Bytes of the pieces that are wanted, here or not. */
  get wantedBytes(): number {
    return this.#wanted.bytes;
  }

  /** Every missing wanted block that may be asked for is requested. */
  get isEndgame(): boolean {
    return !this.isComplete && this.#openWanted >= this.#wanted.askableCount && this.#partials.size === 0;
  }

  /** A peer came, or one that had nothing until now sent its bitfield. `peer.pieces` holds what it has. */
  addPeer(peer: Peer): void {
    this.#peers.add(peer);
  }

  /** Disconnected: releases its requests and forgets it. Fine when it is unknown. */
  removePeer(peer: Peer): void {
    if (!this.#peers.get(peer)) return;
    this.releaseRequests(peer);
    this.#peers.remove(peer);
  }

  /** After this bit of `peer.pieces` was set that had been clear (HAVE), or cleared that had been set (BEP 54). */
  peerChanged(peer: Peer, index: number): void {
    this.#peers.changed(peer, index);
  }

  /** The peer has a piece that is wanted and missing. O(1). */
  isInteresting(peer: Peer): boolean {
    return (this.#peers.get(peer)?.interestingPieces ?? 0) > 0;
  }

  /** Open pieces that are wanted no more are dropped and their requests cancelled. */
  setWishes(wishes: PieceWishes): void {
    this.#wishes = wishes;
    this.#followWishes(wishes);
  }

  /** Of what is wanted, begins only the pieces in `window` for now; undefined: all. What is open goes on. */
  setWindow(window: BitField | undefined): void {
    this.#window = window;
    if (this.#wishes) this.#followWishes(this.#wishes);
  }

  #followWishes(wishes: PieceWishes): void {
    const { priorities } = wishes;
    const window = this.#window;
    this.#picker.setPriorities(window ? priorities.map((wish, index) => (window.get(index) ? wish : 0)) : priorities);
    this.#picker.setOrder(wishes);
    this.#wanted.choose((index) => priorities[index] !== 0, window);
    this.#openWanted = 0;
    for (const piece of this.#open.values()) {
      if (this.#wanted.missing.get(piece.index)) this.#openWanted++;
      else if (piece.buffer) this.#drop(piece);
    }
    for (const index of [...this.#shelf.pieces]) if (!this.#wanted.missing.get(index)) this.#shelf.forget(index);
    this.#peers.recount();
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
    this.#shelf.forget(index);
    this.#reopen(piece);
    const [first, ...others] = piece.contributors;
    if (others.length === 0 && !piece.hasUnknownAuthors) {
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

  /** Pieces that were begun earlier: which of their blocks the shelf's store holds. Before the first pick. */
  loadShelf(shelf: ReadonlyMap<number, BitField>): void {
    for (const [index, blocks] of shelf) {
      this.#shelf.load(index, blocks);
      if (this.#wanted.missing.get(index)) this.#picker.open(index, { bySnubbed: false });
      else this.#shelf.forget(index);
    }
  }

  /** The store has read a piece; undefined when it could not. `full`: nothing was missing but this, so `takeBuffer` is due. */
  restored(index: number, bytes: Uint8Array | undefined): BlockOutcome {
    const piece = this.#open.get(index);
    if (!piece?.restoring) return 'ignored';
    piece.restored(bytes);
    if (bytes) return piece.isFull ? 'full' : 'accepted';
    this.#shelf.forget(index);
    if (piece.freeBlocks === piece.blockCount) {
      this.#drop(piece);
    } else {
      this.#partials.add(piece);
      this.#picker.open(index, { bySnubbed: false });
      this.#offers++;
    }
    return 'accepted';
  }

  /** At a stop: shelves the open pieces and waits for memory no more. Pieces that were taken still end by `verified` or `failed`. */
  shelveOpenPieces(): void {
    this.#budget.forget(this.#onRoom);
    for (const piece of this.#open.values()) this.#shelve(piece);
    this.#suspects.dropCopies();
  }

  /** About every second: shelves the pieces that nobody can go on with, or their memory would be held for ever. */
  shelveIdle(now: number): void {
    for (const piece of this.#partials) {
      if (piece.isAsked) continue;
      piece.idleSince ??= now;
      if (now - piece.idleSince >= IDLE_PIECE_MS) this.#shelve(piece);
    }
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
      const index = this.#peers.first(peer, state, { order, offers: this.#offers, accept: this.#accept });
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
    const slowest = slowestBusyBlock(this.#open.values(), peer, (requester) => this.#secondsToDrain(requester));
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
    if (piece.isExclusive) this.#shelf.forget(index);
    const shelved = this.#shelf.take(index);
    if (shelved) piece.restore(shelved);
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
    this.#picker.complete(index);
    this.#shelf.forget(index);
    if (this.#wanted.add(index)) this.#peers.found(index);
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

  /** Gives up an open piece and its memory, but not its blocks; those of one peer alone would mix with another's. */
  #shelve(piece: OpenPiece<Peer>): void {
    const { index, buffer } = piece;
    const blocks = piece.receivedBlocks;
    // What is still being read stays as it is on the shelf.
    if (!buffer || piece.isExclusive || piece.restoring || blocks.hasNone) {
      if (buffer) this.#drop(piece);
      return;
    }
    piece.buffer = undefined;
    const forgotten = this.#shelf.put(index, buffer, blocks);
    this.#drop(piece);
    if (forgotten !== undefined && !this.#open.has(forgotten)) this.#picker.reset(forgotten);
  }

  /** Gives up an open piece and its memory. */
  #drop(piece: OpenPiece<Peer>): void {
    piece.forEachRequest((block, peer) => this.#cancel(piece, block, peer));
    this.#close(piece);
    if (this.#shelf.get(piece.index)) this.#picker.open(piece.index, { bySnubbed: false });
    else this.#picker.reset(piece.index);
    this.#offers++;
    if (piece.buffer) this.#budget.release(piece.buffer);
  }

  #close(piece: OpenPiece<Peer>): void {
    this.#open.delete(piece.index);
    this.#partials.delete(piece);
    if (this.#wanted.missing.get(piece.index)) this.#openWanted--;
  }

  #takenPiece(index: number): OpenPiece<Peer> {
    const piece = this.#open.get(index);
    if (!piece || piece.buffer) throw new Error(`piece ${index} was not taken`);
    return piece;
  }
}
