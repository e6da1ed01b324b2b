import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { crc32c } from '../../src/utils/crc32c.js';
import { isSecureNodeId, secureNodeId } from '../../src/dht/secure-node-id.js';
import { fromHex } from '../../src/utils/bytes.js';
import { parseIp } from '../../src/utils/ip-address.js';
import { SeededRandom } from '../mocks/index.js';

const ipOf = (text: string): Uint8Array => parseIp(text) ?? new Uint8Array();

describe('node ids of BEP 42', () => {
  it('use CRC-32C', () => {
    expect(crc32c(new TextEncoder().encode('123456789'))).toBe(0xe3069283);
  });

  it.each([
    ['124.31.75.21', '5fbfbff10c5d6a4ec8a88e4c6ab4c28b95eee401'],
    ['21.75.31.124', '5a3ce9c14e7a08645677bbd1cfe7d8f956d53256'],
    ['65.23.51.170', 'a5d43220bc8f112a3d426c84764f8c2a1150e616'],
    ['84.124.73.14', '1b0321dd1bb1fe518101ceef99462b947a01ff41'],
    ['43.213.53.83', 'e56f6cbf5b7c4be0237986d5243b87aa6d51305a'],
  ])('the example of %s is right, and wrong with another bit among the first 21', (ip, hex) => {
    const id = fromHex(hex) ?? new Uint8Array();
    expect(isSecureNodeId(id, ipOf(ip))).toBe(true);
    for (let bit = 0; bit < 21; bit++) {
      const other = id.slice();
      other[bit >> 3] = (other[bit >> 3] ?? 0) ^ (0x80 >> (bit & 7));
      expect(isSecureNodeId(other, ipOf(ip))).toBe(false);
    }
    // The 22nd is free.
    const free = id.slice();
    free[2] = (free[2] ?? 0) ^ 0x04;
    expect(isSecureNodeId(free, ipOf(ip))).toBe(true);
  });

  it('made for an address belong to it', () => {
    const address = fc.oneof(
      fc.uint8Array({ minLength: 4, maxLength: 4 }),
      fc.uint8Array({ minLength: 16, maxLength: 16 }),
    );
    fc.assert(
      fc.property(address, fc.integer(), (ip, seed) => {
        expect(isSecureNodeId(secureNodeId(ip, new SeededRandom(seed)), ip)).toBe(true);
      }),
    );
  });

  it('of IPv6 depend on the network, not on the host in it', () => {
    const random = new SeededRandom(1);
    const id = secureNodeId(ipOf('2001:db8:1:2::1'), random);
    expect(isSecureNodeId(id, ipOf('2001:db8:1:2:ffff::9'))).toBe(true);
    expect(isSecureNodeId(id, ipOf('2001:db8:1:3::1'))).toBe(false);
  });
});
