import { BitField } from '../utils/bitfield.js';
import type { MemoryBudget } from './memory-budget.js';
import { BLOCK_LENGTH, type PieceLayout } from './piece-layout.js';
import type { PieceMemory } from './piece-memory.js';

/** Blocks that are to be kept, in a part of a piece. */
export interface Section {
  readonly index: number;
  /** Where in the piece `buffer` begins. */
  readonly begin: number;
  readonly buffer: Uint8Array;
  /** Which blocks of the piece lie in it; the rest of it means nothing. */
  readonly blocks: BitField;
  /** The piece it is of, as it was open then. */
  readonly piece: SectionedPiece;
}

/** Room for sections of a torrent's pieces. */
export class SectionRoom {
  readonly layout: PieceLayout;
  /** Sends a section to be kept; its buffer is given away. {@link sectionLeft} must follow. */
  readonly keep: (section: Section) => void;
  readonly #budget: MemoryBudget;
  #count = 0;

  constructor(options: {
    readonly layout: PieceLayout;
    readonly budget: MemoryBudget;
    readonly keep: (section: Section) => void;
  }) {
    this.layout = options.layout;
    this.keep = options.keep;
    this.#budget = options.budget;
  }

  /** Whether `acquire` would succeed. */
  get hasRoom(): boolean {
    return this.#budget.hasRoom(this.layout.sectionLength, { isFirst: this.#count === 0 });
  }

  acquire(length: number): Uint8Array | undefined {
    const buffer = this.#budget.tryAcquire(length, { isFirst: this.#count === 0 });
    if (buffer) this.#count++;
    return buffer;
  }

  release(buffer: Uint8Array): void {
    this.#count--;
    this.#budget.release(buffer);
  }

  /** A section that was sent is kept, or lost; its buffer is another's to release. */
  sectionLeft(): void {
    this.#count--;
  }
}

interface OpenSection {
  readonly begin: number;
  readonly buffer: Uint8Array;
  readonly blocks: BitField;
  /** Blocks that are neither here nor kept. */
  missingBlocks: number;
}

/** A piece too long for the memory: each section has room from its first request until all of it is here, and then goes to be kept. */
export class SectionedPiece implements PieceMemory {
  readonly index: number;
  /** What is kept, or on its way there. */
  readonly kept: BitField;
  readonly #room: SectionRoom;
  readonly #blockCount: number;
  readonly #blocksPerSection: number;
  readonly #sections = new Map<number, OpenSection>();
  #savingSections = 0;

  /** `kept`: blocks of earlier. */
  constructor(index: number, room: SectionRoom, kept: BitField | undefined) {
    this.index = index;
    this.#room = room;
    this.#blockCount = room.layout.blockCount(index);
    this.#blocksPerSection = room.layout.sectionLength / BLOCK_LENGTH;
    this.kept = kept ?? new BitField(this.#blockCount);
  }

  get isSaving(): boolean {
    return this.#savingSections > 0;
  }

  reserve(block: number): boolean {
    const number = Math.floor(block / this.#blocksPerSection);
    if (this.#sections.has(number)) return true;
    const first = number * this.#blocksPerSection;
    const end = Math.min(first + this.#blocksPerSection, this.#blockCount);
    const begin = first * BLOCK_LENGTH;
    const { layout } = this.#room;
    const buffer = this.#room.acquire(Math.min(layout.sectionLength, layout.pieceSize(this.index) - begin));
    if (!buffer) return false;
    let missingBlocks = 0;
    for (let at = first; at < end; at++) if (!this.kept.get(at)) missingBlocks++;
    this.#sections.set(number, { begin, buffer, blocks: new BitField(this.#blockCount), missingBlocks });
    return true;
  }

  write(at: number, bytes: Uint8Array): void {
    const section = this.#sections.get(Math.floor(at / this.#room.layout.sectionLength));
    section?.buffer.set(bytes, at - section.begin);
  }

  received(block: number): void {
    const number = Math.floor(block / this.#blocksPerSection);
    const section = this.#sections.get(number);
    if (!section) return;
    section.blocks.set(block);
    if (--section.missingBlocks === 0) this.#keep(number, section);
  }

  /** A section that it sent is kept, or lost. */
  sectionLeft(): void {
    this.#savingSections--;
  }

  /** Blocks that were to be kept could not be. */
  lose(blocks: BitField): void {
    for (const block of blocks) {
      this.kept.clear(block);
      const section = this.#sections.get(Math.floor(block / this.#blocksPerSection));
      if (section) section.missingBlocks++;
    }
  }

  /** Gives all that is here to be kept. */
  shelve(): void {
    for (const [number, section] of [...this.#sections]) if (!section.blocks.hasNone) this.#keep(number, section);
    this.release();
  }

  release(): void {
    for (const { buffer } of this.#sections.values()) this.#room.release(buffer);
    this.#sections.clear();
  }

  #keep(number: number, { begin, buffer, blocks }: OpenSection): void {
    this.#sections.delete(number);
    for (const block of blocks) this.kept.set(block);
    this.#savingSections++;
    this.#room.keep({ index: this.index, begin, buffer, blocks, piece: this });
  }
}
