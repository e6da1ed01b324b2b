import { BencodeDictionary, type BencodeValue } from './bencode-value.js';
import { BencodeError } from './bencode-error.js';
import { MAX_BENCODE_DEPTH, MAX_BENCODE_TOKENS } from './limits.js';

export interface BencodeLimits {
  /** Values and keys in the document. */
  readonly maxTokens?: number | undefined;
}

/**
 * Reads a bencoded value (BEP 3) that fills `bytes`. Strict: integers and lengths in their one canonical form. Integers are numbers
 * while they are safe, else bigint up to 64 bits. Byte strings are views into `bytes`. Dictionaries with unsorted or repeated keys are
 * read all the same and say so. Throws {@link BencodeError}.
 */
export function decode(bytes: Uint8Array, limits?: BencodeLimits): BencodeValue {
  const { value, consumed } = decodePrefix(bytes, limits);
  if (consumed < bytes.length) throw new BencodeError('trailing-bytes', consumed);
  return value;
}

/** As {@link decode}, but other bytes may follow the value (BEP 9 puts a payload there). */
export function decodePrefix(
  bytes: Uint8Array,
  limits?: BencodeLimits,
): { readonly value: BencodeValue; readonly consumed: number } {
  const decoder = new Decoder(bytes, limits?.maxTokens ?? MAX_BENCODE_TOKENS);
  return { value: decoder.value(0), consumed: decoder.offset };
}

/** As {@link decode}, for a document that must be a dictionary. */
export function decodeDictionary(bytes: Uint8Array, limits?: BencodeLimits): BencodeDictionary {
  const value = decode(bytes, limits);
  if (!(value instanceof BencodeDictionary)) throw new BencodeError('not-a-dictionary', 0);
  return value;
}

const ZERO = 0x30;
const NINE = 0x39;
const MINUS = 0x2d;
const COLON = 0x3a;
const INTEGER = 0x69;
const LIST = 0x6c;
const DICTIONARY = 0x64;
const END = 0x65;

const MAX_INT64 = 2n ** 63n - 1n;
const MIN_INT64 = -(2n ** 63n);
/** Digits of the largest 64-bit integer. */
const MAX_DIGITS = 19;

class Decoder {
  offset = 0;
  #tokensLeft: number;

  constructor(
    readonly bytes: Uint8Array,
    maxTokens: number,
  ) {
    this.#tokensLeft = maxTokens;
  }

  value(depth: number): BencodeValue {
    this.#countToken();
    switch (this.#peek()) {
      case INTEGER:
        return this.#integer();
      case LIST:
        return this.#list(depth + 1);
      case DICTIONARY:
        return this.#dictionary(depth + 1);
      default:
        return this.#byteString();
    }
  }

  #list(depth: number): BencodeValue[] {
    this.#enter(depth);
    const items: BencodeValue[] = [];
    while (this.#peek() !== END) items.push(this.value(depth));
    this.offset++;
    return items;
  }

  #dictionary(depth: number): BencodeDictionary {
    const start = this.offset;
    this.#enter(depth);
    const keys: string[] = [];
    const values: BencodeValue[] = [];
    while (this.#peek() !== END) {
      this.#countToken();
      keys.push(this.#key());
      values.push(this.value(depth));
    }
    this.offset++;
    return new BencodeDictionary(keys, values, this.bytes, start, this.offset);
  }

  #enter(depth: number): void {
    if (depth > MAX_BENCODE_DEPTH) throw new BencodeError('too-deep', this.offset);
    this.offset++;
  }

  #byteString(): Uint8Array {
    const length = this.#stringLength();
    return this.bytes.subarray(this.offset - length, this.offset);
  }

  #key(): string {
    const length = this.#stringLength();
    return asciiOf(this.bytes, this.offset - length, this.offset);
  }

  /** Passes a byte string; returns its length. */
  #stringLength(): number {
    const start = this.offset;
    const length = this.#natural();
    const digits = this.offset - start;
    if (this.#peek() !== COLON) throw new BencodeError('unexpected-byte', this.offset);
    this.offset++;
    if (digits > MAX_DIGITS || length > this.bytes.length - this.offset) throw new BencodeError('bad-length', start);
    this.offset += length;
    return length;
  }

  #integer(): number | bigint {
    const start = this.offset++;
    const isNegative = this.#peek() === MINUS;
    if (isNegative) this.offset++;
    const firstDigit = this.offset;
    const natural = this.#natural();
    const end = this.offset;
    if (this.#peek() !== END || end - firstDigit > MAX_DIGITS || (isNegative && natural === 0)) {
      throw new BencodeError('bad-integer', start);
    }
    this.offset++;
    if (Number.isSafeInteger(natural)) return isNegative ? -natural : natural;
    const exact = BigInt(asciiOf(this.bytes, start + 1, end));
    if (exact < MIN_INT64 || exact > MAX_INT64) throw new BencodeError('bad-integer', start);
    return exact;
  }

  /** Decimal digits with no leading zero, at most one more than can be right. Exact where the value is a safe integer. */
  #natural(): number {
    const start = this.offset;
    let value = 0;
    let byte = this.#peek();
    while (byte >= ZERO && byte <= NINE && this.offset - start <= MAX_DIGITS) {
      value = value * 10 + (byte - ZERO);
      this.offset++;
      byte = this.#peek();
    }
    const digits = this.offset - start;
    if (digits === 0) throw new BencodeError('unexpected-byte', start);
    if (digits > 1 && this.bytes[start] === ZERO) throw new BencodeError('leading-zero', start);
    return value;
  }

  #peek(): number {
    const byte = this.bytes[this.offset];
    if (byte === undefined) throw new BencodeError('truncated', this.offset);
    return byte;
  }

  #countToken(): void {
    if (this.#tokensLeft-- <= 0) throw new BencodeError('too-many-tokens', this.offset);
  }
}

/** One character a byte. Short texts, nearly all there are, skip the cost of a spread; long ones go in parts that fit on the stack. */
function asciiOf(bytes: Uint8Array, start: number, end: number): string {
  let text = '';
  if (end - start <= 32) {
    for (let offset = start; offset < end; offset++) text += String.fromCharCode(bytes[offset] as number);
    return text;
  }
  for (let offset = start; offset < end; offset += 4096) {
    text += String.fromCharCode(...bytes.subarray(offset, Math.min(end, offset + 4096)));
  }
  return text;
}
