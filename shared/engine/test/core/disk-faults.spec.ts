import { describe, expect, it } from 'vitest';
import { FaultInjector } from '../faults/fault-injector.js';
import type { OperationName } from '../faults/fault-plan.js';
import { hasAllFiles, makeTorrent, VirtualSwarm } from '../simulation/virtual-swarm.js';

const LINE = { uplinkBytesPerSecond: 200_000, latencyMs: 10 };
const sample = makeTorrent({
  name: 'disk',
  seed: 6,
  pieceLength: 32_768,
  files: { 'a.bin': 300_000, 'b.bin': 200_000 },
});

/** A client that downloads on a disk which can be broken, operation by operation, and repaired. */
async function setUp() {
  const swarm = new VirtualSwarm(8);
  const seed = await swarm.node('10.0.0.1', LINE);
  await swarm.seedFrom(seed, sample);
  const broken = new Map<OperationName, string>();
  const faults = new FaultInjector({
    clock: swarm.clock,
    plan: ({ name }) => {
      const code = broken.get(name);
      return code === undefined ? undefined : { kind: 'fail', code };
    },
  });
  const leech = await swarm.node('10.0.0.2', { faults });
  const torrent = await swarm.add(leech, { metainfo: sample.metainfo });
  const doneBytes = () => torrent.snapshot().wantedDoneBytes;
  await swarm.clock.runUntil(() => doneBytes() > 100_000);
  return { swarm, seed, leech, torrent, broken, doneBytes, faults };
}

describe('a disk that fails in the middle of a download', () => {
  it.each([
    ['no-space', 'disk-full'],
    ['permission', 'disk-permission'],
    ['other', 'disk-error'],
  ] as const)('hostile 50: with %s pauses it as %s, and one click goes on', async (code, problem) => {
    const { swarm, seed, leech, torrent, broken, doneBytes, faults } = await setUp();
    broken.set('file.write', code);
    await swarm.clock.runUntil(() => torrent.state.kind === 'failed');
    expect(torrent.state).toMatchObject({ problem: { code: problem } });
    const before = doneBytes();
    expect(before).toBeGreaterThan(100_000);
    torrent.start();
    await swarm.clock.runUntil(() => torrent.state.kind === 'failed');
    expect(doneBytes()).toBe(before);

    broken.clear();
    torrent.start();
    await swarm.complete([torrent]);
    expect(hasAllFiles(leech, sample)).toBe(true);
    await swarm.close([seed, leech]);
    expect(faults.openFiles).toBe(0);
  });

  it('hostile 50: with a file that another program uses tries again by itself, later and later', async () => {
    const { swarm, seed, leech, torrent, broken, faults } = await setUp();
    const failures: number[] = [];
    torrent.on('changed', () => {
      const at = swarm.clock.now();
      if (torrent.state.kind === 'failed' && failures.at(-1) !== at) failures.push(at);
    });
    broken.set('file.write', 'locked');
    await swarm.clock.runUntil(() => failures.length === 3);
    expect(torrent.state).toMatchObject({ problem: { code: 'file-locked', files: [expect.stringContaining('.bin')] } });
    const [first = 0, second = 0, third = 0] = failures;
    expect(third - second).toBeGreaterThan(second - first);
    broken.clear();
    await swarm.complete([torrent]);
    expect(hasAllFiles(leech, sample)).toBe(true);
    broken.set('file.read', 'locked');
    torrent.recheck();
    await swarm.clock.runUntil(() => torrent.state.kind === 'failed');
    await swarm.clock.settle(torrent.stop());
    broken.clear();
    await swarm.clock.advance(600_000);
    expect(torrent.state.kind).toBe('stopped');
    await swarm.close([seed, leech]);
    expect(faults.openFiles).toBe(0);
  });

  it('hostile 50: a file that is deleted is missed at the next start, and comes again', async () => {
    const { swarm, seed, leech, torrent } = await setUp();
    await swarm.complete([torrent]);
    await leech.fileSystem.remove('disk/a.bin');
    await swarm.close([leech]);
    const later = await swarm.node('10.0.0.4', { earlier: leech });
    const restored = later.client.get(sample.id);
    await swarm.clock.runUntil(() => restored?.state.kind === 'downloading');
    expect(restored?.snapshot().wantedDoneBytes).toBeGreaterThan(100_000);
    await swarm.complete(restored ? [restored] : []);
    expect(hasAllFiles(later, sample)).toBe(true);
    await swarm.close([seed, later]);
  });
});
