import { describe, expect, it } from 'vitest';
import { hasAllFiles, makeTorrent, VirtualSwarm } from './virtual-swarm.js';

const MIB = 1024 * 1024;
/** What the client leaves to its host. */
const RESERVED_BYTES = 16 * MIB;
const line = { uplinkBytesPerSecond: 100_000, downlinkBytesPerSecond: 200_000, latencyMs: 10 };
const files = { 'a.bin': 2 * MIB, 'b.bin': MIB };
const first = makeTorrent({ name: 'first', seed: 1, pieceLength: 65_536, files });
const second = makeTorrent({ name: 'second', seed: 2, pieceLength: 65_536, files });

async function setUp(capacityBytes: number) {
  const swarm = new VirtualSwarm(1);
  const source = await swarm.node('10.0.0.1', line);
  await swarm.seedFrom(source, first);
  await swarm.seedFrom(source, second);
  const leech = await swarm.node('10.0.0.2', { ...line, capacityBytes, tellsRoom: true });
  return { swarm, leech, close: () => swarm.close([source, leech]) };
}

describe('hostile 50: a disk without room', () => {
  it('is told before anything is downloaded, with figures, and one click goes on when there is some', async () => {
    const { swarm, leech, close } = await setUp(RESERVED_BYTES + 2 * MIB);
    const torrent = await swarm.add(leech, { metainfo: first.metainfo });
    await swarm.clock.advance(2000);
    const room = { neededBytes: 3 * MIB, freeBytes: 2 * MIB };
    expect(torrent.state).toMatchObject({ kind: 'failed', problem: { code: 'disk-full', room } });
    expect(torrent.snapshot().downloadedBytes).toBe(0);
    torrent.start();
    await swarm.clock.advance(2000);
    expect(torrent.state.kind).toBe('failed');
    torrent.choose({ priorities: [{ priority: 0, fileIndices: [0] }] });
    torrent.start();
    await swarm.complete([torrent]);
    leech.fileSystem.capacityBytes += 2 * MIB;
    torrent.choose({ priorities: [{ priority: 4, fileIndices: [0] }] });
    await swarm.complete([torrent]);
    expect(hasAllFiles(leech, first)).toBe(true);
    await close();
  });

  it('counts what is promised to the downloads before; who waits goes on by itself when there is room', async () => {
    const { swarm, leech, close } = await setUp(RESERVED_BYTES + 5 * MIB);
    const one = await swarm.add(leech, { metainfo: first.metainfo });
    await swarm.clock.advance(1000);
    const two = await swarm.add(leech, { metainfo: second.metainfo });
    await swarm.clock.advance(1000);
    const room = { neededBytes: 3 * MIB, freeBytes: 2 * MIB };
    expect([one.state, two.state]).toMatchObject([{ kind: 'downloading' }, { kind: 'failed', problem: { room } }]);
    await swarm.complete([one]);
    await swarm.clock.advance(60_000);
    expect(two.state.kind).toBe('failed');
    leech.fileSystem.capacityBytes += MIB;
    await swarm.complete([two], { maxMs: 120_000 });
    expect(hasAllFiles(leech, first) && hasAllFiles(leech, second)).toBe(true);
    await close();
  });

  it('is not waited for by a download that was stopped', async () => {
    const { swarm, leech, close } = await setUp(RESERVED_BYTES + 2 * MIB);
    const torrent = await swarm.add(leech, { metainfo: first.metainfo });
    await swarm.clock.runUntil(() => torrent.state.kind === 'failed');
    await swarm.clock.settle(torrent.stop());
    leech.fileSystem.capacityBytes += 2 * MIB;
    await swarm.clock.advance(60_000);
    expect(torrent.state.kind).toBe('stopped');
    await close();
  });

  it('that is filled by somebody else stops the download that started last, before it is full', async () => {
    const { swarm, leech, close } = await setUp(RESERVED_BYTES + 6 * MIB);
    const one = await swarm.add(leech, { metainfo: first.metainfo });
    await swarm.clock.advance(1000);
    const two = await swarm.add(leech, { metainfo: second.metainfo });
    await swarm.clock.advance(5000);
    leech.fileSystem.capacityBytes -= MIB;
    await swarm.clock.advance(10_000);
    expect([one.state, two.state]).toMatchObject([
      { kind: 'downloading' },
      { kind: 'failed', problem: { code: 'disk-full' } },
    ]);
    const kept = two.snapshot().wantedDoneBytes;
    expect(kept).toBeGreaterThan(0);
    // What was given up half-way takes some room too.
    leech.fileSystem.capacityBytes += 2 * MIB;
    two.start();
    await swarm.complete([one, two]);
    expect(hasAllFiles(leech, first) && hasAllFiles(leech, second)).toBe(true);
    expect(two.snapshot().downloadedBytes - two.snapshot().wastedBytes).toBeLessThan(3 * MIB + 20 * 65_536);
    await close();
  });
});
