import { describe, expect, it } from 'vitest';
import type { Torrent } from '../../src/core/torrent.js';
import { makeTorrent, type SwarmNode, VirtualSwarm } from './virtual-swarm.js';
import { WirePeer } from './wire-peer.js';

const KB = 1000;
const MB = 1000 * KB;
const fast = { uplinkBytesPerSecond: 5 * MB, downlinkBytesPerSecond: 20 * MB, latencyMs: 15 };
const sample = makeTorrent({ name: 'film', seed: 1, pieceLength: 65_536, files: { film: 20 * MB } });
const small = makeTorrent({ name: 'note', seed: 3, pieceLength: 65_536, files: { note: 65_536 } });
/** Before each block. */
const PIECE_HEADER_BYTES = 13;
const other = makeTorrent({ name: 'song', seed: 2, pieceLength: 65_536, files: { song: 20 * MB } });

async function setUp(count: number, settings = {}) {
  const swarm = new VirtualSwarm(1);
  const seeds: SwarmNode[] = [];
  for (let index = 0; index < count; index++) {
    const seed = await swarm.node(`10.0.0.${index + 1}`, fast);
    await swarm.seedFrom(seed, sample);
    seeds.push(seed);
  }
  const leech = await swarm.node('10.0.1.1', { ...fast, settings });
  return { swarm, clock: swarm.clock, seeds, leech };
}

/** Bytes a second that `count` gains over `seconds`. */
async function rateOf(swarm: VirtualSwarm, seconds: number, count: () => number): Promise<number> {
  const before = count();
  await swarm.clock.advance(seconds * 1000);
  return (count() - before) / seconds;
}

const received = (torrent: Torrent) => () => torrent.stats.received.total;
const sent = (torrent: Torrent) => () => torrent.stats.sent.total;
const isNear = (rate: number, limit: number, tolerance: number) => Math.abs(rate / limit - 1) < tolerance;

describe('the limit of downloading', () => {
  it('holds within 2 % over 10 s, and 8 peers have the same of it', async () => {
    const { swarm, seeds, leech } = await setUp(8, { downloadLimitBytesPerSecond: 500 * KB });
    const torrent = await swarm.add(leech, { metainfo: sample.metainfo });
    await swarm.clock.runUntil(() => torrent.stats.received.total > 0);
    expect(isNear(await rateOf(swarm, 10, received(torrent)), 500 * KB, 0.02)).toBe(true);
    const before = new Map([...torrent.peers].map((peer) => [peer, peer.received.total]));
    expect(isNear(await rateOf(swarm, 10, received(torrent)), 500 * KB, 0.02)).toBe(true);
    const shares = Array.from(before, ([peer, total]) => peer.received.total - total);
    expect(shares).toHaveLength(8);
    for (const share of shares) expect(isNear(share, (500 * KB * 10) / 8, 0.15)).toBe(true);
    expect(torrent.snapshot().wastedBytes).toBe(0);
    await swarm.close([...seeds, leech]);
  });

  it('holds for all torrents together and for one of them, and follows a change at once', async () => {
    const { swarm, seeds, leech } = await setUp(2, { downloadLimitBytesPerSecond: 1.5 * MB });
    const [first] = seeds as [SwarmNode];
    await swarm.seedFrom(first, other);
    const film = await swarm.add(leech, { metainfo: sample.metainfo });
    const song = await swarm.add(leech, { metainfo: other.metainfo });
    const both = () => film.stats.received.total + song.stats.received.total;
    await swarm.clock.runUntil(() => song.stats.received.total > 0 && film.stats.received.total > 0);
    film.setLimits({ downloadLimitBytesPerSecond: 500 * KB });
    const filmBefore = film.stats.received.total;
    expect(isNear(await rateOf(swarm, 10, both), 1.5 * MB, 0.02)).toBe(true);
    expect(isNear((film.stats.received.total - filmBefore) / 10, 500 * KB, 0.02)).toBe(true);
    await swarm.clock.settle(leech.client.updateSettings({ downloadLimitBytesPerSecond: 0 }));
    film.setLimits({ downloadLimitBytesPerSecond: 0 });
    expect(await rateOf(swarm, 2, both)).toBeGreaterThan(4 * MB);
    await swarm.close([...seeds, leech]);
  });

  it('so tight that a block takes longer than any time-out wastes nothing and blames nobody', async () => {
    const { swarm, seeds, leech } = await setUp(6, { downloadLimitBytesPerSecond: 2 * KB });
    const torrent = await swarm.add(leech, { metainfo: sample.metainfo });
    await swarm.clock.runUntil(() => torrent.peers.size === 6);
    const blamed = new Set<string>();
    for (let minute = 0; minute < 20; minute++) {
      await swarm.clock.advance(60_000);
      for (const peer of torrent.peers) if (peer.isSnubbed) blamed.add(peer.endpoint.host);
    }
    const { downloadedBytes, wastedBytes } = torrent.snapshot();
    expect(isNear(downloadedBytes / 1200, 2 * KB, 0.15)).toBe(true);
    expect(wastedBytes).toBe(0);
    expect([...blamed]).toEqual([]);
    expect(torrent.peers.size).toBe(6);
    await swarm.close([...seeds, leech]);
  });
});

