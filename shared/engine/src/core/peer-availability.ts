import { BitField } from '../utils/bitfield.js';
import { MAX_PIECES } from '../protocol/limits.js';

/** A peer's HAVE, BITFIELD, HAVE-ALL or HAVE-NONE that cannot be; the peer is to be dropped. */
export class AvailabilityError extends Error {
  override readonly name = 'AvailabilityError';
  constructor(
    readonly code: 'no-such-piece' | 'repeated',
    message: string,
  ) {
    super(message);
  }
}

/**
 * Which pieces one peer says it has. Until the metadata is known what it says is only kept (in at most 256 KiB), and checked by
 * {@link resolve}; from then on `pieces` is live. All methods throw {@link AvailabilityError} or `BitFieldError` for what cannot be.
 */
export class PeerAvailability {
  #pieces: BitField | undefined;
  /** BITFIELD, HAVE-ALL and HAVE-NONE are alternatives, and each comes at most once (BEP 3, BEP 6). */
  #hasOpening = false;
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
  bitfield(bits: Uint8Array): void {
    this.#open();
    if (this.#pieces) this.#pieces = merged(BitField.fromBytes(bits, this.#pieces.length), this.#pieces);
    else if (bits.length > MAX_PIECES / 8)
      throw new AvailabilityError('no-such-piece', `a bitfield of ${bits.length} bytes`);
    else this.#earlyBitfield = bits.slice();
  }

  haveAll(): void {
    this.#open();
    if (this.#pieces) this.#pieces.setAll();
    else this.#earlyAll = true;
  }

  haveNone(): void {
    this.#open();
  }

  /** HAVE. True when it is news. */
  have(index: number): boolean {
    if (index >= (this.#pieces?.length ?? MAX_PIECES)) throw new AvailabilityError('no-such-piece', `piece ${index}`);
    if (!this.#pieces) {
      if (this.#earlyHaves.size >= MAX_EARLY_HAVES) return false;
      return this.#earlyHaves.add(index).size > 0;
    }
    if (this.#pieces.get(index)) return false;
    this.#pieces.set(index);
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

  #open(): void {
    if (this.#hasOpening) throw new AvailabilityError('repeated', 'a second BITFIELD, HAVE-ALL or HAVE-NONE');
    this.#hasOpening = true;
  }
}

/** HAVEs kept while the number of pieces is unknown; a peer that has more will have sent a BITFIELD. */
const MAX_EARLY_HAVES = 16_384;

/** A HAVE may have overtaken the BITFIELD. */
function merged(bitfield: BitField, haves: BitField): BitField {
  for (const index of haves) bitfield.set(index);
  return bitfield;
}
