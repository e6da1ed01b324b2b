import { describe, expect, it } from 'vitest';
import type { Torrent } from '../../src/core/torrent.js';
import { hasAllFiles, makeTorrent, type SwarmNode, VirtualSwarm } from './virtual-swarm.js';

const MINUTE = 60_000;
const PORT = 6881;
const sample = makeTorrent({ name: 'film.bin', seed: 5, pieceLength: 16 * 1024, files: { 'film.bin': 120_000 } });
const magnet = `magnet:?xt=urn:btih:${sample.id}`;
const ipOf = (index: number) => `10.0.${index >> 8}.${(index & 255) + 1}`;

/** Clients without trackers, each told of a few of those before it: `before` says which. */
async function introduce(options: {
  readonly peers: number;
  readonly connections: number;
  readonly enablePex: boolean;
  /** Between the starts of two of them. */
  readonly pauseMs: number;
  readonly before: (swarm: VirtualSwarm, index: number) => number[];
}) {
  const swarm = new VirtualSwarm(11);
  const settings = { maxConnectionsPerTorrent: options.connections, enablePex: options.enablePex, listenPort: PORT };
  const nodes = [];
  const torrents = [];
  for (let index = 0; index < options.peers; index++) {
    const node = await swarm.node(ipOf(index), { latencyMs: 20, settings });
    const peers = index === 0 ? [] : options.before(swarm, index).map((other) => ({ host: ipOf(other), port: PORT }));
    nodes.push(node);
    torrents.push(await swarm.add(node, { magnet }, { peers }));
    await swarm.clock.advance(options.pauseMs);
  }
  return { swarm, settings, nodes, torrents };
}

const threeBefore = (swarm: VirtualSwarm, index: number) =>
  Array.from({ length: 3 }, () => swarm.random.integer(index));

/** How many of `torrents`, by address, can be reached from the first of them by the connections they have. */
function reachable(torrents: ReadonlyMap<string, Torrent>): number {
  const reached = new Set([...torrents.keys()].slice(0, 1));
  for (const ip of reached) {
    for (const { endpoint } of torrents.get(ip)?.peers ?? [])
      if (torrents.has(endpoint.host)) reached.add(endpoint.host);
  }
  return reached.size;
}

describe('peer exchange', () => {
  it('alone makes a swarm of two hundred, of whom each knew three others and takes ten peers, and feeds them all', async () => {
    const { swarm, nodes, torrents } = await introduce({
      peers: 200,
      connections: 10,
      enablePex: true,
      pauseMs: 100,
      before: threeBefore,
    });
    await swarm.clock.advance(MINUTE);
    const known = torrents.map((torrent) => torrent.snapshot().knownPeers).sort((a, b) => a - b);
    // As below: a few whose friends are full wait for a place.
    expect(known.filter((count) => count > 40).length).toBeGreaterThanOrEqual(190);
    expect(known[100]).toBeGreaterThan(80);
    const full = torrents.filter((torrent) => torrent.snapshot().connectedPeers === 10);
    expect(full.length).toBeGreaterThan(100);
    // It holds together without the one through whom all came.
    const [first, ...others] = nodes as [SwarmNode, ...SwarmNode[]];
    const rest = torrents.slice(1);
    await swarm.close([first]);
    await swarm.clock.advance(10_000);
    expect(reachable(new Map(others.map(({ ip }, index) => [ip, rest[index] as Torrent])))).toBeGreaterThanOrEqual(185);
    // One of them has the files now, and soon everybody has, also those who had no place: who is complete makes room.
    const owner = others[99] as SwarmNode;
    swarm.writeFiles(owner, sample);
    await swarm.add(owner, { metainfo: sample.metainfo });
    await swarm.complete(rest, { maxMs: 5 * MINUTE });
    for (const node of others) expect(hasAllFiles(node, sample)).toBe(true);
    await swarm.close(others);
  });

  it('alone spreads a swarm of sixty of whom each knew three others, and who take twenty peers each', async () => {
    const { swarm, settings, nodes, torrents } = await introduce({
      peers: 60,
      connections: 20,
      enablePex: true,
      pauseMs: 1000,
      before: threeBefore,
    });
    await swarm.clock.advance(2 * MINUTE);
    // Somebody whose three friends are all full and of higher priority (BEP 40) waits until one of them has a place.
    const informed = torrents.filter((torrent) => torrent.snapshot().knownPeers > 30);
    expect(informed.length).toBeGreaterThanOrEqual(56);
    // One with the files comes.
    const seed = await swarm.node('10.1.0.1', { latencyMs: 20, settings });
    swarm.writeFiles(seed, sample);
    const friends = threeBefore(swarm, nodes.length).map((index) => ({ host: ipOf(index), port: PORT }));
    await swarm.add(seed, { metainfo: sample.metainfo }, { peers: friends });
    await swarm.complete(informed, { maxMs: 10 * MINUTE });
    for (const node of nodes.filter((_, index) => informed.includes(torrents[index] as Torrent))) {
      expect(hasAllFiles(node, sample)).toBe(true);
    }
    await swarm.close([seed, ...nodes]);
  });

  it('switched off tells nobody anything, and goes on at once when it is switched on', async () => {
    const { swarm, nodes, torrents } = await introduce({
      peers: 5,
      connections: 20,
      enablePex: false,
      pauseMs: 1000,
      before: (_, index) => [index - 1],
    });
    await swarm.clock.advance(3 * MINUTE);
    expect(torrents.map((torrent) => torrent.snapshot().connectedPeers)).toEqual([1, 2, 2, 2, 1]);
    for (const node of nodes) await swarm.clock.settle(node.client.updateSettings({ enablePex: true }));
    await swarm.clock.advance(5000);
    expect(torrents.map((torrent) => torrent.snapshot().connectedPeers)).toEqual([4, 4, 4, 4, 4]);
    const sources = torrents[0]?.details().peers.flatMap((peer) => peer.sources);
    expect(sources).toContain('pex');
    await swarm.close(nodes);
  });
});
