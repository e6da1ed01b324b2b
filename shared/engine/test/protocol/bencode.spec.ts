import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decode, decodeDictionary, decodePrefix } from '../../src/protocol/bencode.js';
import { encode, type BencodeInput } from '../../src/protocol/bencode-encoder.js';
import { BencodeError } from '../../src/protocol/bencode-error.js';
import { BencodeDictionary, type BencodeValue } from '../../src/protocol/bencode-value.js';

const utf8 = new TextEncoder();
const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
const decodeText = (document: string): BencodeValue => decode(utf8.encode(document));

const codeOf = (action: () => unknown): string => {
  try {
    action();
  } catch (error) {
    if (error instanceof BencodeError) return error.code;
    throw error;
  }
  return 'nothing thrown';
};

/** The input that would encode to what was decoded, for comparing. */
const asInput = (value: BencodeValue): BencodeInput => {
  if (value instanceof BencodeDictionary) {
    return Object.fromEntries(
      [...value].map(([key, item]) => [text(Uint8Array.from(key, (char) => char.charCodeAt(0))), asInput(item)]),
    );
  }
  return typeof value === 'number' || typeof value === 'bigint' || value instanceof Uint8Array
    ? value
    : value.map(asInput);
};

const { tree } = fc.letrec<{ tree: BencodeInput; list: BencodeInput[]; dictionary: Record<string, BencodeInput> }>(
  (tie) => ({
    tree: fc.oneof(
      { depthSize: 'small' },
      fc.maxSafeInteger(),
      fc
        .bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })
        .filter((value) => value > BigInt(Number.MAX_SAFE_INTEGER) || value < BigInt(Number.MIN_SAFE_INTEGER)),
      fc.uint8Array(),
      tie('list'),
      tie('dictionary'),
    ),
    list: fc.array(tie('tree')),
    dictionary: fc.dictionary(fc.string({ unit: 'grapheme' }), tie('tree')),
  }),
);

describe('bencode', () => {
  it('whatever is encoded is decoded to the same', () => {
    fc.assert(
      fc.property(tree, (input) => {
        const encoded = encode(input);
        const decoded = decode(encoded);
        expect(asInput(decoded)).toEqual(input);
        expect(text(encode(asInput(decoded)))).toBe(text(encoded));
      }),
    );
  });

  it('random bytes throw nothing but the typed error', () => {
    const bencodeLike = fc
      .string({ unit: fc.constantFrom('i', 'l', 'd', 'e', '0', '1', '2', ':', '-', 'a'), maxLength: 60 })
      .map((s) => utf8.encode(s));
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array(), bencodeLike), (bytes) => {
        expect(codeOf(() => decode(bytes))).toBeTypeOf('string');
      }),
      { numRuns: 1000 },
    );
  });

  it('cut short anywhere, a document is an error', () => {
    const whole = encode({ a: [1, 'two', { three: 3 }], b: -4 });
    for (let length = 0; length < whole.length; length++) {
      expect(codeOf(() => decode(whole.subarray(0, length)))).not.toBe('nothing thrown');
    }
  });

  it('byte strings are views into the input', () => {
    const input = utf8.encode('3:abc');
    const value = decode(input);
    expect(value instanceof Uint8Array && value.buffer === input.buffer).toBe(true);
  });

  it('keeps integers that a number would round as bigint', () => {
    expect(decodeText('i9007199254740991e')).toBe(9007199254740991);
    expect(decodeText('i9007199254740992e')).toBe(9007199254740992n);
    expect(decodeText('i-9223372036854775808e')).toBe(-9223372036854775808n);
  });

  it('reads a value that other bytes follow', () => {
    expect(decodePrefix(utf8.encode('i1eXYZ'))).toEqual({ value: 1, consumed: 3 });
    expect(codeOf(() => decodeText('i1eXYZ'))).toBe('trailing-bytes');
  });

  it('encodes text as UTF-8, sorts keys by their bytes and leaves undefined members out', () => {
    expect(text(encode({ b: 'é', aa: 1, a: undefined, B: [] }))).toBe('d1:Ble2:aai1e1:b2:ée');
  });

  it.each([1.5, NaN, 2 ** 53])('refuses to encode %s', (value) => {
    expect(() => encode(value)).toThrow(RangeError);
  });
});

