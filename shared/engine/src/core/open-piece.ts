import { BitField } from '../utils/bitfield.js';
import { BLOCK_LENGTH, type PieceLayout } from './piece-layout.js';
import type { PieceMemory } from './piece-memory.js';

/** Peers that may be asked for the same block at the same time; the second only in endgame. */
const MAX_REQUESTERS = 2;

const FREE = 0;
const REQUESTED = 1;
const RECEIVED = 2;

/** A second copy of a block, beside the one that is being written. */
interface RivalCopy<Peer> {
  readonly peer: Peer;
  readonly bytes: Uint8Array;
}

/** A piece that is being downloaded: its memory, and for each block who was asked, who writes, who delivered. */
export class OpenPiece<Peer extends object> {
  readonly index: number;
  readonly blockCount: number;
  readonly size: number;
  readonly memory: PieceMemory;
  /** It is full, and being verified. */
  isTaken = false;
  /** A fast peer that gets the whole piece as long as it can; others take of it only when they find nothing else. */
  reservedFor: Peer | undefined;
  /** Nobody but `reservedFor` may be asked for a block of it. */
  isExclusive = false;
  /** Blocks of earlier, from whomever, that count as here and are not in memory yet. */
  restoring: BitField | undefined;
  /** Some of its blocks are from earlier, and nobody knows of whom. */
  hasUnknownAuthors = false;
  /** Since when it has been seen with nothing requested. */
  idleSince: number | undefined;
  /** By block: whose bytes are here. */
  readonly authors: (Peer | undefined)[];
  readonly #states: Uint8Array;
  /** Requesters of block b: at 2b and 2b + 1. */
  readonly #requesters: (Peer | undefined)[];
  /** Who writes a block to its place: the first to begin it. */
  readonly #writers: (Peer | undefined)[];
  /** By block. Whichever copy is whole first counts: were one to give way to the other, two that are as slow could do so for ever. */
  readonly #rivals = new Map<number, RivalCopy<Peer>>();
  #freeBlocks: number;
  #receivedBlocks = 0;
  /** No block before it is free. */
  #firstFree = 0;

  constructor(index: number, layout: PieceLayout, memory: PieceMemory) {
    this.index = index;
    this.blockCount = layout.blockCount(index);
    this.size = layout.pieceSize(index);
    this.memory = memory;
    this.#states = new Uint8Array(this.blockCount);
    this.#requesters = new Array<Peer | undefined>(this.blockCount * MAX_REQUESTERS).fill(undefined);
    this.#writers = new Array<Peer | undefined>(this.blockCount).fill(undefined);
    this.authors = new Array<Peer | undefined>(this.blockCount).fill(undefined);
    this.#freeBlocks = this.blockCount;
  }

  get freeBlocks(): number {
    return this.#freeBlocks;
  }

  /** Peers whose blocks are here. */
  get contributors(): ReadonlySet<Peer> {
    return new Set(this.authors.filter((author) => author !== undefined));
  }

  /** Every block came, now or earlier. */
  get hasAllBlocks(): boolean {
    return this.#receivedBlocks === this.blockCount;
  }

  /** It can be verified. */
  get isFull(): boolean {
    return this.hasAllBlocks && !this.restoring && !this.memory.isSaving;
  }

