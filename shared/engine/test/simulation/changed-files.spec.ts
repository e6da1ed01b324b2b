import { describe, expect, it } from 'vitest';
import type { Torrent } from '../../src/core/torrent.js';
import { MemoryPublishedFiles } from '../mocks/index.js';
import { hasAllFiles, makeTorrent, type SwarmNode, VirtualSwarm } from './virtual-swarm.js';

const line = { uplinkBytesPerSecond: 200_000, downlinkBytesPerSecond: 200_000, latencyMs: 10 };
const PIECE = 16_384;
const sample = makeTorrent({
  name: 'album',
  seed: 5,
  pieceLength: PIECE,
  files: { 'a.bin': 50_001, 'empty.txt': 0, 'b/b.bin': 99_999, 'c.bin': 180_000 },
});
const A = 'album/a.bin';
const B = 'album/b/b.bin';
const C = 'album/c.bin';

const bytesOf = (path: string): Uint8Array => sample.files.get(path)?.slice() ?? new Uint8Array();

/** What the user makes of a file: other bytes in its middle. */
function edited(path: string): Uint8Array {
  const bytes = bytesOf(path);
  bytes.fill(0, 40_000, 40_100);
  return bytes;
}

/** A torrent that is complete in a folder of its user's, whose client has been closed. */
async function setUp(options: { readonly hasTimes?: boolean } = {}) {
  const swarm = new VirtualSwarm(1);
  const { clock } = swarm;
  const seed = await swarm.node('10.0.0.1', line);
  await swarm.seedFrom(seed, sample);
  const folder = new MemoryPublishedFiles({ detachBuffers: true, ...(options.hasTimes !== false && { clock }) });
  const first = await swarm.node('10.0.0.2', { ...line, folder });
  await swarm.complete([await swarm.add(first, { metainfo: sample.metainfo }, { root: 'folder' })]);
  await clock.advance(5000);
  await swarm.close([first]);
  await clock.advance(5000);
  let lives = 0;
  const restart = async (earlier: SwarmNode = first) => {
    const node = await swarm.node(`10.0.1.${++lives}`, { ...line, folder, earlier });
    const torrent = node.client.get(sample.id) as Torrent;
    await clock.runUntil(() => ['seeding', 'failed', 'downloading'].includes(torrent.state.kind));
    return { node, torrent };
  };
  const settle = (node: SwarmNode, wish: 'download-again' | 'keep') =>
    clock.settle(node.client.settleChangedFiles(sample.id, wish));
  const holdsAll = () => hasAllFiles({ ...seed, fileSystem: folder.contents }, sample);
  return { swarm, clock, seed, folder, restart, settle, holdsAll };
}

const changed = (...files: readonly string[]) => ({ kind: 'failed', problem: { code: 'files-changed', files } });

