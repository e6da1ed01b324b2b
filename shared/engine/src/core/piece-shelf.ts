import type { BitField } from '../utils/bitfield.js';
import type { Section } from './sectioned-piece.js';

/** Where a shelf keeps bytes. It may be slow and it may fail; nothing waits for it. */
export interface ShelfStore {
  /** Keeps these blocks of a piece, in place of what was kept of it before. The buffer is given away, its piece memory too. */
  put(index: number, buffer: Uint8Array, blocks: BitField): void;
  /** Keeps blocks of a piece beside those that are kept of it. The buffer is given away; `PieceManager.sectionKept` follows. */
  keep(section: Section): void;
  /** Asks for a piece that was put; `PieceManager.restored` follows. */
  take(index: number): void;
  /** The piece is of no use any more. */
  forget(index: number): void;
}

/** Pieces of which some blocks are here and the memory was given up. At most so many; those with the fewest blocks go first. */
export class PieceShelf {
  readonly #blocks = new Map<number, BitField>();
  readonly #store: ShelfStore;
  readonly #maxPieces: number;

  constructor(store: ShelfStore, options: { readonly maxPieces: number }) {
    this.#store = store;
    this.#maxPieces = options.maxPieces;
  }

  get pieces(): Iterable<number> {
    return this.#blocks.keys();
  }

  /** How many. */
  get size(): number {
    return this.#blocks.size;
  }

  /** The blocks that are here of a piece. */
  get(index: number): BitField | undefined {
    return this.#blocks.get(index);
  }

  /** What the store holds from before. */
  load(index: number, blocks: BitField): void {
    this.#blocks.set(index, blocks);
  }

  /** The piece that had to go for it, if one had. */
  put(index: number, buffer: Uint8Array, blocks: BitField): number | undefined {
    this.#store.put(index, buffer, blocks);
    return this.adopt(index, blocks);
  }

  /** As `put`, of blocks that the store has been given already. */
  adopt(index: number, blocks: BitField): number | undefined {
    this.#blocks.set(index, blocks);
    if (this.#blocks.size <= this.#maxPieces) return undefined;
    const [least] = [...this.#blocks].sort(([, a], [, b]) => a.count - b.count).map(([piece]) => piece);
    if (least !== undefined) this.forget(least);
    return least;
  }

  /** Asks for what is here; undefined when that is nothing. */
  take(index: number): BitField | undefined {
    const blocks = this.#blocks.get(index);
    if (blocks) this.#store.take(index);
    return blocks;
  }

  /** Takes a piece off the shelf; the store still holds it. */
  withdraw(index: number): BitField | undefined {
    const blocks = this.#blocks.get(index);
    this.#blocks.delete(index);
    return blocks;
  }

  /** What the store holds of a piece is of no use. */
  discard(index: number): void {
    this.#blocks.delete(index);
    this.#store.forget(index);
  }

  /** Fine when it is not here. */
  forget(index: number): void {
    if (this.#blocks.has(index)) this.discard(index);
  }

  /** Forgets all; returns which there were. */
  clear(): readonly number[] {
    const pieces = [...this.pieces];
    for (const index of pieces) this.forget(index);
    return pieces;
  }
}
