import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareDistance, randomIdAt, sharedPrefixBits } from '../../src/dht/node-id.js';
import { SeededRandom } from '../mocks/index.js';

const id = fc.uint8Array({ minLength: 20, maxLength: 20 });
const asNumber = (bytes: Uint8Array): bigint => bytes.reduce((value, byte) => (value << 8n) | BigInt(byte), 0n);

describe('node ids', () => {
  it('are as far apart as their XOR as a number', () => {
    fc.assert(
      fc.property(id, id, id, (target, a, b) => {
        const difference = (asNumber(a) ^ asNumber(target)) - (asNumber(b) ^ asNumber(target));
        expect(Math.sign(compareDistance(target, a, b))).toBe(difference < 0n ? -1 : difference > 0n ? 1 : 0);
      }),
    );
  });

  it('share as many leading bits as their XOR has zeros', () => {
    fc.assert(
      fc.property(id, id, (a, b) => {
        const xor = asNumber(a) ^ asNumber(b);
        expect(sharedPrefixBits(a, b)).toBe(160 - (xor === 0n ? 0 : xor.toString(2).length));
      }),
    );
    expect(sharedPrefixBits(new Uint8Array(20), new Uint8Array(20))).toBe(160);
  });

  it('made for a bucket share exactly its number of bits', () => {
    fc.assert(
      fc.property(id, fc.nat(159), fc.integer(), (own, bits, seed) => {
        expect(sharedPrefixBits(own, randomIdAt(own, bits, new SeededRandom(seed)))).toBe(bits);
      }),
    );
  });
});
