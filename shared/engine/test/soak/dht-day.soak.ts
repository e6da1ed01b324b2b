import { describe, expect, it } from 'vitest';
import { DhtAnnouncer } from '../../src/dht/dht-announcer.js';
import { VirtualDht, type SearchOutcome, type VirtualDhtNode } from '../simulation/virtual-dht.js';
import { heapMiB, median, printFigures } from './figures.js';

const HOURS = 24;
const HOUR_MS = 3_600_000;
const NODES = 1000;
/** Nodes that stay all day: the routers, and one for each torrent, which announces it. */
const ROUTERS = 4;
const TORRENTS = 100;
/** Of the others, one goes and one comes every so often: they stay for four hours on average. */
const CHURN_INTERVAL_MS = (4 * HOUR_MS) / (NODES - ROUTERS - TORRENTS);
const SEARCHES_AN_HOUR = 100;

describe('a DHT of 1,000 nodes that loses 20 % of its datagrams', () => {
  it('keeps what its clients announce for a whole day, while nodes stay for four hours, and grows nowhere', async () => {
    const net = new VirtualDht({ seed: 24 });
    const { clock, random } = net;
    await net.grow(NODES);
    const announced = net.nodes.slice(ROUTERS, ROUTERS + TORRENTS).map(({ dht }, index) => {
      const infoHash = random.bytes(20);
      const announcer = new DhtAnnouncer({ dht, clock, random });
      announcer.add({
        infoHash,
        announcement: () => ({ port: 1000 + index }),
        wantsSeeds: () => true,
        onPeer: () => undefined,
      });
      return { infoHash, announcer };
    });
    const anyNode = () => net.nodes[random.integer(net.nodes.length)] as VirtualDhtNode;
    const churn = async (ms: number): Promise<void> => {
      for (let past = 0; past < ms; past += CHURN_INTERVAL_MS) {
        const stayers = ROUTERS + TORRENTS;
        net.stop(net.nodes[stayers + random.integer(net.nodes.length - stayers)] as VirtualDhtNode);
        await net.start();
        await clock.advance(CHURN_INTERVAL_MS);
      }
    };

    const started = performance.now();
    const outcomes: SearchOutcome[] = [];
    const heaps: number[] = [];
    const sentInFirstHour = { datagrams: 0, bytes: 0 };
    for (let hour = 0; hour < HOURS; hour++) {
      await churn(HOUR_MS);
      const chosen = Array.from({ length: SEARCHES_AN_HOUR }, (_, index) => announced[index % TORRENTS]?.infoHash);
      const searches = chosen.map((infoHash) => net.search(anyNode(), infoHash as Uint8Array));
      outcomes.push(...(await clock.settle(Promise.all(searches))));
      heaps.push(heapMiB());
      if (hour === 0) Object.assign(sentInFirstHour, net.sent);
    }
    const found = outcomes.filter(({ peers }) => peers.length > 0);
    const rounds = median(found.map(({ summary }) => summary.rounds ?? NaN));
    const nodeSeconds = NODES * HOURS * 3600;

    // Nobody announces any more: half an hour later nothing is stored.
    for (const { announcer } of announced) announcer.close();
    await clock.advance(HOUR_MS);
    const late = await clock.settle(Promise.all(announced.map(({ infoHash }) => net.search(anyNode(), infoHash))));
    net.close();

    printFigures(`DHT of ${NODES} nodes, ${HOURS} h`, {
      'real seconds': (performance.now() - started) / 1000,
      'searches that found the peer, %': (100 * found.length) / outcomes.length,
      'rounds, median': rounds,
      'first peer, median ms': median(found.map(({ firstPeerMs }) => firstPeerMs ?? NaN)),
      'bytes sent by a node in a second': net.sent.bytes / nodeSeconds,
      'datagrams sent by a node in a minute': (60 * net.sent.datagrams) / nodeSeconds,
      'MiB of heap after hour 2': heaps[1] ?? NaN,
      'MiB of heap at the end': heaps.at(-1) ?? NaN,
    });
    expect(found.length / outcomes.length).toBeGreaterThanOrEqual(0.99);
    expect(rounds).toBeLessThanOrEqual(4);
    expect(late.filter(({ peers }) => peers.length > 0)).toEqual([]);
    expect(heaps.at(-1)).toBeLessThan(1.5 * (heaps[1] ?? NaN));
  });
});