  /** Which blocks are here. */
  get receivedBlocks(): BitField {
    const blocks = new BitField(this.blockCount);
    this.#states.forEach((state, block) => {
      if (state === RECEIVED && !this.restoring?.get(block)) blocks.set(block);
    });
    return blocks;
  }

  /** Somebody was asked for a block that is not here yet. */
  get isAsked(): boolean {
    return this.#freeBlocks + this.#receivedBlocks < this.blockCount;
  }

  blockLength(block: number): number {
    return Math.min(BLOCK_LENGTH, this.size - block * BLOCK_LENGTH);
  }

  /** The first free block. The caller has checked that there is one. */
  get nextFree(): number {
    while (this.#states[this.#firstFree] !== FREE) this.#firstFree++;
    return this.#firstFree;
  }

  /** Marks the first free block requested by `peer` and returns it. The caller has checked that there is one. */
  requestNext(peer: Peer): number {
    const block = this.nextFree;
    this.#firstFree++;
    this.idleSince = undefined;
    this.#states[block] = REQUESTED;
    this.#freeBlocks--;
    this.#requesters[block * MAX_REQUESTERS] = peer;
    return block;
  }

  /** Makes `peer` one more requester of a block that has one or none. */
  requestAgain(block: number, peer: Peer): void {
    const slot = block * MAX_REQUESTERS;
    this.#requesters[this.#requesters[slot] === undefined ? slot : slot + 1] = peer;
  }

  /** The only peer that was asked for `block`; undefined when it is free, here, or asked for by two. */
  onlyRequester(block: number): Peer | undefined {
    const first = this.#requesters[block * MAX_REQUESTERS];
    const second = this.#requesters[block * MAX_REQUESTERS + 1];
    return first && second ? undefined : (first ?? second);
  }

  /** Takes the request of `peer` back. False when there was none. */
  release(block: number, peer: Peer): boolean {
    const slot = block * MAX_REQUESTERS;
    if (this.#requesters[slot] === peer) this.#requesters[slot] = undefined;
    else if (this.#requesters[slot + 1] === peer) this.#requesters[slot + 1] = undefined;
    else return false;
    if (this.#writers[block] === peer) this.#writers[block] = undefined;
    if (this.#rivals.get(block)?.peer === peer) this.#rivals.delete(block);
    if (
      this.#states[block] === REQUESTED &&
      this.#requesters[slot] === undefined &&
      this.#requesters[slot + 1] === undefined
    ) {
      this.#states[block] = FREE;
      this.#freeBlocks++;
      this.#firstFree = Math.min(this.#firstFree, block);
    }
    return true;
  }

  /** `peer` begins to send a block. False when it was not asked for it. */
  begin(block: number, peer: Peer): boolean {
    const slot = block * MAX_REQUESTERS;
    if (this.#requesters[slot] !== peer && this.#requesters[slot + 1] !== peer) return false;
    const writer = this.#writers[block];
    if (writer === undefined || writer === peer) this.#writers[block] = peer;
    else this.#rivals.set(block, { peer, bytes: new Uint8Array(this.blockLength(block)) });
    return true;
  }

  /** Bytes of the block that `peer` has begun, from `offset` on; copied. False when it is not wanted any more. */
  write(block: number, peer: Peer, offset: number, bytes: Uint8Array): boolean {
    if (this.#writers[block] === peer) this.memory.write(block * BLOCK_LENGTH + offset, bytes);
    else {
      const rival = this.#rivals.get(block);
      if (rival?.peer !== peer) return false;
      rival.bytes.set(bytes, offset);
    }
    return true;
  }

  /**
   * The block that `peer` sent is complete; false when it was not wanted any more. Its requests, of other peers too, are the caller's to
   * release.
   */
  receive(block: number, peer: Peer): boolean {
    if (this.#writers[block] !== peer) {
      const rival = this.#rivals.get(block);
      if (rival?.peer !== peer) return false;
      this.memory.write(block * BLOCK_LENGTH, rival.bytes);
    }
    this.#states[block] = RECEIVED;
    this.#receivedBlocks++;
    this.#writers[block] = undefined;
    this.#rivals.delete(block);
    this.authors[block] = peer;
    this.memory.received(block);
    return true;
  }

  /** Of a piece that is new: these blocks are here already, from whomever. */
  adopt(blocks: BitField): void {
    this.hasUnknownAuthors = true;
    for (const block of blocks) this.#states[block] = RECEIVED;
    this.#receivedBlocks += blocks.count;
    this.#freeBlocks -= blocks.count;
  }

  /** As `adopt`, of blocks that come into memory by `restored`. */
  restore(blocks: BitField): void {
    this.restoring = blocks;
    this.adopt(blocks);
  }

  /** The blocks of earlier, in the piece as it was; undefined when they are lost and have to be asked for again. */
  restored(bytes: Uint8Array | undefined): void {
    const { restoring } = this;
    this.restoring = undefined;
    if (!restoring) return;
    if (!bytes) {
      this.lose(restoring);
      this.hasUnknownAuthors = false;
      return;
    }
    for (const block of restoring) {
      const begin = block * BLOCK_LENGTH;
      this.memory.write(begin, bytes.subarray(begin, begin + this.blockLength(block)));
    }
  }

  /** These blocks were here, and are lost. */
  lose(blocks: BitField): void {
    for (const block of blocks) {
      this.#states[block] = FREE;
      this.authors[block] = undefined;
    }
    this.#receivedBlocks -= blocks.count;
    this.#freeBlocks += blocks.count;
    this.#firstFree = 0;
  }

  /** Calls `visit` for every outstanding request; it may release the request. */
  forEachRequest(visit: (block: number, peer: Peer) => void): void {
    for (let slot = 0; slot < this.#requesters.length; slot++) {
      const peer = this.#requesters[slot];
      if (peer) visit(Math.floor(slot / MAX_REQUESTERS), peer);
    }
  }
}
