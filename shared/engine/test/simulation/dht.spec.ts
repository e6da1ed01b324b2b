import { beforeAll, describe, expect, it } from 'vitest';
import { parseSavedState } from '../../src/dht/saved-state.js';
import { VirtualDht, type SearchOutcome, type VirtualDhtNode } from './virtual-dht.js';

const NODES = 1000;
const TORRENTS = 150;
/** Searches under way at a time. */
const BATCH = 50;

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1] ?? NaN;

describe('a DHT of 1,000 nodes that loses 20 % of its datagrams', () => {
  const net = new VirtualDht({ seed: 7 });
  const infoHashes = Array.from({ length: TORRENTS }, () => net.random.bytes(20));
  const anyNode = (): VirtualDhtNode => net.nodes[net.random.integer(net.nodes.length)] as VirtualDhtNode;

  const searchAll = async (port?: number): Promise<SearchOutcome[]> => {
    const outcomes: SearchOutcome[] = [];
    for (let first = 0; first < TORRENTS; first += BATCH) {
      const batch = infoHashes.slice(first, first + BATCH);
      const searches = batch.map((infoHash) => net.search(anyNode(), infoHash, port));
      outcomes.push(...(await net.clock.settle(Promise.all(searches))));
    }
    return outcomes;
  };

  beforeAll(async () => {
    await net.grow(NODES);
    await searchAll(5000);
  }, 120_000);

  it('finds a stored peer in at least 99 % of lookups, in at most 4 rounds at the median, while nodes come and go', async () => {
    const outcomes: SearchOutcome[] = [];
    for (let round = 0; round < 2; round++) {
      for (let change = 0; change < NODES / 20; change++) {
        net.stop(net.nodes[4 + net.random.integer(net.nodes.length - 4)] as VirtualDhtNode);
        await net.start();
        await net.clock.advance(100);
      }
      outcomes.push(...(await searchAll()));
    }
    const found = outcomes.filter(({ peers }) => peers.length > 0);
    expect(found.length / outcomes.length).toBeGreaterThanOrEqual(0.99);
    expect(median(found.map(({ summary }) => summary.rounds ?? NaN))).toBeLessThanOrEqual(4);
  });

  it('takes a node back with the table of its last session: first peers within 3 s of the start', async () => {
    const firstPeersMs: number[] = [];
    for (const veteran of net.nodes.slice(4, 9)) {
      const torrents = Array.from({ length: 40 }, () => net.search(veteran, net.random.bytes(20)));
      await net.clock.settle(Promise.all(torrents));
      const savedState = veteran.dht.saveState();
      expect(parseSavedState(savedState)[4]?.nodes.length).toBeGreaterThanOrEqual(200);
      net.stop(veteran);
      await net.clock.advance(1000);
      const restarted = await net.start({ savedState, host: veteran.host });
      const outcome = await net.clock.settle(net.search(restarted, infoHashes[firstPeersMs.length] as Uint8Array));
      firstPeersMs.push(outcome.firstPeerMs ?? Infinity);
    }
    expect(Math.max(...firstPeersMs)).toBeLessThan(3000);
    net.close();
  });
});
