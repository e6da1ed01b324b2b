import type { IRandom } from '../interfaces/random.js';
import type { BitField } from '../utils/bitfield.js';
import { BlockChooser, type PickOptions, type RequestSink } from './block-chooser.js';
import type { MemoryBudget } from './memory-budget.js';
import { OpenPiece } from './open-piece.js';
import { PieceDeadlines } from './piece-deadlines.js';
import { BLOCK_LENGTH, blockAt, type PieceLayout } from './piece-layout.js';
import { PieceMemories } from './piece-memories.js';
import { WholePiece } from './piece-memory.js';
import type { PickingPeer } from './picking-peer.js';
import { PickingPeers } from './picking-peers.js';
import { PiecePicker } from './piece-picker.js';
import type { PieceWishes } from './piece-wishes.js';
import { PieceShelf, type ShelfStore } from './piece-shelf.js';
import { type Section, SectionedPiece } from './sectioned-piece.js';
import { SuspectPieces } from './suspect-pieces.js';
import { WantedPieces } from './wanted-pieces.js';

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
  /** A piece of earlier has nothing left to be asked for: `takeKept` is due. Comes in a microtask. */
  pieceFull(index: number): void;
}

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
  /** Who can be asked for pieces, and what each advised. */
  readonly peers: PickingPeers<Peer>;
  readonly #open = new Map<number, OpenPiece<Peer>>();
  /** Open pieces with something left to request, in the order they became so. */
  readonly #partials = new Set<OpenPiece<Peer>>();
  readonly #suspects = new SuspectPieces<Peer>({ blockLength: BLOCK_LENGTH });
  /** Live: read only. */
  readonly shelf: PieceShelf;
  readonly memories: PieceMemories;
  readonly #wanted: WantedPieces;
  #wishes: PieceWishes | undefined;
  #window: BitField | undefined;
  /** Of `#open`, those that are wanted. */
  #openWanted = 0;
  /** Grows whenever something more can be requested. */
  #offers = 0;
  readonly #chooser: BlockChooser<Peer>;
  /** When which pieces are due; they come before all others. */
  readonly deadlines = new PieceDeadlines();
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
    this.shelf = new PieceShelf(options.shelf, { maxPieces: Math.max(1, Math.floor(MAX_SHELF_BYTES / pieceLength)) });
    this.memories = new PieceMemories({ ...options, keep: (section) => options.shelf.keep(section) });
    this.#wanted = new WantedPieces(options.layout);
    this.peers = new PickingPeers<Peer>({ picker: this.#picker, missing: this.#wanted.missing });
    this.#chooser = new BlockChooser<Peer>({
      picker: this.#picker,
      peers: this.peers,
      memories: this.memories,
      open: this.#open,
      partials: this.#partials,
      have: this.#wanted.have,
      offers: () => this.#offers,
      openPiece: (index, peer) => this.#openPiece(index, peer),
      deadlines: this.deadlines,
      isEndgame: () => this.isEndgame,
      awaitRoom: () => this.#budget.onceRoom(this.#onRoom),
    });
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
    this.peers.add(peer);
  }

  /** Disconnected: releases its requests and forgets it. Fine when it is unknown. */
  removePeer(peer: Peer): void {
    if (!this.peers.get(peer)) return;
    this.releaseRequests(peer);
    this.peers.remove(peer);
  }

  /** After this bit of `peer.pieces` was set that had been clear (HAVE), or cleared that had been set (BEP 54). */
  peerChanged(peer: Peer, index: number): void {
    this.peers.changed(peer, index);
  }

  /** The peer has a piece that is wanted and missing. O(1). */
  isInteresting(peer: Peer): boolean {
    return (this.peers.get(peer)?.interestingPieces ?? 0) > 0;
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
      else if (!piece.isTaken) this.#drop(piece);
    }
    for (const index of [...this.shelf.pieces]) if (!this.#wanted.missing.get(index)) this.shelf.forget(index);
    this.peers.recount();
    this.#offers++;
  }

  /** The piece was verified by other means (resume, recheck). */
  markHave(index: number): void {
    const piece = this.#open.get(index);
    if (piece?.isTaken === false) this.#drop(piece);
    this.#setHave(index);
  }

  /**
   * Chooses up to `maxBlocks` blocks to ask of `peer`, marks them requested and tells `onBlock`; returns how many. In endgame, and only
   * when the peer has nothing outstanding, blocks that one other peer was asked for.
   */
  pick(
    peer: Peer,
    maxBlocks: number,
    onBlock: RequestSink,
    options: PickOptions = { isChoked: false, now: 0 },
  ): number {
    return this.#chooser.pick(peer, maxBlocks, onBlock, options);
  }

  /** A PIECE header arrived. False: not requested, of the wrong length, or here already; its bytes are waste. */
  beginBlock(peer: Peer, index: number, begin: number, length: number): boolean {
    const piece = this.#open.get(index);
    const block = blockAt(begin);
    return piece !== undefined && length === piece.blockLength(block) && piece.begin(block, peer);
  }

  /**
   * A chunk of the payload, starting `offset` bytes into the block: copied at once. False: waste, for `beginBlock` refused it, the block
   * came from another peer meanwhile, or the piece is gone.
   */
  writeBlock(peer: Peer, index: number, begin: number, offset: number, bytes: Uint8Array): boolean {
    const piece = this.#open.get(index);
    return piece !== undefined && !piece.isTaken && piece.write(blockAt(begin), peer, offset, bytes);
  }

  /** The payload is complete. Due after a refused `beginBlock` too: a request of this peer for the block is settled either way. */
  endBlock(peer: Peer, index: number, begin: number): BlockOutcome {
    const piece = this.#open.get(index);
    if (!piece) return 'ignored';
    const block = blockAt(begin);
    const isAccepted = piece.receive(block, peer);
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
    const { memory } = this.#takeFull(index);
    if (!(memory instanceof WholePiece)) throw new Error(`piece ${index} does not lie in memory`);
    return memory.take();
  }

  /** After `full`, of a piece too long for the memory: it lies in the store, to be verified there. `verified` or another must follow. */
  takeKept(index: number): void {
    this.#takeFull(index);
  }

  /** The piece is on disk; `buffer` is its memory, if it was in memory, back for the pool. */
  verified(index: number, buffer?: Uint8Array): PieceVerdict<Peer> {
    const piece = this.#takenPiece(index);
    this.#close(piece);
    this.#forgetKept(piece);
    this.#setHave(index);
    const liars = this.#suspects.resolve(index, buffer);
    if (buffer) this.#budget.release(buffer);
    return { contributors: piece.contributors, liars };
  }

  /**
   * The hash did not match: the piece is missing again. Returns the liar when only one peer can be it; else the piece is downloaded again
   * from one peer alone, and the next `verified` or `failed` tells.
   */
  failed(index: number, buffer?: Uint8Array): Peer | undefined {
    const piece = this.#takenPiece(index);
    this.shelf.forget(index);
    this.#forgetKept(piece);
    this.#reopen(piece);
    const [first, ...others] = piece.contributors;
    if (others.length === 0 && !piece.hasUnknownAuthors) {
      if (buffer) this.#budget.release(buffer);
      return first;
    }
    this.#suspects.add(index, buffer, piece.authors);
    if (buffer) this.#budget.releaseLost(piece.size);
    return undefined;
  }

  /** The disk failed and the piece is lost. It is missing again; nobody is to blame. */
  lost(index: number): void {
    const piece = this.#takenPiece(index);
    this.#forgetKept(piece);
    this.#reopen(piece);
    if (piece.memory instanceof WholePiece) this.#budget.releaseLost(piece.size);
  }

  /** The disk failed while a piece was to be verified that the store still holds: later. */
  postponed(index: number): void {
    const piece = this.#takenPiece(index);
    this.#close(piece);
    this.#picker.open(index, { bySnubbed: false });
    this.#offers++;
    if (piece.memory instanceof SectionedPiece) this.#wentFromShelf(this.shelf.adopt(index, piece.memory.kept));
  }

  /** A section of a piece is kept now; or its blocks are lost. `full`: it was the last of its piece, so `takeKept` is due. */
  sectionKept(section: Section, { isKept }: { readonly isKept: boolean }): BlockOutcome {
    this.memories.sectionLeft();
    const { index, blocks, piece: memory } = section;
    memory.sectionLeft();
    const piece = this.#open.get(index);
    // It may have been shelved and opened again meanwhile.
    const current = piece?.memory instanceof SectionedPiece && piece.memory.kept === memory.kept ? piece : undefined;
    if (isKept) return current?.isFull === true && !current.isTaken ? 'full' : 'accepted';
    (current?.memory instanceof SectionedPiece ? current.memory : memory).lose(blocks);
    if (current) {
      current.lose(blocks);
      this.#offerAgain(current);
    }
    return 'accepted';
  }

  /** Pieces that were begun earlier: which of their blocks the shelf's store holds. Before the first pick. */
  loadShelf(shelf: ReadonlyMap<number, BitField>): void {
    for (const [index, blocks] of shelf) {
      this.shelf.load(index, blocks);
      if (this.#wanted.missing.get(index)) this.#picker.open(index, { bySnubbed: false });
      else this.shelf.forget(index);
    }
  }

  /** The store has read a piece; undefined when it could not. `full`: nothing was missing but this, so `takeBuffer` is due. */
  restored(index: number, bytes: Uint8Array | undefined): BlockOutcome {
    const piece = this.#open.get(index);
    if (!piece?.restoring) return 'ignored';
    piece.restored(bytes);
    if (bytes) return piece.isFull ? 'full' : 'accepted';
    this.shelf.forget(index);
    if (piece.freeBlocks === piece.blockCount) this.#drop(piece);
    else this.#offerAgain(piece);
    return 'accepted';
  }

  /** Gives up what is on the shelf: its room is needed. */
  clearShelf(): void {
    for (const index of this.shelf.clear()) if (!this.#open.has(index)) this.#picker.reset(index);
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

  #openPiece(index: number, peer: Peer): OpenPiece<Peer> | undefined {
    const size = this.#layout.pieceSize(index);
    const isExclusive = !peer.isSnubbed && this.#suspects.isForOnePeer(index);
    const shelved = isExclusive ? undefined : this.shelf.get(index);
    const memory = this.memories.open(index, { openPieces: this.#open.size, kept: shelved });
    if (!memory) return undefined;
    const piece = new OpenPiece<Peer>(index, this.#layout, memory);
    piece.isExclusive = isExclusive;
    const isFast = !peer.isSnubbed && peer.downloadRate * WHOLE_PIECE_SECONDS >= size;
    if (piece.isExclusive || isFast) piece.reservedFor = peer;
    if (piece.isExclusive) this.shelf.forget(index);
    if (shelved && this.#layout.isSectioned) this.#adopt(piece, shelved);
    else if (shelved) piece.restore(this.shelf.take(index) ?? shelved);
    this.#open.set(index, piece);
    this.#openWanted++;
    if (piece.freeBlocks > 0) this.#partials.add(piece);
    if (peer.isSnubbed) this.#picker.open(index, { bySnubbed: true });
    return piece;
  }

  /** Of a new piece: these blocks are in the store, and stay there. */
  #adopt(piece: OpenPiece<Peer>, blocks: BitField): void {
    this.shelf.withdraw(piece.index);
    piece.adopt(blocks);
    if (piece.freeBlocks > 0) return;
    this.#picker.fill(piece.index);
    queueMicrotask(() => {
      if (this.#open.get(piece.index) === piece && piece.isFull && !piece.isTaken) this.#events.pieceFull(piece.index);
    });
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
    if (freeBefore > 0) this.#offers++;
    else this.#offerAgain(piece);
  }

  #cancel(piece: OpenPiece<Peer>, block: number, peer: Peer): void {
    piece.release(block, peer);
    this.#countReleased(peer);
    this.#events.cancelRequest(peer, piece.index, block * BLOCK_LENGTH, piece.blockLength(block));
  }

  #countReleased(peer: Peer): void {
    const state = this.peers.get(peer);
    if (state) state.outstanding--;
  }

  #setHave(index: number): void {
    if (this.have.get(index)) return;
    this.#picker.complete(index);
    this.deadlines.set(index, undefined);
    this.shelf.forget(index);
    if (this.#wanted.add(index)) this.peers.found(index);
  }

  /** Takes an exclusive piece from its peer; the blocks that are here would mix with another's. */
  #giveUp(piece: OpenPiece<Peer>): void {
    if (piece.hasAllBlocks) return;
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
    if (piece.isTaken) return;
    const { index, memory } = piece;
    const blocks = piece.receivedBlocks;
    // What is still being read stays as it is on the shelf.
    if (piece.isExclusive || piece.restoring || blocks.hasNone) {
      this.#drop(piece);
      return;
    }
    let forgotten: number | undefined;
    if (memory instanceof WholePiece) {
      forgotten = this.shelf.put(index, memory.take(), blocks);
    } else if (memory instanceof SectionedPiece) {
      memory.shelve();
      forgotten = this.shelf.adopt(index, memory.kept);
    }
    this.#leave(piece);
    this.#wentFromShelf(forgotten);
  }

  #wentFromShelf(index: number | undefined): void {
    if (index !== undefined && !this.#open.has(index)) this.#picker.reset(index);
  }

  /** Gives up an open piece, its memory and what is kept of it while it is open. */
  #drop(piece: OpenPiece<Peer>): void {
    this.#forgetKept(piece);
    this.#leave(piece);
  }

  #leave(piece: OpenPiece<Peer>): void {
    piece.forEachRequest((block, peer) => this.#cancel(piece, block, peer));
    this.#close(piece);
    if (this.shelf.get(piece.index)) this.#picker.open(piece.index, { bySnubbed: false });
    else this.#picker.reset(piece.index);
    this.#offers++;
    piece.memory.release();
  }

  #forgetKept({ memory, index }: OpenPiece<Peer>): void {
    if (memory instanceof SectionedPiece && !memory.kept.hasNone) this.shelf.discard(index);
  }

  /** Blocks of it can be asked for that could not. */
  #offerAgain(piece: OpenPiece<Peer>): void {
    this.#partials.add(piece);
    this.#picker.open(piece.index, { bySnubbed: false });
    this.#offers++;
  }

  #close(piece: OpenPiece<Peer>): void {
    this.#open.delete(piece.index);
    this.#partials.delete(piece);
    if (this.#wanted.missing.get(piece.index)) this.#openWanted--;
  }

  #takenPiece(index: number): OpenPiece<Peer> {
    const piece = this.#open.get(index);
    if (!piece?.isTaken) throw new Error(`piece ${index} was not taken`);
    return piece;
  }

  #takeFull(index: number): OpenPiece<Peer> {
    const piece = this.#open.get(index);
    if (!piece?.isFull || piece.isTaken) throw new Error(`piece ${index} is not full`);
    piece.isTaken = true;
    return piece;
  }
}
