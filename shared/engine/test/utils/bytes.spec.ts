import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  compareBytes,
  concatBytes,
  equalBytes,
  fromHex,
  readUint32,
  toHex,
  writeUint32,
} from '../../src/utils/bytes.js';

it('hex goes there and back, in either case', () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      expect(fromHex(toHex(bytes))).toEqual(bytes);
      expect(fromHex(toHex(bytes).toUpperCase())).toEqual(bytes);
    }),
  );
  expect(fromHex('0g')).toBeUndefined();
  expect(fromHex('abc')).toBeUndefined();
});

it('32-bit integers go there and back, the highest included', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 0xffffffff }), (value) => {
      const bytes = new Uint8Array(6);
      expect(writeUint32(bytes, 1, value)).toBe(5);
      expect(readUint32(bytes, 1)).toBe(value);
      expect([bytes[0], bytes[5]]).toEqual([0, 0]);
    }),
  );
});

it('bytes compare as unsigned, a prefix before the longer one', () => {
  fc.assert(
    fc.property(fc.uint8Array(), fc.uint8Array(), (a, b) => {
      const sameSign = Math.sign(compareBytes(a, b));
      expect(sameSign).toBe(Math.sign(Buffer.compare(a, b)));
      expect(equalBytes(a, b)).toBe(sameSign === 0);
    }),
  );
});

it('parts are joined in order', () => {
  expect([...concatBytes([Uint8Array.of(1), new Uint8Array(0), Uint8Array.of(2, 3)])]).toEqual([1, 2, 3]);
});
