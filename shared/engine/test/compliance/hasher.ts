import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { IHasher } from '../../src/interfaces/hasher.js';
import { inWorld, pattern, settle, type ComplianceHarness, type HarnessFactory } from './harness.js';

export interface HasherHarness extends ComplianceHarness {
  readonly hasher: IHasher;
}

/** What an {@link IHasher} promises. */
export function describeHasher(name: string, createHarness: HarnessFactory<HasherHarness>): void {
  const test = (title: string, body: (harness: HasherHarness) => Promise<void>): void => {
    it(title, { timeout: 30_000 }, inWorld(createHarness, body));
  };
  const reference = (data: Uint8Array): Uint8Array => new Uint8Array(createHash('sha1').update(data).digest());

  describe(`${name}: hasher`, () => {
    test('SHA-1 of every size that matters', async (harness) => {
      for (const length of [0, 1, 55, 56, 63, 64, 65, 16_384, 32_768, 1_000_003]) {
        const { digest } = await settle(harness, harness.hasher.sha1(pattern(length)));
        expect(new Uint8Array(digest)).toEqual(reference(pattern(length)));
      }
    });

    test('the data comes back as a view of the same offset and length', async (harness) => {
      for (const length of [100, 100_000]) {
        const given = pattern(length + 20).subarray(7, 7 + length);
        const { data } = await settle(harness, harness.hasher.sha1(given));
        expect([data.byteOffset, data.byteLength]).toEqual([7, length]);
        expect(data).toEqual(pattern(length + 20).subarray(7, 7 + length));
      }
    });

    test('many at once keep apart', async (harness) => {
      const inputs = Array.from({ length: 16 }, (_, i) => pattern(50_000 + i, i));
      const expected = inputs.map(reference);
      const results = await settle(harness, Promise.all(inputs.map((data) => harness.hasher.sha1(data))));
      expect(results.map(({ digest }) => new Uint8Array(digest))).toEqual(expected);
    });
  });
}
