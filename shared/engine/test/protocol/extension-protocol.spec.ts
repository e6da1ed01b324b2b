import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BencodeError } from '../../src/protocol/bencode-error.js';
import { encode, type BencodeInput } from '../../src/protocol/bencode-encoder.js';
import { encodeExtendedHandshake, parseExtendedHandshake } from '../../src/protocol/extension-protocol.js';

const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
const bytesOfLength = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });

describe('extended handshake', () => {
  it('goes there and back', () => {
    const names = fc.uniqueArray(fc.stringMatching(/^[a-z_]{1,20}$/), { maxLength: 8 });
    fc.assert(
      fc.property(
        fc.record({
          extensions: names.map((list) => new Map(list.sort().map((name, index) => [name, index + 1]))),
          client: optional(fc.string({ maxLength: 60, unit: 'grapheme' }).filter((text) => text.length <= 128)),
          port: optional(fc.integer({ min: 1, max: 65535 })),
          requestQueue: fc.integer({ min: 1, max: 2 ** 31 - 1 }),
          metadataSize: optional(fc.integer({ min: 1, max: 32 * 1024 * 1024 })),
          yourIp: optional(fc.oneof(bytesOfLength(4), bytesOfLength(16))),
          ipv4: optional(bytesOfLength(4)),
          ipv6: optional(bytesOfLength(16)),
          isUploadOnly: fc.boolean(),
        }),
        (handshake) => {
          expect(parseExtendedHandshake(encodeExtendedHandshake(handshake))).toEqual(handshake);
        },
      ),
    );
  });

  it('has the keys of BEP 10', () => {
    const payload = encodeExtendedHandshake({
      extensions: new Map([['ut_metadata', 3]]),
      metadataSize: 5,
      requestQueue: 9,
    });
    expect(new TextDecoder().decode(payload)).toBe('d1:md11:ut_metadatai3ee13:metadata_sizei5e4:reqqi9ee');
  });

  it('assumes a request queue of 250 for a peer that names none', () => {
    expect(parseExtendedHandshake(encode({})).requestQueue).toBe(250);
  });

  it('ignores what follows the dictionary', () => {
    expect(parseExtendedHandshake(new TextEncoder().encode('d1:pi80eeXYZ')).port).toBe(80);
  });

  it('keeps no view into the input', () => {
    const payload = encode({ yourip: Uint8Array.of(1, 2, 3, 4) });
    const { yourIp } = parseExtendedHandshake(payload);
    payload.fill(0);
    expect(yourIp).toEqual(Uint8Array.of(1, 2, 3, 4));
  });

  it('cuts a client name that is long', () => {
    expect(parseExtendedHandshake(encode({ v: 'x'.repeat(100_000) })).client).toHaveLength(128);
  });

  it('hostile 24: ids that are negative, repeated, 0 or over 255 are ignored, the others kept', () => {
    const { extensions } = parseExtendedHandshake(
      encode({ m: { a: -1, b: 256, c: 7, d: 7, e: 0, f: 'x', g: 255, ['n'.repeat(200)]: 9, h: 2n ** 60n } }),
    );
    expect([...extensions]).toEqual([
      ['c', 7],
      ['g', 255],
    ]);
  });

  it.each([0, -1, 2 ** 31, 2n ** 60n, 'many'])('hostile 24: reqq of %s means the default', (reqq) => {
    expect(parseExtendedHandshake(encode({ reqq })).requestQueue).toBe(250);
  });

  it.each([0, -1, 2 ** 31, 2 ** 50, 32 * 1024 * 1024 + 1])('hostile 24: metadata_size of %s is ignored', (size) => {
    expect(parseExtendedHandshake(encode({ metadata_size: size })).metadataSize).toBeUndefined();
  });

  it.each<[string, BencodeInput]>([
    ['m that is a list', { m: [1] }],
    ['a port of 0', { p: 0 }],
    ['a port of 65536', { p: 65536 }],
    ['addresses of odd lengths', { yourip: 'abc', ipv4: 'abc', ipv6: 'abcd' }],
    ['a client that is a number', { v: 1 }],
  ])('takes %s as left out', (_, input) => {
    expect(parseExtendedHandshake(encode(input))).toEqual(parseExtendedHandshake(encode({})));
  });

  it('a later handshake changes what it names: extensions add up, 0 switches one off', () => {
    const first = parseExtendedHandshake(encode({ m: { ut_pex: 1, ut_metadata: 2 }, v: 'A', p: 5, upload_only: 1 }));
    const later = parseExtendedHandshake(encode({ m: { ut_pex: 0, lt_donthave: 7 }, reqq: 9 }), first);
    expect([...later.extensions]).toEqual([
      ['ut_metadata', 2],
      ['lt_donthave', 7],
    ]);
    expect(later).toMatchObject({ client: 'A', port: 5, requestQueue: 9, isUploadOnly: true });
    expect(parseExtendedHandshake(encode({ upload_only: 0 }), later).isUploadOnly).toBe(false);
  });

  it('hostile 24: keeps at most 100 extensions, however many handshakes come', () => {
    let handshake = parseExtendedHandshake(encode({}));
    for (let round = 0; round < 5; round++) {
      const names = Object.fromEntries(Array.from({ length: 50 }, (_, id) => [`x${round}-${id}`, round * 50 + id + 1]));
      handshake = parseExtendedHandshake(encode({ m: names }), handshake);
    }
    expect(handshake.extensions.size).toBe(100);
  });

  it('throws the typed error, and only that, for anything that is no dictionary', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.uint8Array(), fc.constant(encode([1])), fc.constant(encode('d'.repeat(500)))),
        (payload) => {
          try {
            parseExtendedHandshake(payload);
            expect(payload[0]).toBe(0x64);
          } catch (error) {
            expect(error).toBeInstanceOf(BencodeError);
          }
        },
      ),
    );
  });

  it('hostile 1: deep nesting is the typed error', () => {
    expect(() => parseExtendedHandshake(new TextEncoder().encode('l'.repeat(20_000)))).toThrow(BencodeError);
  });
});
