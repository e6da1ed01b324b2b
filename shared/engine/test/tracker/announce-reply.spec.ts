import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TrackerError } from '../../src/interfaces/tracker.js';
import { encode } from '../../src/protocol/bencode-encoder.js';
import { parseAnnounceReply } from '../../src/tracker/announce-reply.js';
import { encodeCompactPeer } from '../../src/utils/ip-address.js';
import { concatBytes } from '../../src/utils/bytes.js';

const bytes = (text: string) => new TextEncoder().encode(text);
const compact = (host: string, port: number) => encodeCompactPeer({ host, port }) ?? new Uint8Array();

/** `code: message` of the failure; anything but a TrackerError comes through. */
function failure(body: Uint8Array): string {
  try {
    parseAnnounceReply(body);
  } catch (error) {
    if (error instanceof TrackerError) return `${error.code}: ${error.message}`;
    throw error;
  }
  return 'none';
}

describe('an announce reply', () => {
  it('gives compact peers of both families (BEP 23, BEP 7)', () => {
    const reply = parseAnnounceReply(
      encode({
        interval: 1800,
        complete: 3,
        incomplete: 4,
        downloaded: 5,
        'external ip': Uint8Array.of(1, 2, 3, 4),
        peers: concatBytes([compact('192.0.2.1', 6881), compact('192.0.2.2', 1)]),
        peers6: compact('2001:db8::1', 65535),
        'tracker id': 'abc',
        'warning message': 'be gentle',
      }),
    );
    expect(reply).toEqual({
      intervalSeconds: 1800,
      minIntervalSeconds: 0,
      seeds: 3,
      leechers: 4,
      downloads: 5,
      warning: 'be gentle',
      trackerId: bytes('abc'),
      externalAddress: Uint8Array.of(1, 2, 3, 4),
      peers: [
        { host: '192.0.2.1', port: 6881 },
        { host: '192.0.2.2', port: 1 },
        { host: '2001:db8::1', port: 65535 },
      ],
    });
  });

  it('gives peers from dictionaries (BEP 3) and leaves out broken ones', () => {
    const peers = [
      { ip: '192.0.2.1', port: 6881, 'peer id': 'x'.repeat(20) },
      { ip: '2001:db8::1', port: 2 },
      { ip: '192.0.2.1', port: 0 },
      { ip: '192.0.2.1', port: 65536 },
      { ip: '192.0.2.1' },
      { ip: '', port: 1 },
      { port: 1 },
      7,
    ];
    expect(parseAnnounceReply(encode({ interval: 1800, peers })).peers).toEqual([
      { host: '192.0.2.1', port: 6881 },
      { host: '2001:db8::1', port: 2 },
    ]);
  });

  it('need not say anything', () => {
    expect(parseAnnounceReply(bytes('de'))).toEqual({
      intervalSeconds: 1800,
      minIntervalSeconds: 0,
      seeds: undefined,
      leechers: undefined,
      warning: undefined,
      trackerId: undefined,
      peers: [],
    });
  });

  it.each([
    [-1, 300],
    [0, 300],
    [299, 300],
    [300, 300],
    [86_400, 86_400],
    [86_401, 86_400],
    [10 ** 12, 86_400],
  ])('hostile 31: an interval of %d s becomes %d s', (interval, seconds) => {
    expect(parseAnnounceReply(encode({ interval })).intervalSeconds).toBe(seconds);
  });

  it('keeps to the minimum interval where it is longer', () => {
    const { intervalSeconds, minIntervalSeconds } = parseAnnounceReply(encode({ interval: 600, 'min interval': 900 }));
    expect([intervalSeconds, minIntervalSeconds]).toEqual([900, 900]);
  });

  it.each(['peers', 'peers6'])('hostile 31: %s that are no whole number of peers are refused', (key) => {
    expect(failure(encode({ interval: 1800, [key]: new Uint8Array(19) }))).toMatch(/^bad-response: /);
  });

  it('hostile 31: of a flood of peers the first 1000 count', () => {
    const many = Array.from({ length: 5000 }, (_, index) => compact('192.0.2.1', index + 1));
    expect(parseAnnounceReply(encode({ peers: concatBytes(many) })).peers).toHaveLength(1000);
    const dictionaries = Array.from({ length: 5000 }, () => ({ ip: '192.0.2.1', port: 1 }));
    expect(parseAnnounceReply(encode({ peers: dictionaries })).peers).toHaveLength(1000);
  });

  it.each([
    [new Uint8Array(4).fill(7), new Uint8Array(4).fill(7)],
    [new Uint8Array(16).fill(7), new Uint8Array(16).fill(7)],
    [new Uint8Array(5), undefined],
    ['', undefined],
    [7, undefined],
  ])('says where the tracker saw us (BEP 24): %j', (value, address) => {
    expect(parseAnnounceReply(encode({ 'external ip': value })).externalAddress).toEqual(address);
  });

  it.each([
    [undefined, undefined],
    [15, 900],
    ['never', Infinity],
    ['soon', undefined],
    [0, undefined],
    [-5, undefined],
    [10 ** 12, 86_400],
  ])('hostile 31: `retry in` %s (BEP 31) means %s s', (value, seconds) => {
    const body = { 'failure reason': 'no', ...(value === undefined ? {} : { 'retry in': value }) };
    expect(() => parseAnnounceReply(encode(body))).toThrow(
      expect.objectContaining({ code: 'failure-reason', retryInSeconds: seconds }) as Error,
    );
  });

  it('gives the failure reason as the tracker put it, cut to size', () => {
    expect(failure(encode({ 'failure reason': 'Not <b>registered</b>' }))).toBe(
      'failure-reason: Not <b>registered</b>',
    );
    expect(failure(encode({ 'failure reason': 'x'.repeat(100_000) }))).toHaveLength(516);
  });

  it.each([
    ['nothing', ''],
    ['HTML', '<html></html>'],
    ['a list', 'le'],
    ['a dictionary cut short', 'd8:intervali1800e'],
    ['bytes behind the dictionary', 'dexx'],
  ])('that is %s is a bad response', (_, body) => {
    expect(failure(bytes(body))).toMatch(/^bad-response: /);
  });

  it('hostile 1: nested a thousand times is a bad response', () => {
    expect(failure(bytes('d1:a' + 'l'.repeat(20_000)))).toMatch(/^bad-response: /);
  });

  it('hostile 4: of a million tokens is a bad response', () => {
    expect(failure(bytes(`d1:al${'i0e'.repeat(300_000)}ee`))).toMatch(/^bad-response: /);
  });

  it('of any shape gives a safe answer or a TrackerError', () => {
    const value = fc.letrec<{ any: unknown }>((tie) => ({
      any: fc.oneof(
        { maxDepth: 3 },
        fc.integer(),
        fc.maxSafeInteger(),
        fc.uint8Array({ maxLength: 40 }),
        fc.array(tie('any'), { maxLength: 4 }),
        fc.record({ ip: tie('any'), port: tie('any') }),
      ),
    })).any;
    const keys = [
      'interval',
      'min interval',
      'complete',
      'peers',
      'peers6',
      'tracker id',
      'warning message',
      'failure reason',
    ];
    const reply = fc.dictionary(fc.constantFrom(...keys), value) as fc.Arbitrary<Parameters<typeof encode>[0]>;
    const body = fc.oneof(reply.map(encode), fc.uint8Array());
    fc.assert(
      fc.property(body, (received) => {
        if (failure(received) !== 'none') return;
        const { intervalSeconds, minIntervalSeconds, peers } = parseAnnounceReply(received);
        expect(intervalSeconds).toBeGreaterThanOrEqual(300);
        expect(intervalSeconds).toBeLessThanOrEqual(86_400);
        expect(minIntervalSeconds).toBeGreaterThanOrEqual(0);
        expect(minIntervalSeconds).toBeLessThanOrEqual(86_400);
        for (const { port } of peers) expect(port >= 1 && port <= 65535).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});
