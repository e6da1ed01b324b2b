import { describe, expect, it } from 'vitest';
import type { TorrentContent } from '../../src/core/torrent-content.js';
import type { Torrent } from '../../src/core/torrent.js';
import { FaultInjector } from '../faults/fault-injector.js';
import { hasAllFiles } from './virtual-swarm.js';
import { FILM, FILM_INDEX, PART, PIECE, RESERVED_BYTES, sample, setUp } from './parts-world.js';

/** Longer than it takes until what was locked is tried again, or a removal. */
const PATIENCE_MS = 70_000;
const partPath = (part: number) => `.jstorrent/${sample.id}/split-${FILM_INDEX}-${part}`;

/** A block may have been cut short. */
function expectFetchedOnce(torrent: Torrent): void {
  const { downloadedBytes, wastedBytes } = torrent.snapshot();
  expect(downloadedBytes - wastedBytes - sample.content.length).toBeLessThan(PIECE);
}

/** Whole, with all of the film in parts: another program uses its name. */
async function wholeInParts() {
  const world = await setUp();
  const { swarm, clock, folder, start } = world;
  const node = await start();
  folder.locked.add(FILM);
  const torrent = await swarm.add(node, { metainfo: sample.metainfo }, { root: 'folder' });
  await clock.runUntil(() => torrent.snapshot().attention?.code === 'file-locked');
  expect(torrent.isComplete).toBe(true);
  return { ...world, node, torrent };
}

describe('a file that lies in parts when its torrent is removed without its files', () => {
  it('is put together first when all of it is here', async () => {
    const { swarm, clock, seed, folder, node } = await wholeInParts();
    await clock.settle(node.client.remove(sample.id, { deleteFiles: false }).catch(() => undefined));
    await clock.advance(PATIENCE_MS);
    folder.locked.clear();
    await clock.advance(PATIENCE_MS);
    expect(hasAllFiles({ ...node, fileSystem: folder.contents }, sample)).toBe(true);
    expect((await folder.contents.list('')).map(({ name }) => name)).toEqual(['films']);
    expect([...node.records.keys()].filter((key) => key.includes(sample.id))).toEqual([]);
    await swarm.close([node, seed]);
    expect(node.fileSystem.usedBytes).toBe(0);
  });

  it('hostile 50: waits for its folder, over a restart too', async () => {
    const { swarm, clock, seed, folder, node, start } = await wholeInParts();
    folder.isLost = true;
    folder.locked.clear();
    await clock.settle(node.client.remove(sample.id, { deleteFiles: false }).catch(() => undefined));
    await clock.advance(PATIENCE_MS);
    await swarm.close([node]);
    const second = await start(node);
    await clock.advance(PATIENCE_MS);
    expect(second.client.get(sample.id)).toBeUndefined();
    folder.isLost = false;
    second.client.roots.setAvailable('folder');
    await clock.advance(PATIENCE_MS);
    expect(hasAllFiles({ ...second, fileSystem: folder.contents }, sample)).toBe(true);
    expect((await folder.contents.list('')).map(({ name }) => name)).toEqual(['films']);
    expect([...second.records.keys()].filter((key) => key.includes(sample.id))).toEqual([]);
    await swarm.close([second, seed]);
    expect(second.fileSystem.usedBytes).toBe(0);
  });

  it('leaves staging when its folder was given up: nothing can put it together any more', async () => {
    const { swarm, clock, seed, folder, node, partsInFolder } = await wholeInParts();
    folder.isLost = true;
    await clock.settle(node.client.remove(sample.id, { deleteFiles: false }).catch(() => undefined));
    node.client.roots.remove('folder');
    expect(await clock.settle(node.client.endOrphanedRemovals())).toEqual(['films']);
    expect(node.fileSystem.usedBytes).toBe(0);
    expect((await partsInFolder()).length).toBeGreaterThan(2);
    expect([...node.records.keys()].filter((key) => key.includes(sample.id))).toEqual([]);
    await swarm.close([node, seed]);
  });

  it('is what the torrent goes on with when it is added again before that', async () => {
    const { swarm, clock, folder, node, expectDone } = await wholeInParts();
    await clock.settle(node.client.remove(sample.id, { deleteFiles: false }).catch(() => undefined));
    const again = await swarm.add(node, { metainfo: sample.metainfo }, { root: 'folder' });
    again.start();
    folder.locked.clear();
    await swarm.complete([again]);
    expect(again.snapshot().downloadedBytes).toBeLessThan(2 * sample.content.length);
    await expectDone(node);
  });

  it('is asked about what the user changed beside it, when it is added again before that', async () => {
    const { swarm, clock, seed, folder, node } = await wholeInParts();
    await clock.settle(node.client.remove(sample.id, { deleteFiles: false }).catch(() => undefined));
    await clock.advance(1000);
    const mine = folder.contents.readFile('films/z.txt').map((byte, at) => (at === 0 ? byte ^ 1 : byte));
    folder.contents.writeFile('films/z.txt', mine);
    const again = await swarm.add(node, { metainfo: sample.metainfo }, { root: 'folder' });
    await clock.runUntil(() => again.state.kind === 'failed' || again.state.kind === 'downloading');
    expect(again.state).toMatchObject({ problem: { code: 'files-changed', files: ['films/z.txt'] } });
    expect(folder.contents.readFile('films/z.txt')).toEqual(mine);
    await swarm.close([node, seed]);
  });

  it('goes from staging and folder when some of it is missing, from a folder out of reach as soon as it is back', async () => {
    const { swarm, clock, seed, folder, start, partsInFolder } = await setUp();
    const node = await start();
    const torrent = await swarm.add(node, { metainfo: sample.metainfo }, { root: 'folder' });
    await clock.runUntil(() => torrent.snapshot().wantedDoneBytes > 20 * PIECE);
    expect((await partsInFolder()).length).toBeGreaterThan(2);
    folder.isLost = true;
    await clock.settle(node.client.remove(sample.id, { deleteFiles: false }).catch(() => undefined));
    expect((await partsInFolder()).length).toBeGreaterThan(2);
    folder.isLost = false;
    node.client.roots.setAvailable('folder');
    await clock.advance(PATIENCE_MS);
    expect(await folder.contents.list('')).toEqual([expect.objectContaining({ name: 'films' })]);
    expect((await folder.contents.list('films')).map(({ name }) => name)).toEqual(['a.txt', 'z.txt']);
    await swarm.close([node, seed]);
    expect(node.fileSystem.usedBytes).toBe(0);
  });
});

