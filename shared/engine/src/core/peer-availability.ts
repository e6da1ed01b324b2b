import { BitField } from '../utils/bitfield.js';
import { MAX_PIECES } from '../protocol/limits.js';

/** A peer's HAVE, BITFIELD, HAVE-ALL or HAVE-NONE that cannot be; the peer is to be dropped. */
class AvailabilityError extends Error {
  override readonly name = 'AvailabilityError';
  constructor(
    readonly code: 'no-such-piece' | 'contradiction',
    message: string,
  ) {
    super(message);
  }
}

/** What a message about many pieces told: `opening` when it is the first word of the peer, else the pieces that are news. */
export type LearnedPieces = 'opening' | readonly number[];

/**
 * Which pieces one peer says it has. Until the metadata is known what it says is only kept (in at most 256 KiB), and checked by
 * {@link resolve}; from then on `pieces` is live. All methods throw {@link AvailabilityError} or `BitFieldError` for
 * what cannot be.
 *
 * BITFIELD and HAVE-ALL belong at the beginning (BEP 3, BEP 6), but aria2 sends them later too, in place of many HAVEs.
 */
export class PeerAvailability {
  #pieces: BitField | undefined;
  #hasSpoken = false;
  #earlyAll = false;
  #earlyBitfield: Uint8Array | undefined;
  readonly #earlyHaves = new Set<number>();

  constructor(pieceCount: number | undefined) {
    if (pieceCount !== undefined) this.#pieces = new BitField(pieceCount);
  }

  /** Undefined until the metadata is known. Read only for everybody else. */
  get pieces(): BitField | undefined {
    return this.#pieces;
  }

  /** BITFIELD; `bits` is copied. */
  bitfield(bits: Uint8Array): LearnedPieces {
    if (this.#pieces) return this.#learn(BitField.fromBytes(bits, this.#pieces.length), this.#pieces);
    if (bits.length > MAX_PIECES / 8)
      throw new AvailabilityError('no-such-piece', `a bitfield of ${bits.length} bytes`);
    this.#hasSpoken = true;
    this.#earlyBitfield = bits.slice();
    return 'opening';
  }

  haveAll(): LearnedPieces {
    if (this.#pieces) {
      const all = new BitField(this.#pieces.length);
      all.setAll();
      return this.#learn(all, this.#pieces);
    }
    this.#hasSpoken = true;
    this.#earlyAll = true;
    return 'opening';
  }

  haveNone(): void {
    if (this.#hasSpoken) throw new AvailabilityError('contradiction', 'HAVE-NONE after it told what it has');
    this.#hasSpoken = true;
  }

  /** HAVE. True when it is news. */
  have(index: number): boolean {
    if (index >= (this.#pieces?.length ?? MAX_PIECES)) throw new AvailabilityError('no-such-piece', `piece ${index}`);
    this.#hasSpoken = true;
    if (!this.#pieces) {
      if (this.#earlyHaves.size >= MAX_EARLY_HAVES) return false;
      return this.#earlyHaves.add(index).size > 0;
    }
    if (this.#pieces.get(index)) return false;
    this.#pieces.set(index);
    return true;
  }

  /** Takes a HAVE back (BEP 54). True when `pieces` has changed. */
  dontHave(index: number): boolean {
    if (index >= (this.#pieces?.length ?? MAX_PIECES)) throw new AvailabilityError('no-such-piece', `piece ${index}`);
    if (!this.#pieces) {
      this.#earlyHaves.delete(index);
      const at = index >> 3;
      const bits = this.#earlyBitfield;
      if (bits && at < bits.length) bits[at] = (bits[at] as number) & ~(0x80 >> (index & 7));
      return false;
    }
    if (!this.#pieces.get(index)) return false;
    this.#pieces.clear(index);
    return true;
  }

  /** The metadata is known: what was kept becomes `pieces`. */
  resolve(pieceCount: number): BitField {
    const pieces = this.#earlyBitfield ? BitField.fromBytes(this.#earlyBitfield, pieceCount) : new BitField(pieceCount);
    if (this.#earlyAll) pieces.setAll();
    for (const index of this.#earlyHaves) {
      if (index >= pieceCount) throw new AvailabilityError('no-such-piece', `piece ${index} of ${pieceCount}`);
      pieces.set(index);
    }
    this.#earlyBitfield = undefined;
    this.#earlyHaves.clear();
    this.#pieces = pieces;
    return pieces;
  }

  #learn(said: BitField, known: BitField): LearnedPieces {
    if (!this.#hasSpoken) {
      this.#hasSpoken = true;
      this.#pieces = said;
      return 'opening';
    }
    const news = [...said].filter((index) => !known.get(index));
    for (const index of news) known.set(index);
    return news;
  }
}

/** HAVEs kept while the number of pieces is unknown; a peer that has more will have sent a BITFIELD. */
const MAX_EARLY_HAVES = 16_384;
