import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encode } from '../../src/protocol/bencode-encoder.js';
import { encodePexMessage, parsePexMessage, PexError, PexFlag } from '../../src/protocol/pex.js';
import { formatIp, parseIp } from '../../src/utils/ip-address.js';

const address = (length: number) =>
  fc
    .uint8Array({ minLength: length, maxLength: length })
    .filter((bytes) => parseIp(formatIp(bytes))?.length === length)
    .map(formatIp);
const endpoint = fc.record({
  host: fc.oneof(address(4), address(16)),
  port: fc.integer({ min: 1, max: 65_535 }),
});
const ipv4First = (a: { host: string }, b: { host: string }) =>
  Number(a.host.includes(':')) - Number(b.host.includes(':'));

describe('PEX messages (BEP 11)', () => {
  it('keep peers of both families, with their flags', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ endpoint, flags: fc.integer({ min: 0, max: 255 }) }), { maxLength: 50 }),
        fc.array(endpoint, { maxLength: 50 }),
        (added, dropped) => {
          const sorted = {
            added: added.toSorted((a, b) => ipv4First(a.endpoint, b.endpoint)),
            dropped: dropped.toSorted(ipv4First),
          };
          expect(parsePexMessage(encodePexMessage({ added, dropped }))).toEqual(sorted);
        },
      ),
    );
  });

  it('have the layout of the BEP', () => {
    const payload = encodePexMessage({
      added: [{ endpoint: { host: '1.2.3.4', port: 6881 }, flags: PexFlag.isSeed | PexFlag.isReachable }],
      dropped: [{ host: '5.6.7.8', port: 1 }],
    });
    expect(Buffer.from(payload).toString('latin1')).toBe(
      'd5:added6:\x01\x02\x03\x04\x1a\xe17:added.f1:\x126:added60:8:added6.f0:7:dropped6:\x05\x06\x07\x08\x00\x018:dropped60:e',
    );
  });

  it('hostile 26: of 10,000 peers 200 are read', () => {
    const added = new Uint8Array(60_000).fill(1);
    expect(parsePexMessage(encode({ added })).added).toHaveLength(200);
  });

  it('hostile 26: flags that do not fit the list count as none, port 0 is left out, a rest is cut off', () => {
    const added = Uint8Array.of(1, 1, 1, 1, 0, 0, 2, 2, 2, 2, 0, 9, 3, 3);
    expect(parsePexMessage(encode({ added, 'added.f': Uint8Array.of(2, 2, 2) })).added).toEqual([
      { endpoint: { host: '2.2.2.2', port: 9 }, flags: 0 },
    ]);
    expect(parsePexMessage(encode({ added, 'added.f': Uint8Array.of(1, 2) })).added).toEqual([
      { endpoint: { host: '2.2.2.2', port: 9 }, flags: 2 },
    ]);
  });

  it('hostile 1, 26: any payload is read or refused with a typed error', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (payload) => {
        try {
          parsePexMessage(payload);
        } catch (error) {
          expect(error).toBeInstanceOf(PexError);
        }
      }),
    );
    expect(() => parsePexMessage(new TextEncoder().encode('l'.repeat(20_000) + 'e'))).toThrow(PexError);
    expect(parsePexMessage(encode({ added: 5, dropped: ['x'], 'added.f': {} }))).toEqual({ added: [], dropped: [] });
  });
});