describe('parts on their way to the folder', () => {
  it('a part that another program keeps from it comes when it can, though others of the file have come meanwhile', async () => {
    const { swarm, clock, seed, folder, start } = await setUp({ roomBytes: 20 * PIECE });
    const node = await start();
    folder.locked.add(partPath(1));
    const torrent = await swarm.add(node, { metainfo: sample.metainfo }, { root: 'folder' });
    const stamps = () => torrent.record.published?.splits.get(FILM_INDEX)?.stamps ?? [];
    await clock.runUntil(() => stamps().filter((stamp) => stamp !== undefined).length >= 3);
    await swarm.close([seed]);
    const whole = (part: number) => folder.contents.stat(partPath(part));
    const wasThere = await whole(1);
    folder.locked.clear();
    await clock.advance(600_000);
    expect(wasThere).toBeUndefined();
    expect(await whole(1)).toMatchObject({ size: PART });
    expect(torrent.snapshot().attention).toBeUndefined();
    await swarm.close([node]);
  });

  it('the file is put together when all of them have come: none arrives there later', async () => {
    const { swarm, clock, folder, start, expectDone } = await setUp();
    const node = await start();
    const publish = folder.publish.bind(folder);
    folder.publish = ({ files, path }, to, options) => {
      const slow = async (from: string, mode: 'read') => {
        const file = await files.open(from, mode);
        await new Promise((resolve) => clock.setTimer(20_000, () => resolve(undefined)));
        return file;
      };
      const source = to === partPath(3) ? { ...files, stat: files.stat.bind(files), open: slow } : files;
      return publish({ files: source, path }, to, options);
    };
    const torrent = await swarm.add(node, { metainfo: sample.metainfo }, { root: 'folder' });
    await swarm.complete([torrent]);
    await clock.advance(60_000);
    await expectDone(node);
  });

  it('hostile 50: a disk that has no room for the whole file keeps its parts, says so, and has it when there is', async () => {
    const { swarm, clock, folder, start, expectDone } = await setUp();
    const node = await start();
    // For all parts and half of the film beside them.
    folder.contents.capacityBytes = sample.content.length + 20 * PIECE;
    const torrent = await swarm.add(node, { metainfo: sample.metainfo }, { root: 'folder' });
    await clock.runUntil(() => torrent.snapshot().attention?.code === 'disk-full');
    expect(torrent.isComplete).toBe(true);
    expect(await folder.contents.stat(FILM)).toBeUndefined();
    expect(await folder.contents.stat(partPath(1))).toMatchObject({ size: PART });
    folder.contents.capacityBytes = Infinity;
    await clock.advance(PATIENCE_MS);
    await swarm.complete([torrent]);
    expectFetchedOnce(torrent);
    await expectDone(node);
  });

  it('is not taken for one that is there when it is gone at once', async () => {
    const { swarm, clock, folder, start, expectDone } = await setUp();
    const node = await start();
    const stat = folder.stat.bind(folder);
    let looks = 0;
    folder.stat = async (path) => {
      // The first look finds nothing, the second is that of the check, the third what is put on record.
      if (path === partPath(1) && ++looks === 3) await folder.contents.remove(path);
      return stat(path);
    };
    const torrent = await swarm.add(node, { metainfo: sample.metainfo }, { root: 'folder' });
    await clock.runUntil(() => torrent.state.kind === 'failed');
    expect(torrent.state).toMatchObject({ problem: { code: 'files-changed' } });
    torrent.start();
    await swarm.complete([torrent]);
    expectFetchedOnce(torrent);
    await expectDone(node);
  });
});

