import { fromHex, toHex } from './bytes.js';

/** Why bytes are no bitfield of the expected length: `wrong-length`, `spare-bits` (a set bit past the end) or `not-hex`. */
export class BitFieldError extends Error {
  override readonly name = 'BitFieldError';
  constructor(
    readonly code: 'wrong-length' | 'spare-bits' | 'not-hex',
    message: string,
  ) {
    super(message);
  }
}

/**
 * A fixed number of bits in the layout of BEP 3's BITFIELD: bit 0 is the high bit of the first byte, spare bits at the end are zero.
 * Every operation on one bit, and `count`, is O(1). An index outside 0 .. length - 1 throws RangeError.
 */
export class BitField {
  /** The wire layout, live: read it, never write to it. */
  readonly buffer: Uint8Array;
  #count = 0;

  /** All bits clear. */
  constructor(readonly length: number) {
    this.buffer = new Uint8Array(Math.ceil(length / 8));
  }

  /** Copies `bytes`. Throws {@link BitFieldError} unless they are exactly the layout of `length` bits. */
  static fromBytes(bytes: Uint8Array, length: number): BitField {
    const field = new BitField(length);
    if (bytes.length !== field.buffer.length) {
      throw new BitFieldError('wrong-length', `${bytes.length} bytes for ${length} bits`);
    }
    const lastByte = bytes.at(-1) ?? 0;
    if ((lastByte & ~lastByteMask(length) & 0xff) !== 0) {
      throw new BitFieldError('spare-bits', `a bit is set past the last of ${length}`);
    }
    field.buffer.set(bytes);
    for (const byte of bytes) field.#count += bitsIn(byte);
    return field;
  }

  /** Reads what `toHex` wrote. Throws {@link BitFieldError}. */
  static fromHex(hex: string, length: number): BitField {
    const bytes = fromHex(hex);
    if (!bytes) throw new BitFieldError('not-hex', 'a bitfield is not hexadecimal');
    return BitField.fromBytes(bytes, length);
  }

  /** How many bits are set. */
  get count(): number {
    return this.#count;
  }

  get hasAll(): boolean {
    return this.#count === this.length;
  }

  get hasNone(): boolean {
    return this.#count === 0;
  }

  get(index: number): boolean {
    return (this.#byteOf(index) & maskOf(index)) !== 0;
  }

  set(index: number): void {
    const byte = this.#byteOf(index);
    if ((byte & maskOf(index)) !== 0) return;
    this.buffer[index >> 3] = byte | maskOf(index);
    this.#count++;
  }

  clear(index: number): void {
    const byte = this.#byteOf(index);
    if ((byte & maskOf(index)) === 0) return;
    this.buffer[index >> 3] = byte & ~maskOf(index);
    this.#count--;
  }

  /** How many bits are set here and in `other`, which is as long. */
  countCommon(other: BitField): number {
    let count = 0;
    for (let at = 0; at < this.buffer.length; at++) {
      count += bitsIn((this.buffer[at] as number) & (other.buffer[at] as number));
    }
    return count;
  }

  /** Calls `visit` with the index of each bit that is set here and in `other`, which is as long; ascending. */
  forEachCommon(other: BitField, visit: (index: number) => void): void {
    for (let position = 0; position < this.buffer.length; position++) {
      let rest = (this.buffer[position] as number) & (other.buffer[position] as number);
      while (rest !== 0) {
        const bit = Math.clz32(rest) - 24;
        visit(position * 8 + bit);
        rest &= ~(0x80 >> bit);
      }
    }
  }

  setAll(): void {
    this.buffer.fill(0xff);
    if (this.length > 0) this.buffer[this.buffer.length - 1] = lastByteMask(this.length);
    this.#count = this.length;
  }

  clone(): BitField {
    const copy = new BitField(this.length);
    copy.buffer.set(this.buffer);
    copy.#count = this.#count;
    return copy;
  }

  toHex(): string {
    return toHex(this.buffer);
  }

  /** The indices of the set bits, ascending; costs a step a byte and a step a set bit. */
  *[Symbol.iterator](): Generator<number, void> {
    for (let position = 0; position < this.buffer.length; position++) {
      let rest = this.buffer[position] as number;
      while (rest !== 0) {
        const bit = Math.clz32(rest) - 24;
        yield position * 8 + bit;
        rest &= ~(0x80 >> bit);
      }
    }
  }

  #byteOf(index: number): number {
    if (!Number.isInteger(index) || index < 0 || index >= this.length) {
      throw new RangeError(`bit ${index} of a bitfield of ${this.length}`);
    }
    return this.buffer[index >> 3] as number;
  }
}

function maskOf(index: number): number {
  return 0x80 >> (index & 7);
}

/** The bits of the last byte that belong to a field of `length` bits. */
function lastByteMask(length: number): number {
  return length % 8 === 0 ? 0xff : (0xff << (8 - (length % 8))) & 0xff;
}

function bitsIn(byte: number): number {
  let count = 0;
  for (let rest = byte; rest !== 0; rest &= rest - 1) count++;
  return count;
}
