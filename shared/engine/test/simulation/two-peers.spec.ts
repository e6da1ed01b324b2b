import { describe, expect, it } from 'vitest';
import { hasAllFiles, makeTorrent, VirtualSwarm } from './virtual-swarm.js';

const sample = makeTorrent({
  name: 'album',
  seed: 1,
  pieceLength: 32 * 1024,
  files: { 'one.bin': 100_000, 'empty.txt': 0, 'sub/две.bin': 70_001, 'three.bin': 5 },
});

describe('two clients', () => {
  it('a .torrent downloads from a seed the tracker names, byte for byte', async () => {
    const swarm = new VirtualSwarm(7);
    const seed = await swarm.node('10.0.0.1');
    const leech = await swarm.node('10.0.0.2');
    await swarm.seedFrom(seed, sample);
    const torrent = await swarm.add(leech, { metainfo: sample.metainfo });
    await swarm.complete([torrent]);
    expect(hasAllFiles(leech, sample)).toBe(true);
    await swarm.close([seed, leech]);
    await swarm.clock.advance(60_000);
    expect(swarm.clock.pendingTimers).toBe(0);
  });

  it('a magnet link gets its metadata from the swarm, then the files', async () => {
    const swarm = new VirtualSwarm(8);
    const seed = await swarm.node('10.0.0.1');
    const leech = await swarm.node('10.0.0.2');
    await swarm.seedFrom(seed, sample);
    const torrent = await swarm.add(leech, { magnet: sample.magnet });
    expect(torrent.snapshot().state.kind).toBe('metadata');
    await swarm.complete([torrent]);
    expect(torrent.snapshot().name).toBe('album');
    expect(hasAllFiles(leech, sample)).toBe(true);
    await swarm.close([seed, leech]);
    expect(swarm.tracker.log).toContain('10.0.0.2 completed');
    expect(swarm.tracker.log).toContain('10.0.0.2 stopped');
  });

  it.each(['complete', 'stopped'])(
    'a torrent without peers is told to be without speed, when it is %s',
    async (end) => {
      const swarm = new VirtualSwarm(9);
      const seed = await swarm.node('10.0.0.1', { uplinkBytesPerSecond: 50_000 });
      const leech = await swarm.node('10.0.0.2');
      await swarm.seedFrom(seed, sample);
      const torrent = await swarm.add(leech, { metainfo: sample.metainfo });
      let told = torrent.snapshot();
      torrent.on('changed', () => (told = torrent.snapshot()));
      for (let steps = 0; torrent.snapshot().downloadRate === 0 && steps < 1000; steps++) await swarm.clock.advance(10);
      expect(torrent.snapshot().downloadRate).toBeGreaterThan(0);
      if (end === 'complete') await swarm.complete([torrent]);
      else await torrent.stop();
      await swarm.close([seed]);
      await swarm.clock.advance(5_000);
      expect(told).toMatchObject({ connectedPeers: 0, downloadRate: 0, uploadRate: 0 });
      expect(leech.client.snapshot()).toMatchObject({ downloadRate: 0, uploadRate: 0 });
      await swarm.close([leech]);
    },
  );
});

describe('two seeds as slow as each other', () => {
  it('bring the last block as soon as one of them has sent it, and nothing that they send is thrown away', async () => {
    const blocks = 5;
    const file = makeTorrent({ name: 'file', seed: 1, pieceLength: 65_536, files: { 'a.bin': blocks * 16_384 } });
    const swarm = new VirtualSwarm(4);
    const slow = { uplinkBytesPerSecond: 3000, latencyMs: 200 };
    const seeds = [await swarm.node('10.0.0.1', slow), await swarm.node('10.0.0.2', slow)];
    for (const seed of seeds) await swarm.seedFrom(seed, file);
    const leech = await swarm.node('10.0.0.3');
    const torrent = await swarm.add(leech, { metainfo: file.metainfo });
    const startedAt = swarm.clock.now();
    await swarm.complete([torrent]);
    expect(torrent.stats.wastedBytes).toBe(0);
    // Three blocks of one of them take so long; four take 22 s.
    expect(swarm.clock.now() - startedAt).toBeLessThan(20_000);
    await swarm.close([...seeds, leech]);
  });
});
