import type { BitField } from '../utils/bitfield.js';
import type { MemoryBudget } from './memory-budget.js';
import type { PieceLayout } from './piece-layout.js';
import { type PieceMemory, WholePiece } from './piece-memory.js';
import { type Section, SectionedPiece, SectionRoom } from './sectioned-piece.js';

/** Disk for open pieces that are too long for the memory, */
const MAX_OPEN_SECTIONED_BYTES = 256 * 1024 * 1024;
/** but so many may be open all the same. */
const MIN_OPEN_SECTIONED_PIECES = 2;

/** Gives the open pieces of a torrent their memory. */
export class PieceMemories {
  readonly #layout: PieceLayout;
  readonly #budget: MemoryBudget;
  readonly #sections: SectionRoom | undefined;
  /** Pieces that may be open at a time, where there is disk for them. */
  readonly mostOpen: number;
  #maxOpen: number;

  constructor(options: {
    readonly layout: PieceLayout;
    readonly budget: MemoryBudget;
    readonly keep: (section: Section) => void;
  }) {
    const { layout } = options;
    this.#layout = layout;
    this.#budget = options.budget;
    this.#sections = layout.isSectioned ? new SectionRoom(options) : undefined;
    this.mostOpen = layout.isSectioned
      ? Math.max(MIN_OPEN_SECTIONED_PIECES, Math.floor(MAX_OPEN_SECTIONED_BYTES / layout.pieceLength))
      : Infinity;
    this.#maxOpen = this.mostOpen;
  }

  /** There is disk for so many open pieces; those that are open stay so. */
  limitOpen(count: number): void {
    this.#maxOpen = Math.min(count, this.mostOpen);
  }

  /** There is room for one more piece beside those that are open. */
  hasRoom(openPieces: number): boolean {
    if (this.#sections) return openPieces < this.#maxOpen && this.#sections.hasRoom;
    return this.#budget.hasRoom(this.#layout.pieceLength, { isFirst: openPieces === 0 });
  }

  /** Undefined: no room. `kept`: blocks of the piece that are on disk; only of one that is too long for the memory. */
  open(
    index: number,
    options: { readonly openPieces: number; readonly kept: BitField | undefined },
  ): PieceMemory | undefined {
    const isFirst = options.openPieces === 0;
    if (this.#sections) {
      return options.openPieces < this.#maxOpen ? new SectionedPiece(index, this.#sections, options.kept) : undefined;
    }
    const buffer = this.#budget.tryAcquire(this.#layout.pieceSize(index), { isFirst });
    return buffer && new WholePiece(this.#budget, buffer);
  }

  /** A section is kept, or lost. */
  sectionLeft(): void {
    this.#sections?.sectionLeft();
  }
}
