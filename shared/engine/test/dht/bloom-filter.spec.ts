import { describe, expect, it } from 'vitest';
import { BloomFilter, filterBitsOf } from '../../src/dht/bloom-filter.js';
import { toHex } from '../../src/utils/bytes.js';
import { MemoryHasher } from '../mocks/index.js';

const hasher = new MemoryHasher();

const add = async (filter: BloomFilter, host: string): Promise<void> => {
  const bits = await filterBitsOf(host, hasher);
  if (!bits) throw new Error(host);
  filter.add(bits);
};

describe('bloom filter (BEP 33)', () => {
  it('holds the addresses of the example as the example says, and counts them', async () => {
    const filter = new BloomFilter();
    for (let index = 0; index < 256; index++) await add(filter, `192.0.2.${index}`);
    for (let index = 0; index < 1000; index++) await add(filter, `2001:db8::${index.toString(16)}`);
    expect(toHex(filter.bytes)).toBe(
      `f6c3f5eaa07ffd91bde89f777f26fb2bff37bdb8fb2bbaa2fd3ddde7bacfff75ee7ccbae
       fe5eedb1fbfaff67f6abff5e43ddbca3fd9b9ffdf4ffd3e9dff12d1bdf59db53dbe9fa5b
       7ff3b8fdfcde1afb8bedd7be2f3ee71ebbbfe93bcdeefe148246c2bc5dbff7e7efdcf24f
       d8dc7adffd8fffdfddfff7a4bbeedf5cb95ce81fc7fcff1ff4ffffdfe5f7fdcbb7fd79b3
       fa1fc77bfe07fff905b7b7ffc7fefeffe0b8370bb0cd3f5b7f2bd93feb4386cfdd6f7fd5
       bfaf2e9ebffffeecd67adbf7c67f17efd5d75eba6ffeba7fff47a91eb1bfbb53e8abfb57
       62abe8ff237279bfefbfeef5ffc5febfdfe5adffadfee1fb737ffffbfd9f6aeffeee76b6
       fd8f72ef`.replaceAll(/\s/g, ''),
    );
    expect(filter.estimate()).toBeCloseTo(1224.9308, 3);
  });

  it('knows what is in it, and is empty at first', async () => {
    const filter = new BloomFilter();
    expect(filter.estimate()).toBe(0);
    await add(filter, '192.168.1.1');
    expect(filter.has((await filterBitsOf('192.168.1.1', hasher)) ?? [0, 0])).toBe(true);
    expect(filter.has((await filterBitsOf('192.168.1.2', hasher)) ?? [0, 0])).toBe(false);
    expect(Math.round(filter.estimate())).toBe(1);
  });

  it('united with another counts those of both, and the same ones once', async () => {
    const [a, b] = [new BloomFilter(), new BloomFilter()];
    for (let index = 0; index < 100; index++) await add(a, `192.0.2.${index}`);
    for (let index = 50; index < 150; index++) await add(b, `192.0.2.${index}`);
    a.unite(b.bytes);
    expect(Math.abs(a.estimate() - 150)).toBeLessThan(15);
  });

  it('that is full still gives a number', () => {
    const filter = new BloomFilter();
    filter.unite(new Uint8Array(256).fill(255));
    expect(filter.estimate()).toBeGreaterThan(6000);
    expect(filter.estimate()).toBeLessThan(Infinity);
  });

  it('takes addresses only', async () => {
    expect(await filterBitsOf('router.example', hasher)).toBeUndefined();
  });
});
