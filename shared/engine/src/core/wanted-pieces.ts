import { BitField } from '../utils/bitfield.js';
import type { PieceLayout } from './piece-layout.js';

/** Which pieces are here and which of those that are wanted are not, with their bytes. At first all are wanted. */
export class WantedPieces {
  /** What we have, verified. Live: read only. */
  readonly have: BitField;
  /** Wanted and not here. Live: read only. */
  readonly missing: BitField;
  /** Of `missing`, those that are not asked for as yet. */
  readonly #held: BitField;
  readonly #layout: PieceLayout;
  #missingBytes: number;
  #bytes: number;

  constructor(layout: PieceLayout) {
    this.#layout = layout;
    this.have = new BitField(layout.pieceCount);
    this.missing = new BitField(layout.pieceCount);
    this.missing.setAll();
    this.#held = new BitField(layout.pieceCount);
    this.#bytes = this.#missingBytes = layout.totalLength;
  }

  /** Of the missing pieces. */
  get missingBytes(): number {
    return this.#missingBytes;
  }

  /** Of all that are wanted, here or not. */
  get bytes(): number {
    return this.#bytes;
  }

  /** How many of those that are missing may be asked for. */
  get askableCount(): number {
    return this.missing.count - this.#held.count;
  }

  /** `window`: only what is in it may be asked for; undefined stands for all. */
  choose(isWanted: (index: number) => boolean, window: BitField | undefined): void {
    this.#bytes = this.#missingBytes = 0;
    for (let index = 0; index < this.#layout.pieceCount; index++) {
      const size = this.#layout.pieceSize(index);
      const wanted = isWanted(index);
      if (wanted) this.#bytes += size;
      if (wanted && !this.have.get(index)) {
        this.missing.set(index);
        this.#missingBytes += size;
      } else {
        this.missing.clear(index);
      }
      if (window?.get(index) === false && this.missing.get(index)) this.#held.set(index);
      else this.#held.clear(index);
    }
  }

  /** A piece is here now, that was not. True when it was missed. */
  add(index: number): boolean {
    this.have.set(index);
    this.#held.clear(index);
    if (!this.missing.get(index)) return false;
    this.missing.clear(index);
    this.#missingBytes -= this.#layout.pieceSize(index);
    return true;
  }
}
