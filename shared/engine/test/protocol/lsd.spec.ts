import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeLocalAnnounce, LSD_GROUP_IPV4, LSD_GROUP_IPV6, parseLocalAnnounce } from '../../src/protocol/lsd.js';

const text = (lines: readonly string[]) => new TextEncoder().encode(lines.join('\r\n'));
const infoHash = fc.uint8Array({ minLength: 20, maxLength: 20 });
const HASH = 'ab'.repeat(20);

describe('announces of local discovery (BEP 14)', () => {
  it('have the layout of the BEP', () => {
    const announce = { port: 6881, infoHashes: [new Uint8Array(20).fill(0xab)], cookie: 'c1' };
    expect(new TextDecoder().decode(encodeLocalAnnounce(announce, LSD_GROUP_IPV4))).toBe(
      `BT-SEARCH * HTTP/1.1\r\nHost: 239.192.152.143:6771\r\nPort: 6881\r\nInfohash: ${HASH}\r\ncookie: c1\r\n\r\n\r\n`,
    );
    expect(new TextDecoder().decode(encodeLocalAnnounce(announce, LSD_GROUP_IPV6))).toContain(
      'Host: [ff15::efc0:988f]:6771\r\n',
    );
  });

  it('keep everything through writing and reading, and fit a packet', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 65_535 }),
        fc.array(infoHash, { minLength: 1, maxLength: 24 }),
        fc.option(fc.stringMatching(/^[0-9a-f]{1,16}$/), { nil: undefined }),
        (port, infoHashes, cookie) => {
          const datagram = encodeLocalAnnounce({ port, infoHashes, cookie }, LSD_GROUP_IPV6);
          expect(datagram.length).toBeLessThanOrEqual(1400);
          expect(parseLocalAnnounce(datagram)).toEqual({ port, infoHashes, cookie });
        },
      ),
    );
  });

  it('are read with headers of any case, without a cookie, and with headers nobody knows', () => {
    const lines = [
      'bt-search * HTTP/1.1',
      'HOST: x',
      'port:6881',
      'X-Y: z',
      `INFOHASH:  ${HASH.toUpperCase()}`,
      '',
      '',
    ];
    expect(parseLocalAnnounce(text(lines))).toEqual({
      port: 6881,
      infoHashes: [new Uint8Array(20).fill(0xab)],
      cookie: undefined,
    });
  });

  it.each([
    ['another start line', ['M-SEARCH * HTTP/1.1', 'Port: 1', `Infohash: ${HASH}`, '', '']],
    ['no port', ['BT-SEARCH * HTTP/1.1', `Infohash: ${HASH}`, '', '']],
    ['port 0', ['BT-SEARCH * HTTP/1.1', 'Port: 0', `Infohash: ${HASH}`, '', '']],
    ['port 65536', ['BT-SEARCH * HTTP/1.1', 'Port: 65536', `Infohash: ${HASH}`, '', '']],
    ['no hash', ['BT-SEARCH * HTTP/1.1', 'Port: 1', 'Infohash: abc', '', '']],
    ['more than 1,500 bytes', ['BT-SEARCH * HTTP/1.1', 'Port: 1', `Infohash: ${HASH}`, `X: ${'x'.repeat(1500)}`, '']],
  ])('with %s are refused', (_, lines) => {
    expect(parseLocalAnnounce(text(lines))).toBeUndefined();
  });

  it('name at most 24 torrents, and nothing in them throws', () => {
    const many = ['BT-SEARCH * HTTP/1.1', 'Port: 1', ...Array.from({ length: 27 }, () => `Infohash: ${HASH}`), '', ''];
    expect(parseLocalAnnounce(text(many))?.infoHashes).toHaveLength(24);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (datagram) => {
        expect(parseLocalAnnounce(datagram)).toBeUndefined();
      }),
    );
  });
});
