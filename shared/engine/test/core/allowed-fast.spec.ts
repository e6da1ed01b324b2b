import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { allowedFastSet } from '../../src/core/allowed-fast.js';
import { FastGrant } from '../../src/core/fast-grant.js';
import { MemoryHasher } from '../mocks/index.js';

const hasher = new MemoryHasher();
const setOf = (ip: readonly number[], size: number, pieceCount = 1313) =>
  allowedFastSet({ ip: Uint8Array.from(ip), infoHash: new Uint8Array(20).fill(0xaa), pieceCount, size, hasher });

describe('allowed fast set (BEP 6)', () => {
  it('is that of the examples', async () => {
    expect(await setOf([80, 4, 4, 200], 7)).toEqual([1059, 431, 808, 1217, 287, 376, 1188]);
    expect(await setOf([80, 4, 4, 200], 9)).toEqual([1059, 431, 808, 1217, 287, 376, 1188, 353, 508]);
  });

  it('is the same for all hosts of a network, and another one elsewhere', async () => {
    expect(await setOf([80, 4, 4, 1], 7)).toEqual(await setOf([80, 4, 4, 200], 7));
    expect(await setOf([80, 4, 5, 200], 7)).not.toEqual(await setOf([80, 4, 4, 200], 7));
  });

  it('has distinct pieces of the torrent, and ends when there are no more', async () => {
    const ip = fc.uint8Array({ minLength: 4, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(ip, fc.nat(20), fc.integer({ min: 1, max: 30 }), async (bytes, size, pieceCount) => {
        const set = await setOf([...bytes], size, pieceCount);
        expect(new Set(set).size).toBe(set.length);
        expect(set.length).toBeLessThanOrEqual(Math.min(size, pieceCount));
        expect(set.every((index) => index >= 0 && index < pieceCount)).toBe(true);
      }),
    );
  });
});

describe('what a choked peer may have', () => {
  it('is each byte of the pieces once, and nothing of others', () => {
    const grant = new FastGrant([3, 5], () => 32_768);
    const taken = [3, 3, 3, 4].map((index) => grant.take({ index, length: 16_384 }));
    expect(taken).toEqual([true, true, false, false]);
    expect([3, 4, 5].map((index) => grant.covers(index))).toEqual([true, false, true]);
  });

  it('is 4 MiB in all, however large the pieces are', () => {
    const grant = new FastGrant([0, 1], () => 2 ** 24);
    let bytes = 0;
    for (let index = 0; index < 2; index++) while (grant.take({ index, length: 131_072 })) bytes += 131_072;
    expect(bytes).toBe(4 * 1024 * 1024);
  });
});
