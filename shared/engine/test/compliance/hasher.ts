import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { IHasher } from '../../src/interfaces/hasher.js';
import { concatBytes } from '../../src/utils/bytes.js';
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

    test('a running hash is that of all its parts, whatever their lengths', async (harness) => {
      for (const lengths of [[], [0], [1, 63, 64, 65], [16_384, 0, 7, 1_000_003]]) {
        const hash = harness.hasher.startSha1();
        const parts = lengths.map((length, at) => pattern(length, at));
        for (const part of parts) await settle(harness, hash.update(part.slice()));
        expect(new Uint8Array(await settle(harness, hash.digest()))).toEqual(reference(concatBytes(parts)));
      }
    });

    test('parts that nobody waits for count in order, and each comes back as a view of the same offset and length', async (harness) => {
      const [one, other] = [harness.hasher.startSha1(), harness.hasher.startSha1()];
      const parts = Array.from({ length: 8 }, (_, at) => pattern(5_000 + at, at));
      const given = parts.map((part) => concatBytes([new Uint8Array(7), part, new Uint8Array(3)]));
      const [back] = await settle(
        harness,
        Promise.all([
          Promise.all(given.map((whole) => one.update(whole.subarray(7, whole.length - 3)))),
          Promise.all(parts.toReversed().map((part) => other.update(part.slice()))),
        ]),
      );
      expect(back.map(({ byteOffset }) => byteOffset)).toEqual(parts.map(() => 7));
      expect(back).toEqual(parts);
      const digests = await settle(harness, Promise.all([one.digest(), other.digest()]));
      expect(digests.map((digest) => new Uint8Array(digest))).toEqual(
        [parts, parts.toReversed()].map((all) => reference(concatBytes(all))),
      );
      other.close();
    });

    test('a running hash that is given up disturbs no other', async (harness) => {
      const [given, kept] = [harness.hasher.startSha1(), harness.hasher.startSha1()];
      await settle(harness, Promise.all([given.update(pattern(100, 1)), kept.update(pattern(100))]));
      given.close();
      expect(new Uint8Array(await settle(harness, kept.digest()))).toEqual(reference(pattern(100)));
    });

    test('many at once keep apart', async (harness) => {
      const inputs = Array.from({ length: 16 }, (_, i) => pattern(50_000 + i, i));
      const expected = inputs.map(reference);
      const results = await settle(harness, Promise.all(inputs.map((data) => harness.hasher.sha1(data))));
      expect(results.map(({ digest }) => new Uint8Array(digest))).toEqual(expected);
    });
  });
}