describe('parts after a death', () => {
  it('the copy in staging is used where the folder does not hold what is on record', async () => {
    const { swarm, clock, folder, start, partsInFolder, expectDone } = await setUp();
    const first = await start();
    const before = await swarm.add(first, { metainfo: sample.metainfo }, { root: 'folder' });
    await clock.runUntil(() => before.snapshot().wantedDoneBytes > 20 * PIECE);
    await swarm.close([first]);
    expect((await partsInFolder()).map(({ name }) => name)).toContain(`split-${FILM_INDEX}-1`);
    // The record outlived the power, the copy that it is about did not, and that in staging was still to be removed.
    const bytes = folder.contents.readFile(partPath(1));
    await folder.contents.remove(partPath(1));
    folder.contents.writeFile(partPath(1), bytes.subarray(0, PIECE));
    first.fileSystem.writeFile(partPath(1), bytes);
    const second = await start(first);
    const after = second.client.get(sample.id) as Torrent;
    await swarm.complete([after]);
    expectFetchedOnce(after);
    await expectDone(second);
  });

  it('nothing is copied back to a disk that has no room for it', async () => {
    const { swarm, clock, folder, start, partsInFolder, expectDone } = await setUp();
    const first = await start();
    const before = await swarm.add(first, { metainfo: sample.metainfo }, { root: 'folder' });
    await clock.runUntil(() => before.snapshot().wantedDoneBytes > 20 * PIECE);
    await swarm.close([first]);
    expect((await partsInFolder()).length).toBeGreaterThan(2);
    const bytes = folder.contents.readFile(partPath(1));
    bytes[0] = (bytes[0] ?? 0) ^ 1;
    await clock.advance(1000);
    folder.contents.writeFile(partPath(1), bytes);
    first.fileSystem.capacityBytes = RESERVED_BYTES + first.fileSystem.usedBytes + PART / 2;
    const second = await start(first);
    const after = second.client.get(sample.id) as Torrent;
    await clock.runUntil(() => after.state.kind === 'failed');
    expect(after.state).toMatchObject({ problem: { code: 'disk-full', room: { neededBytes: PART } } });
    second.fileSystem.capacityBytes += 10 * PIECE;
    await swarm.complete([after]);
    await expectDone(second);
  });

  it('hostile 47: nothing is believed of a part that was taken back, but what was found to be right', async () => {
    const { swarm, clock, seed, folder, start } = await setUp();
    const first = await start();
    const before = await swarm.add(first, { metainfo: sample.metainfo }, { root: 'folder' });
    await clock.runUntil(() => before.snapshot().wantedDoneBytes > 20 * PIECE);
    await swarm.close([first, seed]);
    const bytes = folder.contents.readFile(partPath(1));
    bytes[PIECE] = (bytes[PIECE] ?? 0) ^ 1;
    await clock.advance(1000);
    folder.contents.writeFile(partPath(1), bytes);
    const faults = new FaultInjector({ clock, plan: () => undefined });
    const second = await swarm.node('10.0.2.1', { folder, faults, partBytes: PART, earlier: first });
    await clock.runUntil(() => second.client.get(sample.id)?.state.kind === 'downloading');
    faults.die();
    const third = await start(second);
    const torrent = third.client.get(sample.id) as Torrent;
    await clock.runUntil(() => torrent.state.kind === 'downloading');
    const { disk, downloader } = torrent.content as TorrentContent;
    const wrong: number[] = [];
    for (const index of downloader.pieces.have)
      if (!(await clock.settle(disk.check(index, new Uint8Array(PIECE)))).isValid) wrong.push(index);
    expect(wrong).toEqual([]);
    expect(downloader.pieces.have.count).toBeGreaterThan(15);
    await swarm.close([third]);
  });

  it('numbers of parts that the file cannot have are none of its parts', async () => {
    const { swarm, clock, folder, start, expectDone } = await setUp();
    const first = await start();
    const added = await swarm.add(first, { metainfo: sample.metainfo }, { root: 'folder', start: false });
    await swarm.close([first]);
    const second = await start(first);
    await clock.advance(40_000);
    await swarm.close([second]);
    second.records.set(`torrent/${added.id}`, new Uint8Array(5));
    folder.contents.writeFile(partPath(9_999_999), new Uint8Array(5));
    const third = await start(second);
    const after = third.client.get(sample.id) as Torrent;
    after.start();
    await clock.runUntil(() => !after.record.arePlacesStale);
    const counts = [...(after.record.published?.splits.values() ?? [])].map(({ stamps }) => stamps.length);
    expect(Math.max(0, ...counts)).toBeLessThan(20);
    await folder.contents.remove(partPath(9_999_999));
    await swarm.complete([after]);
    await expectDone(third);
  });
});
