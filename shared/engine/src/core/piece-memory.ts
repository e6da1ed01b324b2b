import type { MemoryBudget } from './memory-budget.js';

/** Bytes of an open piece until they are on disk. */
export interface PieceMemory {
  /** Blocks are on their way to disk: the piece is not to be taken yet. */
  readonly isSaving: boolean;
  /** Makes room for a block, before it is asked for. False: there is none. */
  reserve(block: number): boolean;
  /** Copies bytes of a block that has room to `at`, counted from the start of the piece. */
  write(at: number, bytes: Uint8Array): void;
  /** The block is complete. */
  received(block: number): void;
  /** Gives all room back; what is here is lost. */
  release(): void;
}

/** A piece in one buffer. */
export class WholePiece implements PieceMemory {
  readonly isSaving = false;
  readonly #budget: MemoryBudget;
  #buffer: Uint8Array | undefined;

  constructor(budget: MemoryBudget, buffer: Uint8Array) {
    this.#budget = budget;
    this.#buffer = buffer;
  }

  reserve(): boolean {
    return true;
  }

  write(at: number, bytes: Uint8Array): void {
    this.#buffer?.set(bytes, at);
  }

  received(): void {
    // It stays where it is until the piece is full.
  }

  /** Gives the buffer away, whose room stays taken. */
  take(): Uint8Array {
    const buffer = this.#buffer;
    if (!buffer) throw new Error('the piece was taken');
    this.#buffer = undefined;
    return buffer;
  }

  release(): void {
    if (this.#buffer) this.#budget.release(this.#buffer);
    this.#buffer = undefined;
  }
}
