import { describe, expect, it } from 'vitest';
import { ASIDE_FOLDER } from '../../src/core/aside-folders.js';
import { BLOCK_LENGTH } from '../../src/core/piece-layout.js';
import type { Torrent } from '../../src/core/torrent.js';
import { hasAllFiles, makeTorrent, type SwarmNode, VirtualSwarm } from './virtual-swarm.js';

const line = { uplinkBytesPerSecond: 100_000, downlinkBytesPerSecond: 200_000, latencyMs: 10 };
const PIECE = 1024 * 1024;
const sample = makeTorrent({ name: 'film', seed: 3, pieceLength: PIECE, files: { 'film.bin': 2 * PIECE + 300_000 } });
const SCRATCH = `${ASIDE_FOLDER}/${sample.id}/scratch`;

const the = (node: SwarmNode): Torrent => node.client.get(sample.id) as Torrent;

async function setUp() {
  const swarm = new VirtualSwarm(1);
  const source = await swarm.node('10.0.0.1', line);
  await swarm.seedFrom(source, sample);
  const leech = await swarm.node('10.0.0.2', line);
  await swarm.add(leech, { metainfo: sample.metainfo });
  return { swarm, source, leech };
}

/** What came in twice, or was on its way when nobody wanted it any more. */
const excess = (node: SwarmNode) => the(node).snapshot().downloadedBytes - (2 * PIECE + 300_000);

describe('pieces that are not complete', () => {
  it('are gone on with after a stop and after a restart: no block is downloaded again', async () => {
    const { swarm, source, leech } = await setUp();
    await swarm.clock.advance(6_000);
    await swarm.clock.settle(the(leech).stop());
    expect(leech.fileSystem.readFile(SCRATCH).length).toBeGreaterThan(PIECE);
    expect(await leech.fileSystem.stat('film')).toBeUndefined();
    the(leech).start();
    await swarm.clock.advance(12_000);
    await swarm.close([leech]);
    const later = await swarm.node('10.0.0.3', { ...line, earlier: leech });
    await swarm.complete([the(later)]);
    await swarm.clock.advance(100);
    expect(hasAllFiles(later, sample)).toBe(true);
    // What was on the line at each end.
    expect(excess(later)).toBeLessThan(2 * 8 * BLOCK_LENGTH);
    expect(await later.fileSystem.stat(ASIDE_FOLDER)).toBeUndefined();
    await swarm.close([source, later]);
  });

  it('hostile 47: that were changed on disk are found out by their hash, and no peer pays for it', async () => {
    const { swarm, source, leech } = await setUp();
    await swarm.clock.advance(6_000);
    await swarm.close([leech]);
    const bytes = leech.fileSystem.readFile(SCRATCH);
    for (let at = 1000; at < bytes.length; at += BLOCK_LENGTH) bytes[at] = (bytes[at] as number) ^ 1;
    leech.fileSystem.writeFile(SCRATCH, bytes);
    const later = await swarm.node('10.0.0.3', { ...line, earlier: leech });
    await swarm.complete([the(later)]);
    expect(hasAllFiles(later, sample)).toBe(true);
    expect(the(later).record.banned).toEqual([]);
    await swarm.close([source, later]);
  });

  it('hostile 50: cannot be kept on a full disk, and the torrent goes on all the same', async () => {
    const { swarm, source, leech } = await setUp();
    await swarm.clock.advance(6_000);
    leech.fileSystem.capacityBytes = leech.fileSystem.usedBytes;
    await swarm.clock.settle(the(leech).stop());
    leech.fileSystem.capacityBytes = Infinity;
    the(leech).start();
    await swarm.complete([the(leech)]);
    expect(hasAllFiles(leech, sample)).toBe(true);
    await swarm.close([source, leech]);
  });

  it('go with their torrent', async () => {
    const { swarm, source, leech } = await setUp();
    await swarm.clock.advance(6_000);
    await swarm.clock.settle(leech.client.remove(sample.id, { deleteFiles: true }));
    expect(await leech.fileSystem.list('')).toEqual([]);
    await swarm.close([source, leech]);
  });
});
