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
      keys.push(byteStringKey(this.#byteString()));
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
    const start = this.offset;
    const digits = this.#digits();
    if (this.#peek() !== COLON) throw new BencodeError('unexpected-byte', this.offset);
    const length = Number(digits);
    this.offset++;
    if (digits.length > MAX_DIGITS || length > this.bytes.length - this.offset) {
      throw new BencodeError('bad-length', start);
    }
    this.offset += length;
    return this.bytes.subarray(this.offset - length, this.offset);
  }

  #integer(): number | bigint {
    const start = this.offset++;
    const isNegative = this.#peek() === MINUS;
    if (isNegative) this.offset++;
    const digits = this.#digits();
    if (this.#peek() !== END || digits.length > MAX_DIGITS || (isNegative && digits === '0')) {
      throw new BencodeError('bad-integer', start);
    }
    this.offset++;
    const text = isNegative ? `-${digits}` : digits;
    const value = Number(text);
    if (Number.isSafeInteger(value)) return value;
    const exact = BigInt(text);
    if (exact < MIN_INT64 || exact > MAX_INT64) throw new BencodeError('bad-integer', start);
    return exact;
  }

  /** Decimal digits with no leading zero, at most one more than can be right. */
  #digits(): string {
    const start = this.offset;
    let digits = '';
    for (let byte = this.#peek(); byte >= ZERO && byte <= NINE && digits.length <= MAX_DIGITS; byte = this.#peek()) {
      digits += String.fromCharCode(byte);
      this.offset++;
    }
    if (digits === '') throw new BencodeError('unexpected-byte', start);
    if (digits.length > 1 && digits.startsWith('0')) throw new BencodeError('leading-zero', start);
    return digits;
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

/** One character a byte. Short keys, nearly all there are, skip the cost of a spread; long ones go in parts that fit on the stack. */
function byteStringKey(bytes: Uint8Array): string {
  let key = '';
  if (bytes.length <= 32) {
    for (const byte of bytes) key += String.fromCharCode(byte);
    return key;
  }
  for (let offset = 0; offset < bytes.length; offset += 4096) {
    key += String.fromCharCode(...bytes.subarray(offset, offset + 4096));
  }
  return key;
}
