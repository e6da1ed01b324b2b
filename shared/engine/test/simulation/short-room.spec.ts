import { describe, expect, it } from 'vitest';
import type { FileSnapshot } from '../../src/core/snapshots.js';
import { MemoryPublishedFiles } from '../mocks/index.js';
import { hasAllFiles, makeTorrent, VirtualSwarm } from './virtual-swarm.js';

const MIB = 1024 * 1024;
/** What the client leaves to its host. */
const RESERVED_BYTES = 16 * MIB;
const PIECE = 65_536;
const line = { uplinkBytesPerSecond: 400_000, downlinkBytesPerSecond: 400_000, latencyMs: 10 };
const names = ['a', 'b', 'c', 'd', 'e', 'f'];
const sample = makeTorrent({
  name: 'album',
  seed: 9,
  pieceLength: PIECE,
  files: Object.fromEntries(names.map((name) => [name, 500_000])),
});

/** A seed, and a client whose disk is smaller than the torrent, while the folder of its user is not. */
async function setUp(roomBytes: number, torrent = sample) {
  const swarm = new VirtualSwarm(1);
  const seed = await swarm.node('10.0.0.1', line);
  await swarm.seedFrom(seed, torrent);
  const folder = new MemoryPublishedFiles({ detachBuffers: true, clock: swarm.clock });
  const node = await swarm.node('10.0.0.2', {
    ...line,
    folder,
    capacityBytes: RESERVED_BYTES + roomBytes,
    tellsRoom: true,
  });
  /** In the order in which they came to the folder. */
  const published: number[] = [];
  const waiting = new Set<string>();
  let mostUsedBytes = 0;
  node.client.on('torrentChanged', (changed) => {
    mostUsedBytes = Math.max(mostUsedBytes, node.fileSystem.usedBytes);
    const { files } = changed.details();
    for (const { index, publishedShare } of files) {
      if (publishedShare === 1 && !published.includes(index)) published.push(index);
    }
    waiting.add(waitingIn(files));
  });
  return {
    swarm,
    seed,
    folder,
    node,
    published,
    waiting,
    mostUsedBytes: () => mostUsedBytes,
    holdsAll: () => hasAllFiles({ ...node, fileSystem: folder.contents }, torrent),
  };
}

const waitingIn = (files: readonly FileSnapshot[]) =>
  files
    .filter(({ waitsForRoom }) => waitsForRoom)
    .map(({ index }) => names[index])
    .join('');

describe('a torrent bigger than the disk beside the browser', () => {
  it('comes file after file: each goes to the folder and makes room for the next', async () => {
    const { swarm, seed, node, published, waiting, mostUsedBytes, holdsAll } = await setUp(1_200_000);
    const torrent = await swarm.add(node, { metainfo: sample.metainfo }, { root: 'folder' });
    await swarm.complete([torrent]);
    expect(holdsAll()).toBe(true);
    expect(published).toHaveLength(names.length);
    expect(waiting).toContain('cdef');
    expect(waitingIn(torrent.details().files)).toBe('');
    expect(mostUsedBytes()).toBeLessThanOrEqual(1_200_000);
    const { downloadedBytes, wastedBytes } = torrent.snapshot();
    expect(downloadedBytes - wastedBytes).toBe(sample.content.length);
    await swarm.close([seed, node]);
    expect(await node.fileSystem.list('')).toEqual([]);
  });

  it('gives others what is here, from the folder too, before it is complete', async () => {
    const { swarm, seed, node, published } = await setUp(600_000);
    const torrent = await swarm.add(node, { metainfo: sample.metainfo }, { root: 'folder' });
    await swarm.clock.runUntil(() => published.length === 3);
    await swarm.close([seed]);
    const leech = await swarm.node('10.0.0.3', line);
    const copy = await swarm.add(leech, { metainfo: sample.metainfo });
    await swarm.clock.runUntil(() => copy.snapshot().wantedDoneBytes >= 3 * 500_000);
    expect(torrent.state.kind).toBe('downloading');
    await swarm.close([leech, node]);
  });

  it('begins with the files that are wanted most, now and later', async () => {
    const { swarm, seed, node, published, holdsAll } = await setUp(600_000);
    const torrent = await swarm.add(node, { metainfo: sample.metainfo }, { root: 'folder', start: false });
    torrent.choose({ priorities: [{ priority: 7, fileIndices: [4] }] });
    torrent.start();
    await swarm.clock.runUntil(() => published.length === 1);
    torrent.choose({ priorities: [{ priority: 7, fileIndices: [3] }] });
    torrent.choose({ priorities: [{ priority: 1, fileIndices: [0, 1] }] });
    await swarm.complete([torrent]);
    expect(published[0]).toBe(4);
    expect(published.indexOf(3)).toBeLessThan(published.indexOf(0));
    expect(published.slice(-2).sort()).toEqual([0, 1]);
    expect(holdsAll()).toBe(true);
    await swarm.close([seed, node]);
  });

  it('hostile 50: waits while the folder is out of reach, and goes on when it is back', async () => {
    const { swarm, seed, folder, node, mostUsedBytes, holdsAll } = await setUp(1_200_000);
    folder.isLost = true;
    const torrent = await swarm.add(node, { metainfo: sample.metainfo }, { root: 'folder' });
    await swarm.clock.advance(120_000);
    expect(torrent.state.kind).toBe('downloading');
    expect(torrent.snapshot()).toMatchObject({ attention: { code: 'folder-access-lost' } });
    expect(mostUsedBytes()).toBeLessThanOrEqual(1_200_000);
    folder.isLost = false;
    node.client.roots.setAvailable('folder');
    await swarm.complete([torrent]);
    expect(holdsAll()).toBe(true);
    await swarm.close([seed, node]);
  });

  it('hostile 50: takes all files that fit, then says how much room one that does not needs', async () => {
    const uneven = makeTorrent({
      name: 'album',
      seed: 10,
      pieceLength: PIECE,
      files: { a: 8 * PIECE, b: 20 * PIECE, c: 8 * PIECE },
    });
    const { swarm, seed, node, published, holdsAll } = await setUp(10 * PIECE, uneven);
    const torrent = await swarm.add(node, { metainfo: uneven.metainfo }, { root: 'folder' });
    await swarm.clock.runUntil(() => torrent.state.kind === 'failed');
    const room = { neededBytes: 20 * PIECE, freeBytes: 10 * PIECE };
    expect(torrent.state).toMatchObject({ problem: { code: 'disk-full', room } });
    expect(published).toEqual([0, 2]);
    node.fileSystem.capacityBytes += 10 * PIECE;
    await swarm.complete([torrent]);
    expect(holdsAll()).toBe(true);
    await swarm.close([seed, node]);
  });

  it('gives up unverified blocks that take the room of the next file', async () => {
    const blocks = makeTorrent({
      name: 'album',
      seed: 11,
      pieceLength: 4 * PIECE,
      files: { a: 8 * PIECE, b: 8 * PIECE, c: 8 * PIECE },
    });
    const { swarm, seed, node, holdsAll } = await setUp(10 * PIECE, blocks);
    const torrent = await swarm.add(node, { metainfo: blocks.metainfo }, { root: 'folder' });
    await swarm.clock.runUntil(() => torrent.snapshot().downloadedBytes > PIECE);
    await swarm.clock.settle(torrent.stop());
    const scratchBytes = node.fileSystem.usedBytes;
    expect(scratchBytes).toBeGreaterThan(2 * PIECE);
    torrent.start();
    await swarm.complete([torrent], { maxMs: 300_000 });
    expect(holdsAll()).toBe(true);
    await swarm.close([seed, node]);
  });
});
