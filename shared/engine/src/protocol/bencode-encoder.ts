import { compareBytes, concatBytes } from '../utils/bytes.js';
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
  const parts: Uint8Array[] = [];
  append(parts, input);
  return concatBytes(parts);
}

function append(parts: Uint8Array[], input: BencodeInput): void {
  if (typeof input === 'number' || typeof input === 'bigint') {
    if (typeof input === 'number' && !Number.isSafeInteger(input)) throw new RangeError(`${input} is no safe integer`);
    parts.push(utf8.encode(`i${input}e`));
  } else if (typeof input === 'string') {
    appendByteString(parts, utf8.encode(input));
  } else if (input instanceof Uint8Array) {
    appendByteString(parts, input);
  } else if (input instanceof BencodeDictionary) {
    parts.push(input.raw);
  } else if (isInputList(input)) {
    parts.push(utf8.encode('l'));
    for (const item of input) append(parts, item);
    parts.push(utf8.encode('e'));
  } else {
    appendDictionary(parts, input);
  }
}

function appendDictionary(parts: Uint8Array[], input: { readonly [key: string]: BencodeInput | undefined }): void {
  const entries = Object.entries(input).map(([key, value]) => ({ key: utf8.encode(key), value }));
  entries.sort((a, b) => compareBytes(a.key, b.key));
  parts.push(utf8.encode('d'));
  for (const { key, value } of entries) {
    if (value === undefined) continue;
    appendByteString(parts, key);
    append(parts, value);
  }
  parts.push(utf8.encode('e'));
}

function appendByteString(parts: Uint8Array[], bytes: Uint8Array): void {
  parts.push(utf8.encode(`${bytes.length}:`), bytes);
}

function isInputList(input: BencodeInput): input is readonly BencodeInput[] {
  return Array.isArray(input);
}
