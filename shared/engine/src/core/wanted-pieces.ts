import { BitField } from '../utils/bitfield.js';
import type { PieceLayout } from './piece-layout.js';

/** Which pieces are here and which of those that are wanted are not, with their bytes. At first all are wanted. */
export class WantedPieces {
  /** What we have, verified. Live: read only. */
  readonly have: BitField;
  /** Wanted and not here. Live: read only. */
  readonly missing: BitField;
  readonly #layout: PieceLayout;
  #missingBytes: number;
  #bytes: number;

  constructor(layout: PieceLayout) {
    this.#layout = layout;
    this.have = new BitField(layout.pieceCount);
    this.missing = new BitField(layout.pieceCount);
    this.missing.setAll();
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

  choose(isWanted: (index: number) => boolean): void {
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
    }
  }

  /** A piece is here now, that was not. True when it was missed. */
  add(index: number): boolean {
    this.have.set(index);
    if (!this.missing.get(index)) return false;
    this.missing.clear(index);
    this.#missingBytes -= this.#layout.pieceSize(index);
    return true;
  }
}
