import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatMagnet, MagnetError, parseMagnet } from '../../src/protocol/magnet.js';
import { toHex } from '../../src/utils/bytes.js';

const HEX = '0123456789abcdef0123456789abcdef01234567';
const BASE32 = 'AERUKZ4JVPG66AJDIVTYTK6N54ASGRLH';
const V2 = 'ab'.repeat(32);
const withHash = (rest: string) => parseMagnet(`magnet:?xt=urn:btih:${HEX}${rest}`);

const codeOf = (link: string): string => {
  try {
    parseMagnet(link);
  } catch (error) {
    if (error instanceof MagnetError) return error.code;
    throw error;
  }
  return 'nothing thrown';
};

describe('magnet', () => {
  it.each([HEX, HEX.toUpperCase(), BASE32, BASE32.toLowerCase()])('reads the info-hash %s', (hash) => {
    expect(toHex(parseMagnet(`magnet:?xt=urn:btih:${hash}`).infoHash)).toBe(HEX);
    expect(toHex(parseMagnet(` MAGNET:?dn=x&XT=URN:BTIH:${hash}\n`).infoHash)).toBe(HEX);
  });

  it('reads all its parts', () => {
    const link =
      '&dn=My+file%20%26%20more&xl=123&tr=http%3A%2F%2Fa.example%2Fa%2Bb&tr.1=udp://b.example:80/x+y' +
      '&x.pe=192.0.2.1:6881&x.pe=%5B2001:db8::1%5D:1&x.pe=peer.example:2&ws=http%3A%2F%2Fw.example%2F&so=0,2,4-6';
    expect(withHash(link)).toMatchObject({
      infoHashV2: undefined,
      name: 'My file & more',
      exactLength: 123,
      trackers: ['http://a.example/a+b', 'udp://b.example:80/x+y'],
      peers: [
        { host: '192.0.2.1', port: 6881 },
        { host: '2001:db8::1', port: 1 },
        { host: 'peer.example', port: 2 },
      ],
      webSeeds: ['http://w.example/'],
      selectOnly: [
        { first: 0, last: 0 },
        { first: 2, last: 2 },
        { first: 4, last: 6 },
      ],
    });
  });

  it('keeps both hashes of a hybrid, and says of a v2-only link that it is not supported yet', () => {
    const hybrid = withHash(`&xt=urn:btmh:1220${V2}`);
    expect([toHex(hybrid.infoHash), toHex(hybrid.infoHashV2 ?? new Uint8Array(0))]).toEqual([HEX, V2]);
    expect(() => parseMagnet(`magnet:?xt=urn:btmh:1220${V2}`)).toThrow(/not supported yet/);
    expect(codeOf(`magnet:?xt=urn:btmh:1220${V2}`)).toBe('v2-unsupported');
  });

  it('goes there and back', () => {
    const bytesOfLength = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
    const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
    const text = fc.string({ unit: 'grapheme', minLength: 1 }).filter((value) => value.trim() === value);
    const urls = (scheme: string) =>
      fc.uniqueArray(
        fc.stringMatching(/^[a-z0-9/+&=%?#é]{1,20}$/).map((path) => `${scheme}://h/${path}`),
        { maxLength: 5 },
      );
    const host = fc.oneof(
      fc.ipV4(),
      fc.ipV6().filter((address) => !address.includes('.')),
      fc.domain(),
    );
    fc.assert(
      fc.property(
        fc.record({
          infoHash: bytesOfLength(20),
          infoHashV2: optional(bytesOfLength(32)),
          name: optional(text),
          exactLength: optional(fc.maxSafeNat()),
          trackers: urls('udp'),
          peers: fc.uniqueArray(fc.record({ host, port: fc.integer({ min: 1, max: 65535 }) }), {
            selector: ({ host: name, port }) => `${name}:${port}`,
            maxLength: 5,
          }),
          webSeeds: urls('https'),
          selectOnly: optional(
            fc.array(
              fc
                .tuple(fc.maxSafeNat(), fc.maxSafeNat())
                .map(([a, b]) => ({ first: Math.min(a, b), last: Math.max(a, b) })),
              { minLength: 1, maxLength: 5 },
            ),
          ),
        }),
        (magnet) => {
          expect(parseMagnet(formatMagnet(magnet))).toEqual(magnet);
        },
      ),
    );
  });

  it('formats a name with half a surrogate pair', () => {
    expect(formatMagnet({ infoHash: new Uint8Array(20), name: 'a\ud800' })).toMatch(/dn=a%EF%BF%BD$/);
  });

  it('any text throws nothing but the typed error', () => {
    const piece = fc.constantFrom(
      'magnet:?',
      'xt=',
      'urn:btih:',
      HEX,
      '&',
      'so=',
      '1-2',
      ',',
      'x.pe=',
      '[::1]',
      ':',
      '80',
      '%',
      'tr=',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(piece).map((parts) => `magnet:?${parts.join('')}`),
        ),
        (link) => {
          expect(codeOf(link)).toBeTypeOf('string');
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('hostile magnet', () => {
  it.each([
    ['http://a.example/', 'not-magnet'],
    ['magnet:', 'not-magnet'],
    ['magnet:?dn=x', 'no-info-hash'],
    [`magnet:?xt=urn:btih:${HEX.slice(1)}`, 'no-info-hash'],
    [`magnet:?xt=urn:btih:${HEX}0`, 'no-info-hash'],
    [`magnet:?xt=urn:btih:${HEX.slice(1)}g`, 'no-info-hash'],
    [`magnet:?xt=urn:btih:${BASE32.slice(1)}1`, 'no-info-hash'],
    [`magnet:?xt=urn:btmh:1320${V2}`, 'no-info-hash'],
  ])('hostile 11: %s is refused as %s', (link, code) => {
    expect(codeOf(link)).toBe(code);
  });

  it('hostile 11: a link over 1 MiB is refused', () => {
    expect(codeOf(`magnet:?xt=urn:btih:${HEX}&dn=${'x'.repeat(1024 * 1024)}`)).toBe('too-long');
  });

  it('hostile 11: a bad info-hash beside a good one is dropped', () => {
    expect(toHex(parseMagnet(`magnet:?xt=urn:btih:123&xt=urn:btih:${HEX}`).infoHash)).toBe(HEX);
  });

  it('hostile 11: file ranges that are none are dropped, and a huge one allocates nothing', () => {
    expect(withHash('&so=5-2,x,-1,1-2-3,5-,5-x,7').selectOnly).toEqual([{ first: 7, last: 7 }]);
    expect(withHash('&so=5-2').selectOnly).toBeUndefined();
    expect(withHash('&so=0-99999999999999999999').selectOnly).toBeUndefined();
    expect(withHash('&so=0-4294967295').selectOnly).toEqual([{ first: 0, last: 4294967295 }]);
    expect(withHash(`&so=${'1,'.repeat(5000)}`).selectOnly).toHaveLength(1000);
  });

  it('hostile 11: of 1,000 trackers each is kept once, at most 100, and only those we speak to', () => {
    const many = Array.from({ length: 1000 }, (_, index) => `&tr=http://t${index % 500}.example/a`).join('');
    expect(new Set(withHash(many).trackers).size).toBe(100);
    expect(withHash(many).trackers).toHaveLength(100);
    expect(withHash('&tr='.repeat(1000)).trackers).toEqual([]);
    expect(
      withHash('&tr=wss://a.example&tr=file:///etc&tr=http://&tr=http://a b&tr=udp://ok.example:1').trackers,
    ).toEqual(['udp://ok.example:1']);
  });

  it('hostile 11: peers and escapes that are malformed are dropped, the rest is kept', () => {
    const bad = [
      '192.0.2.1',
      '192.0.2.1:0',
      '192.0.2.1:65536',
      ':80',
      '[]:80',
      '[2001:db8::g]:80',
      '2001:db8::1:80',
      'a b:80',
    ];
    const { peers, name, trackers } = withHash(
      [...bad, '192.0.2.7:7'].map((peer) => `&x.pe=${peer}`).join('') +
        '&dn=%E0%A4&dn=kept&tr=%&noequals&xs=http://localhost/',
    );
    expect(peers).toEqual([{ host: '192.0.2.7', port: 7 }]);
    expect([name, trackers]).toEqual(['kept', []]);
  });
});