describe('the limit of uploading', () => {
  it('holds within 2 % over 10 s, and 4 peers have the same of it', async () => {
    const swarm = new VirtualSwarm(2);
    const seed = await swarm.node('10.0.0.1', { ...fast, settings: { uploadLimitBytesPerSecond: 500 * KB } });
    const torrent = await swarm.seedFrom(seed, sample);
    const leeches: SwarmNode[] = [];
    for (let index = 0; index < 4; index++) {
      const settings = { maxConnectionsPerTorrent: 1 };
      const leech = await swarm.node(`10.0.1.${index + 1}`, { ...fast, settings });
      await swarm.add(leech, { metainfo: sample.metainfo });
      leeches.push(leech);
    }
    await swarm.clock.runUntil(
      () => torrent.peers.size === 4 && [...torrent.peers].every((peer) => peer.sent.total > 0),
    );
    const before = [...torrent.peers].map((peer) => ({ peer, total: peer.sent.total }));
    expect(isNear(await rateOf(swarm, 10, sent(torrent)), 500 * KB, 0.02)).toBe(true);
    for (const { peer, total } of before) expect(isNear(peer.sent.total - total, (500 * KB * 10) / 4, 0.1)).toBe(true);
    await swarm.close([seed, ...leeches]);
  });

  it('of one torrent leaves the other alone', async () => {
    const swarm = new VirtualSwarm(3);
    const seed = await swarm.node('10.0.0.1', fast);
    const film = await swarm.seedFrom(seed, sample);
    const song = await swarm.seedFrom(seed, other);
    const leech = await swarm.node('10.0.1.1', fast);
    film.setLimits({ uploadLimitBytesPerSecond: 500 * KB });
    await swarm.add(leech, { metainfo: sample.metainfo });
    await swarm.add(leech, { metainfo: other.metainfo });
    await swarm.clock.runUntil(() => film.stats.sent.total > 0 && song.stats.sent.total > 0);
    await swarm.complete([leech.client.get(other.id) as Torrent], { maxMs: 20_000 });
    await swarm.clock.advance(5_000);
    expect(isNear(await rateOf(swarm, 10, sent(film)), 500 * KB, 0.02)).toBe(true);
    await swarm.close([seed, leech]);
  });

  it.each([
    [500 * KB, 256],
    [500 * KB, 16_384],
    [5 * MB, 16_384],
  ])(
    'of %i bytes a second holds to two percent over 10 s, headers counted, in blocks of %i bytes',
    async (limit, length) => {
      const swarm = new VirtualSwarm(4);
      const line = { uplinkBytesPerSecond: 50 * MB, downlinkBytesPerSecond: 50 * MB, latencyMs: 15 };
      const seed = await swarm.node('10.0.0.1', { ...line, settings: { uploadLimitBytesPerSecond: limit } });
      await swarm.seedFrom(seed, small);
      const target = { ip: seed.ip, port: seed.client.snapshot().listenPort };
      let received = 0;
      const request = { type: 'request', index: 0, begin: 0, length } as const;
      const peer = await WirePeer.dial(swarm.clock, swarm.network.host('10.6.6.6', line), target, {
        onMessage: (from, message) => {
          if (message.type === 'unchoke') for (let count = 0; count < 500; count++) from.send(request);
          if (message.type !== 'piece') return;
          received += PIECE_HEADER_BYTES + message.block.length;
          from.send(request);
        },
      });
      peer.shake(small, 'greedy');
      peer.send({ type: 'interested' });
      await swarm.clock.runUntil(() => received > 0);
      await swarm.clock.advance(1000);
      expect(isNear(await rateOf(swarm, 10, () => received), limit, 0.02)).toBe(true);
      await swarm.close([seed]);
    },
  );
});