describe('a file in the folder of the user that was edited', () => {
  it('hostile 50: is not replaced unasked: the torrent says which it is, and one click repairs it', async () => {
    const { swarm, seed, folder, restart, settle, holdsAll } = await setUp();
    const mine = edited(C);
    folder.contents.writeFile(C, mine);
    const { node, torrent } = await restart();
    expect(torrent.state).toMatchObject(changed(C));
    torrent.start();
    await swarm.clock.runUntil(() => torrent.state.kind === 'failed');
    expect(folder.contents.readFile(C)).toEqual(mine);
    const before = torrent.snapshot().downloadedBytes;
    await settle(node, 'download-again');
    await swarm.complete([torrent]);
    expect(holdsAll()).toBe(true);
    expect(torrent.snapshot().downloadedBytes - before).toBe(PIECE);
    await swarm.close([seed, node]);
    expect(await node.fileSystem.list('')).toEqual([]);
  });

  it('is replaced as a whole when nothing of it is left', async () => {
    const { swarm, seed, folder, restart, settle, holdsAll } = await setUp();
    folder.contents.writeFile(C, Uint8Array.of(1, 2, 3));
    const { node, torrent } = await restart();
    expect(torrent.state).toMatchObject(changed(C));
    await settle(node, 'download-again');
    await swarm.complete([torrent]);
    expect(holdsAll()).toBe(true);
    expect((await folder.contents.list('album')).map(({ name }) => name)).toEqual(['a.bin', 'b', 'c.bin', 'empty.txt']);
    await swarm.close([seed, node]);
  });

  it('can be kept: it is the user’s alone then, whatever becomes of the torrent', async () => {
    const { swarm, clock, seed, folder, restart, settle } = await setUp();
    const mine = edited(B);
    // At its end too, where it shares a piece with another file.
    mine.fill(1, -10);
    folder.contents.writeFile(B, mine);
    const { node, torrent } = await restart();
    expect(torrent.state).toMatchObject(changed(B));
    await settle(node, 'keep');
    await swarm.complete([torrent]);
    const { files } = torrent.details();
    expect(files.map(({ priority }) => priority)).toEqual([4, 4, 0, 4]);
    expect(files[3]).toMatchObject({ doneBytes: 180_000, publishedShare: 1 });
    await swarm.close([node]);
    const later = await restart(node);
    expect(later.torrent.state.kind).toBe('seeding');
    expect(folder.contents.readFile(B)).toEqual(mine);
    await clock.settle(later.node.client.remove(sample.id, { deleteFiles: true }));
    expect(folder.contents.readFile(B)).toEqual(mine);
    expect((await folder.contents.list('album')).map(({ name }) => name)).toEqual(['b']);
    expect(await later.node.fileSystem.list('')).toEqual([]);
    await swarm.close([seed, later.node]);
  });

  it('is noticed by a recheck too, and where the system knows no times', async () => {
    const { swarm, clock, seed, folder, restart, settle, holdsAll } = await setUp({ hasTimes: false });
    const { node, torrent } = await restart();
    folder.contents.writeFile(C, edited(C));
    torrent.recheck();
    await clock.runUntil(() => torrent.state.kind === 'failed');
    expect(torrent.state).toMatchObject(changed(C));
    await settle(node, 'download-again');
    await swarm.complete([torrent]);
    expect(holdsAll()).toBe(true);
    await swarm.close([seed, node]);
  });

  it('is never served to others: it was verified as it was before', async () => {
    const { swarm, clock, seed, folder, restart } = await setUp();
    const { node, torrent } = await restart();
    await swarm.close([seed]);
    folder.contents.writeFile(C, edited(C));
    const leech = await swarm.node('10.0.0.9', line);
    const leeching = await swarm.add(leech, { metainfo: sample.metainfo });
    await clock.runUntil(() => torrent.state.kind === 'failed');
    expect(torrent.state).toMatchObject(changed(C));
    expect([leeching.snapshot().wastedBytes, leeching.record.banned]).toEqual([0, []]);
    await swarm.close([leech, node]);
  });

  it('is repaired unasked where nobody edited it: its bytes are wrong, its size and time are as they were', async () => {
    const { swarm, clock, seed, folder, restart, holdsAll } = await setUp();
    const { node, torrent } = await restart();
    const { modifiedMs } = (await folder.contents.stat(C)) ?? { modifiedMs: 0 };
    folder.contents.writeFile(C, edited(C));
    const stat = folder.contents.stat.bind(folder.contents);
    folder.contents.stat = async (path) => {
      const found = await stat(path);
      return found && path === C ? { ...found, modifiedMs } : found;
    };
    torrent.recheck();
    await clock.runUntil(() => torrent.state.kind === 'downloading');
    await swarm.complete([torrent]);
    folder.contents.stat = stat;
    expect(holdsAll()).toBe(true);
    await swarm.close([seed, node]);
  });
});

it('hostile 50: a file that was edited is not taken back to mend it without room for all of it', async () => {
  const { swarm, seed, folder, restart, settle, holdsAll } = await setUp();
  folder.contents.writeFile(C, edited(C));
  const { node, torrent } = await restart();
  node.fileSystem.capacityBytes = 16 * 1024 * 1024 + 100_000;
  node.client.roots.set('default', {
    kind: 'direct',
    files: node.fileSystem,
    freeBytes: () => Promise.resolve(node.fileSystem.capacityBytes - node.fileSystem.usedBytes),
  });
  await settle(node, 'download-again');
  await swarm.clock.runUntil(() => torrent.state.kind === 'failed');
  const room = { neededBytes: 180_000, freeBytes: 100_000 };
  expect(torrent.state).toMatchObject({ problem: { code: 'disk-full', room } });
  expect(node.fileSystem.usedBytes).toBe(0);
  node.fileSystem.capacityBytes *= 2;
  torrent.start();
  await swarm.complete([torrent]);
  expect(holdsAll()).toBe(true);
  await swarm.close([seed, node]);
  expect(node.fileSystem.usedBytes).toBe(0);
});

describe('a file in the folder of the user that was taken away', () => {
  it.each([C, 'album/empty.txt'])('hostile 50: comes back with one click, or stays away: %s', async (path) => {
    for (const wish of ['download-again', 'keep'] as const) {
      const { swarm, seed, folder, restart, settle, holdsAll } = await setUp();
      await folder.contents.remove(path);
      const { node, torrent } = await restart();
      expect(torrent.state).toMatchObject(changed(path));
      await settle(node, wish);
      await swarm.complete([torrent]);
      if (wish === 'keep') expect(await folder.contents.stat(path)).toBeUndefined();
      else expect(holdsAll()).toBe(true);
      await swarm.close([node]);
      const later = await restart(node);
      expect(later.torrent.state.kind).toBe('seeding');
      await swarm.close([seed, later.node]);
    }
  });
});