describe('a decoded dictionary', () => {
  const dictionary = decodeDictionary(utf8.encode('d1:ai1e1:b2:hi1:cle1:ddee'));

  it('answers by kind', () => {
    expect(dictionary.getInt('a')).toBe(1);
    expect(dictionary.getText('b')).toBe('hi');
    expect(dictionary.getBytes('b')).toEqual(utf8.encode('hi'));
    expect(dictionary.getList('c')).toEqual([]);
    expect(text(dictionary.getDict('d')?.raw ?? new Uint8Array(0))).toBe('de');
  });

  it('answers undefined for another kind and for a missing key', () => {
    expect(dictionary.getInt('b')).toBeUndefined();
    expect(dictionary.getText('a')).toBeUndefined();
    expect(dictionary.getBytes('c')).toBeUndefined();
    expect(dictionary.getList('d')).toBeUndefined();
    expect(dictionary.getDict('c')).toBeUndefined();
    expect(dictionary.get('z')).toBeUndefined();
  });

  it('replaces what is not UTF-8', () => {
    expect(decodeDictionary(Uint8Array.of(...utf8.encode('d1:a2:'), 0xff, 0x41, 0x65)).getText('a')).toBe('\ufffdA');
  });

  it('must be one where one is expected', () => {
    expect(codeOf(() => decodeDictionary(utf8.encode('le')))).toBe('not-a-dictionary');
  });

  it('keeps keys that are longer than the stack takes arguments', () => {
    const key = 'k'.repeat(200_000);
    expect(decodeDictionary(encode({ [key]: 7 })).getInt(key)).toBe(7);
  });

  it('hostile 3: unsorted and repeated keys are read, reported, and keep their raw bytes; the first of a repeated key counts', () => {
    const odd = decodeDictionary(utf8.encode('d4:infod1:bi1e1:ai2e1:bi3eee')).getDict('info');
    expect(odd?.isSorted).toBe(false);
    expect(odd?.getInt('b')).toBe(1);
    expect(text(odd?.raw ?? new Uint8Array(0))).toBe('d1:bi1e1:ai2e1:bi3ee');
    expect(text(encode({ info: odd }))).toBe('d4:infod1:bi1e1:ai2e1:bi3eee');
    expect(dictionary.isSorted).toBe(true);
  });
});

describe('hostile bencode', () => {
  it('hostile 1: nesting stops at depth 100', () => {
    const nested = (depth: number) => utf8.encode('l'.repeat(depth) + 'e'.repeat(depth));
    expect(codeOf(() => decode(nested(100)))).toBe('nothing thrown');
    expect(codeOf(() => decode(nested(101)))).toBe('too-deep');
    expect(codeOf(() => decode(utf8.encode('l'.repeat(20_000) + 'e')))).toBe('too-deep');
    expect(codeOf(() => decode(utf8.encode('d1:a'.repeat(20_000) + 'e')))).toBe('too-deep');
  });

  it.each([
    ['99999999999:', 'bad-length'],
    ['4294967300:a', 'bad-length'],
    ['99999999999999999999999999:a', 'unexpected-byte'],
    ['-1:', 'unexpected-byte'],
    ['01:a', 'leading-zero'],
    ['00:', 'leading-zero'],
    ['i-0e', 'bad-integer'],
    ['i03e', 'leading-zero'],
    ['i-03e', 'leading-zero'],
    ['ie', 'unexpected-byte'],
    ['i-e', 'unexpected-byte'],
    ['i+1e', 'unexpected-byte'],
    ['i1.5e', 'bad-integer'],
    ['i9223372036854775808e', 'bad-integer'],
    ['i-9223372036854775809e', 'bad-integer'],
    ['i99999999999999999999999e', 'bad-integer'],
    ['di1ei2ee', 'unexpected-byte'],
    ['d1:ae', 'unexpected-byte'],
    ['e', 'unexpected-byte'],
    ['', 'truncated'],
  ])('hostile 2: %s is %s', (document, code) => {
    expect(codeOf(() => decodeText(document))).toBe(code);
  });

  it('hostile 4: more values and keys than allowed are an error, and the limit is the caller’s', () => {
    const document = encode({ a: [1, 2, 3] });
    expect(codeOf(() => decode(document, { maxTokens: 6 }))).toBe('nothing thrown');
    expect(codeOf(() => decode(document, { maxTokens: 5 }))).toBe('too-many-tokens');
    expect(codeOf(() => decode(utf8.encode('l' + 'i1e'.repeat(3_000_000) + 'e')))).toBe('too-many-tokens');
  });
});
