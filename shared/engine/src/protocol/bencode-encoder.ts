import { compareBytes } from '../utils/bytes.js';
import { BencodeDictionary } from './bencode-value.js';

/**
 * What can be encoded. Text becomes UTF-8; keys of an object are text and `undefined` members are left out; a decoded dictionary keeps
 * its own bytes, so that an info-hash survives.
 */
export type BencodeInput =
  | number
  | bigint
  | string
  | Uint8Array
  | readonly BencodeInput[]
  | BencodeDictionary
  | { readonly [key: string]: BencodeInput | undefined };

const utf8 = new TextEncoder();

/** Bencodes `input` in the canonical form, keys sorted by their bytes. Throws RangeError for a number that is not a safe integer. */
export function encode(input: BencodeInput): Uint8Array {
  const writer = new Writer();
  append(writer, input);
  return writer.result();
}

/** Bytes one after the other in a buffer that doubles. */
class Writer {
  #bytes = new Uint8Array(256);
  #length = 0;

  ascii(text: string): void {
    this.#reserve(text.length);
    for (let index = 0; index < text.length; index++) this.#bytes[this.#length++] = text.charCodeAt(index);
  }

  bytes(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  byteString(bytes: Uint8Array): void {
    this.ascii(`${bytes.length}:`);
    this.bytes(bytes);
  }

  result(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }

  #reserve(count: number): void {
    if (this.#length + count <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.max(this.#bytes.length * 2, this.#length + count));
    larger.set(this.#bytes);
    this.#bytes = larger;
  }
}

function append(writer: Writer, input: BencodeInput): void {
  if (typeof input === 'number' || typeof input === 'bigint') {
    if (typeof input === 'number' && !Number.isSafeInteger(input)) throw new RangeError(`${input} is no safe integer`);
    writer.ascii(`i${input}e`);
  } else if (typeof input === 'string') {
    writer.byteString(utf8.encode(input));
  } else if (input instanceof Uint8Array) {
    writer.byteString(input);
  } else if (input instanceof BencodeDictionary) {
    writer.bytes(input.raw);
  } else if (isInputList(input)) {
    writer.ascii('l');
    for (const item of input) append(writer, item);
    writer.ascii('e');
  } else {
    appendDictionary(writer, input);
  }
}

function appendDictionary(writer: Writer, input: { readonly [key: string]: BencodeInput | undefined }): void {
  const entries = Object.entries(input).map(([key, value]) => ({ key: utf8.encode(key), value }));
  entries.sort((a, b) => compareBytes(a.key, b.key));
  writer.ascii('d');
  for (const { key, value } of entries) {
    if (value === undefined) continue;
    writer.byteString(key);
    append(writer, value);
  }
  writer.ascii('e');
}

function isInputList(input: BencodeInput): input is readonly BencodeInput[] {
  return Array.isArray(input);
}
