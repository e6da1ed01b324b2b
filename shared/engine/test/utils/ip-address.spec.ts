import { isIP } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  COMPACT_IPV4_BYTES,
  COMPACT_IPV6_BYTES,
  encodeCompactPeer,
  formatEndpoint,
  formatIp,
  parseCompactPeers,
  parseIp,
} from '../../src/utils/ip-address.js';

const address = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });

describe('IP literals', () => {
  it.each([
    ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['2001:0DB8::0001', '2001:db8::1'],
    ['0:0:0:0:0:0:0:0', '::'],
    ['1:0:2:0:0:0:0:0', '1:0:2::'],
    ['1:2:3:4:5:6:0:8', '1:2:3:4:5:6:0:8'],
    ['64:ff9b::192.0.2.1', '64:ff9b::c000:201'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['::ffff:c000:201', '192.0.2.1'],
    ['192.0.2.255', '192.0.2.255'],
  ])('%s reads as %s', (text, canonical) => {
    const bytes = parseIp(text);
    expect(bytes && formatIp(bytes)).toBe(canonical);
  });

  it.each([
    '',
    '1.2.3',
    '1.2.3.256',
    '01.2.3.4',
    '1.2.3.4.5',
    '0x1.2.3.4',
    ':',
    ':::',
    '1::2::3',
    '1:2:3:4:5:6:7',
    'g::',
    '12345::',
  ])('%s is none', (text) => {
    expect(parseIp(text)).toBeUndefined();
  });

  it('keeps every address through writing and reading', () => {
    fc.assert(
      fc.property(fc.oneof(address(4), address(16)), (bytes) => {
        const text = formatIp(bytes);
        expect(isIP(text)).toBe(bytes.length === 4 ? 4 : 6);
        expect(formatIp(parseIp(text) ?? new Uint8Array(4))).toBe(
          parseIp(text)?.length === bytes.length ? text : formatIp(bytes.slice(12)),
        );
      }),
    );
  });

  it('takes for a literal only what the platform does', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[0-9a-f:.]{0,20}$/), (text) => {
        if (parseIp(text)) expect(isIP(text)).not.toBe(0);
      }),
    );
  });

  it('writes an endpoint with brackets around IPv6', () => {
    expect(formatEndpoint({ host: '2001:db8::1', port: 80 })).toBe('[2001:db8::1]:80');
    expect(formatEndpoint({ host: '192.0.2.1', port: 80 })).toBe('192.0.2.1:80');
  });
});

describe('compact peers', () => {
  it('keeps every peer through writing and reading', () => {
    fc.assert(
      fc.property(fc.oneof(address(4), address(16)), fc.integer({ min: 1, max: 65535 }), (bytes, port) => {
        const peer = { host: formatIp(bytes), port };
        const compact = encodeCompactPeer(peer);
        const size = compact?.length === COMPACT_IPV4_BYTES ? COMPACT_IPV4_BYTES : COMPACT_IPV6_BYTES;
        expect(parseCompactPeers(compact ?? new Uint8Array(), size)).toEqual([peer]);
      }),
    );
  });

  it('hostile 26: leaves out peers with port 0', () => {
    expect(parseCompactPeers(Uint8Array.of(1, 2, 3, 4, 0, 0, 5, 6, 7, 8, 0x1a, 0xe1), COMPACT_IPV4_BYTES)).toEqual([
      { host: '5.6.7.8', port: 6881 },
    ]);
  });

  it('has no compact form for a name', () => {
    expect(encodeCompactPeer({ host: 'peer.example', port: 1 })).toBeUndefined();
  });
});