describe('after the folder was out of reach', () => {
  it.each([
    ['bytes added at the end of a file', 'added', 'seeding'],
    ['a file saved anew as it was', 'touched', 'seeding'],
    ['a file that was edited', 'edited', 'failed'],
    ['an empty file that is gone', 'empty', 'failed'],
  ])('%s: looked at once, and not again', async (_, how, kind) => {
    const { swarm, clock, seed, folder, restart, settle } = await setUp();
    const { node, torrent } = await restart();
    for (const isFirst of [true, false]) {
      folder.isLost = true;
      node.client.roots.setLost('folder');
      await clock.advance(5000);
      expect(torrent.state).toMatchObject({ problem: { code: 'folder-access-lost' } });
      if (isFirst) {
        if (how === 'added') folder.contents.writeFile(C, Uint8Array.from([...bytesOf(C), 1, 2, 3]));
        if (how === 'touched') folder.contents.writeFile(C, bytesOf(C));
        if (how === 'edited') folder.contents.writeFile(C, edited(C));
        if (how === 'empty') await folder.contents.remove('album/empty.txt');
      }
      const kinds = new Set<string>();
      torrent.on('changed', () => kinds.add(torrent.state.kind));
      folder.isLost = false;
      node.client.roots.setAvailable('folder');
      await clock.runUntil(() => ['seeding', 'failed'].includes(torrent.state.kind));
      expect(torrent.state.kind).toBe(isFirst ? kind : 'seeding');
      expect(kinds.has('checking')).toBe(isFirst && how !== 'empty');
      if (torrent.state.kind === 'failed') {
        await settle(node, 'download-again');
        await swarm.complete([torrent]);
      }
      torrent.removeAllListeners();
    }
    await swarm.close([seed, node]);
  });

  it('a download that went on in staging looks again at what it had in the folder', async () => {
    const { swarm, clock, seed, folder, restart, settle, holdsAll } = await setUp();
    await folder.contents.remove(C);
    const { node, torrent } = await restart();
    torrent.setLimits({ downloadLimitBytesPerSecond: 20_000 });
    await settle(node, 'download-again');
    await clock.runUntil(() => torrent.state.kind === 'downloading');
    folder.isLost = true;
    node.client.roots.setLost('folder');
    await clock.advance(1000);
    folder.contents.writeFile(A, edited(A));
    folder.isLost = false;
    node.client.roots.setAvailable('folder');
    await clock.runUntil(() => torrent.state.kind === 'failed');
    expect(torrent.state).toMatchObject(changed(A));
    await settle(node, 'download-again');
    await swarm.complete([torrent]);
    expect(holdsAll()).toBe(true);
    await swarm.close([seed, node]);
  });
});

describe('when files of the torrent were changed that the problem does not name', () => {
  /** One is met while it is read, another one is edited meanwhile. */
  async function twoEdited() {
    const world = await setUp();
    const { swarm, clock, seed, folder, restart } = world;
    const { node, torrent } = await restart();
    await swarm.close([seed]);
    folder.contents.writeFile(C, new Uint8Array(180_000));
    torrent.recheck();
    await clock.runUntil(() => torrent.state.kind === 'failed');
    expect(torrent.state).toMatchObject(changed(C));
    const mine = new Uint8Array(99_999).fill(7);
    folder.contents.writeFile(B, mine);
    folder.contents.writeFile(A, edited(A));
    return { ...world, node, torrent, mine };
  }

  it('replaces none of them before the user has said so', async () => {
    const { swarm, clock, folder, settle, node, torrent, mine, holdsAll } = await twoEdited();
    await settle(node, 'download-again');
    await clock.runUntil(() => torrent.state.kind === 'failed');
    expect(torrent.state).toMatchObject(changed(A, B));
    expect(folder.contents.readFile(B)).toEqual(mine);
    expect(folder.contents.readFile(A)).toEqual(edited(A));
    const other = await swarm.node('10.0.0.8', line);
    await swarm.seedFrom(other, sample);
    await settle(node, 'download-again');
    await swarm.complete([torrent]);
    expect(holdsAll()).toBe(true);
    await swarm.close([other, node]);
  });

  it('keeps them too until the user has said so', async () => {
    const { swarm, clock, folder, settle, node, torrent, mine } = await twoEdited();
    await settle(node, 'keep');
    await clock.runUntil(() => torrent.state.kind === 'failed');
    expect(torrent.state).toMatchObject(changed(A, B));
    await settle(node, 'keep');
    await swarm.complete([torrent]);
    expect(folder.contents.readFile(A)).toEqual(edited(A));
    expect(folder.contents.readFile(B)).toEqual(mine);
    expect(folder.contents.readFile(C)).toEqual(new Uint8Array(180_000));
    await swarm.close([node]);
  });
});
