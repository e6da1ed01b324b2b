import { describe, expect, it } from 'vitest';
import type { IRandom } from '../../src/interfaces/random.js';

/** What an {@link IRandom} promises. */
export function describeRandom(name: string, createRandom: () => IRandom): void {
  describe(`${name}: random`, () => {
    it('gives as many bytes as asked for, fresh ones every time', () => {
      const random = createRandom();
      expect([0, 1, 3, 20, 1000].map((length) => random.bytes(length).byteLength)).toEqual([0, 1, 3, 20, 1000]);
      expect(random.bytes(20)).not.toEqual(random.bytes(20));
    });

    it('bytes take every value', () => {
      expect(new Set(createRandom().bytes(20_000)).size).toBe(256);
    });

    it('integers stay below the bound and reach every value', () => {
      const random = createRandom();
      const counts = new Array<number>(6).fill(0);
      for (let i = 0; i < 6000; i++) {
        const value = random.integer(6);
        counts[value] = (counts[value] ?? NaN) + 1;
      }
      expect(counts).toHaveLength(6);
      for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(250);
      expect(random.integer(1)).toBe(0);
    });

    it('takes bounds up to 2^32', () => {
      const random = createRandom();
      const values = Array.from({ length: 200 }, () => random.integer(2 ** 32));
      expect(values.every((value) => Number.isInteger(value) && value >= 0 && value < 2 ** 32)).toBe(true);
      expect(values.some((value) => value >= 2 ** 31)).toBe(true);
    });
  });
}
