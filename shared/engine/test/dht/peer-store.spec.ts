import { describe, expect, it } from 'vitest';
import { BloomFilter } from '../../src/dht/bloom-filter.js';
import { PeerStore } from '../../src/dht/peer-store.js';
import { MemoryHasher, SeededRandom, VirtualClock } from '../mocks/index.js';

const MINUTE = 60_000;
const hash = (index: number): Uint8Array => Uint8Array.from({ length: 20 }, (_, at) => (index >> (8 * at)) & 0xff);
const HASH = hash(1);

const create = () => {
  const clock = new VirtualClock();
  const store = new PeerStore({ clock, random: new SeededRandom(1), hasher: new MemoryHasher() });
  const add = (host: string, options: { port?: number; isSeed?: boolean; infoHash?: Uint8Array } = {}) =>
    store.add(options.infoHash ?? HASH, {
      endpoint: { host, port: options.port ?? 6881 },
      identity: host,
      isSeed: options.isSeed ?? false,
    });
  const all = () => store.pick(HASH, 1000, { noSeeds: false }).map(({ host }) => host);
  return { clock, store, add, all };
};

describe('peer store', () => {
  it('keeps a peer for 30 minutes after its last announce', async () => {
    const { clock, store, add, all } = create();
    add('192.0.2.1');
    await clock.advance(15 * MINUTE);
    add('192.0.2.2');
    await clock.advance(16 * MINUTE);
    expect(all()).toEqual(['192.0.2.2']);
    add('192.0.2.2');
    await clock.advance(20 * MINUTE);
    expect(all()).toEqual(['192.0.2.2']);
    await clock.advance(11 * MINUTE);
    expect(all()).toEqual([]);
    expect(store.torrentCount).toBe(0);
  });

  it('keeps one peer an address, the latest', () => {
    const { store, add } = create();
    add('192.0.2.1', { port: 1 });
    add('192.0.2.1', { port: 2 });
    expect(store.pick(HASH, 10, { noSeeds: false })).toEqual([{ host: '192.0.2.1', port: 2 }]);
  });

  it('gives seeds last when they are not wanted (BEP 33)', () => {
    const { store, add } = create();
    for (let index = 0; index < 20; index++) add(`192.0.2.${index}`, { isSeed: index >= 5 });
    const hosts = store.pick(HASH, 5, { noSeeds: true }).map(({ host }) => host);
    expect(hosts.sort()).toEqual(['192.0.2.0', '192.0.2.1', '192.0.2.2', '192.0.2.3', '192.0.2.4']);
  });

  it('counts seeds and others in filters of their own (BEP 33)', async () => {
    const { clock, store, add } = create();
    expect(store.filters(HASH)).toBeUndefined();
    for (let index = 0; index < 30; index++) add(`192.0.2.${index}`, { isSeed: index < 10 });
    await clock.advance(0);
    const filters = store.filters(HASH);
    const estimate = (bytes: Uint8Array) => {
      const filter = new BloomFilter();
      filter.unite(bytes);
      return Math.round(filter.estimate());
    };
    expect(Math.abs(estimate(filters?.seeds ?? new Uint8Array()) - 10)).toBeLessThanOrEqual(1);
    expect(Math.abs(estimate(filters?.peers ?? new Uint8Array()) - 20)).toBeLessThanOrEqual(1);
  });

  it('stays within 500 peers a torrent and 2,000 torrents, the latest ones', () => {
    const { store, add, all } = create();
    for (let index = 0; index < 600; index++) add(`10.0.${index >> 8}.${index & 0xff}`);
    expect(all()).toHaveLength(500);
    expect(all()).not.toContain('10.0.0.99');
    expect(all()).toContain('10.0.0.100');
    for (let index = 2; index < 2100; index++) add('192.0.2.1', { infoHash: hash(index) });
    expect(store.torrentCount).toBe(2000);
    expect(all()).toEqual([]);
  });

  it('gives the same at most 20 info-hashes for ten minutes (BEP 51)', async () => {
    const { clock, store, add } = create();
    for (let index = 1; index <= 100; index++) add('192.0.2.1', { infoHash: hash(index) });
    const sample = store.sample();
    expect(sample).toHaveLength(20);
    await clock.advance(9 * MINUTE);
    expect(store.sample()).toBe(sample);
    await clock.advance(2 * MINUTE);
    expect(store.sample()).not.toEqual(sample);
  });
});
