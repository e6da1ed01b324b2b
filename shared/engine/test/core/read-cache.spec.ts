import { describe, expect, it } from 'vitest';
import { ReadCache } from '../../src/core/read-cache.js';

const owner = {};
const load = (length: number) => () => Promise.resolve(new Uint8Array(length));

describe('ReadCache', () => {
  it('drops what was used least recently when it is over its capacity', async () => {
    const cache = new ReadCache({ capacityBytes: 100 });
    await cache.load(owner, 1, load(40));
    await cache.load(owner, 2, load(40));
    cache.get(owner, 1);
    await cache.load(owner, 3, load(40));
    expect(cache.get(owner, 2)).toBeUndefined();
    expect(cache.get(owner, 1)).toHaveLength(40);
    expect(cache.get(owner, 3)).toHaveLength(40);
    expect(cache.usedBytes).toBe(80);
  });

  it('loads once for all who ask at the same time', async () => {
    const cache = new ReadCache();
    let loads = 0;
    const count = () => {
      loads++;
      return Promise.resolve(new Uint8Array(1));
    };
    await Promise.all([cache.load(owner, 1, count), cache.load(owner, 1, count)]);
    await cache.load(owner, 1, count);
    expect(loads).toBe(1);
  });

  it('keeps no failure', async () => {
    const cache = new ReadCache();
    await expect(cache.load(owner, 1, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await cache.load(owner, 1, load(5))).toHaveLength(5);
  });

  it('keeps nothing of a load that ends after its owner was forgotten', async () => {
    const cache = new ReadCache();
    const loading = cache.load(owner, 1, load(5));
    cache.forget(owner);
    await loading;
    expect(cache.get(owner, 1)).toBeUndefined();
    expect(cache.usedBytes).toBe(0);
  });

  it('keeps owners apart', async () => {
    const cache = new ReadCache();
    const other = {};
    await cache.load(owner, 1, load(5));
    await cache.load(other, 1, load(6));
    cache.forget(owner);
    expect(cache.get(owner, 1)).toBeUndefined();
    expect(cache.get(other, 1)).toHaveLength(6);
    expect(cache.usedBytes).toBe(6);
  });
});
