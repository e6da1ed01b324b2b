import { describe, expect, it } from 'vitest';
import { makeTorrent, VirtualSwarm } from './virtual-swarm.js';

const PIECE = 65_536;
const sample = makeTorrent({ name: 'film', seed: 1, pieceLength: PIECE, files: { film: 60 * PIECE } });

describe('the memory of a client', () => {
  it('is told with its budget, and stays within it while it downloads', async () => {
    const swarm = new VirtualSwarm(1);
    const seed = await swarm.node('10.0.0.1', { uplinkBytesPerSecond: 1_000_000 });
    await swarm.seedFrom(seed, sample);
    const leech = await swarm.node('10.0.1.1', { settings: { pieceMemoryBytes: 4 * PIECE } });
    const memory = () => leech.client.snapshot().memory;
    const idle = memory();
    expect(idle.usedBytes).toBe(0);
    const torrent = await swarm.add(leech, { metainfo: sample.metainfo });
    let mostBytes = 0;
    await swarm.clock.runUntil(() => {
      mostBytes = Math.max(mostBytes, memory().usedBytes);
      return torrent.state.kind === 'seeding';
    });
    expect(mostBytes).toBe(4 * PIECE);
    expect(memory().budgetBytes).toBe(idle.budgetBytes);
    expect(memory()).toMatchObject({ usedBytes: 0 });
    // What is read for uploads comes beside the pieces.
    expect(idle.budgetBytes - 4 * PIECE).toBe(32 * 1024 * 1024);
    expect(seed.client.snapshot().memory.usedBytes).toBeGreaterThan(0);
    await swarm.close([seed, leech]);
  });
});
