import { describe, expect, it } from 'vitest';
import { StagedFiles } from '../../src/core/staged-files.js';
import type { Torrent } from '../../src/core/torrent.js';
import { FILM, FILM_INDEX, line, PART, PIECE, RESERVED_BYTES, ROOM, sample, setUp } from './parts-world.js';

/** All of it once, and `againBytes` more; a block may have been cut short. */
function expectFetched(torrent: Torrent, againBytes: number): void {
  const { downloadedBytes, wastedBytes, totalBytes = 0 } = torrent.snapshot();
  const fetchedBytes = downloadedBytes - wastedBytes - totalBytes - againBytes;
  expect(fetchedBytes).toBeGreaterThanOrEqual(0);
  expect(fetchedBytes).toBeLessThan(PIECE);
}

describe('a file bigger than the disk beside the browser', () => {
  it('comes in parts, each of which makes room when it is in the folder; nobody sees it before it is whole', async () => {
    const { swarm, folder, start, partsInFolder, expectDone, mostUsedBytes } = await setUp();
    const node = await start();
    const torrent = await swarm.add(node, { metainfo: sample.metainfo }, { root: 'folder' });
    await swarm.clock.runUntil(() => torrent.snapshot().wantedDoneBytes > 30 * PIECE);
    expect((await partsInFolder()).length).toBeGreaterThan(4);
    expect(await folder.contents.stat(FILM)).toBeUndefined();
    await swarm.complete([torrent]);
    expect(mostUsedBytes()).toBeLessThanOrEqual(ROOM);
    expect(torrent.snapshot().wastedBytes).toBe(0);
    expect(torrent.details().files.map(({ publishedShare }) => publishedShare)).toEqual([1, 1, 1]);
    await expectDone(node);
  });

  it('goes on after the client was closed, and downloads nothing twice', async () => {
    const { swarm, clock, start, partsInFolder, expectDone } = await setUp();
    const first = await start();
    const before = await swarm.add(first, { metainfo: sample.metainfo }, { root: 'folder' });
    await clock.runUntil(() => before.snapshot().wantedDoneBytes > 20 * PIECE);
    await swarm.close([first]);
    const parts = await partsInFolder();
    expect(parts.length).toBeGreaterThan(2);
    const second = await start(first);
    const after = second.client.get(sample.id) as Torrent;
    await swarm.complete([after]);
    expectFetched(after, 0);
    await expectDone(second);
  });

  it('gives others what lies in its parts', async () => {
    const { swarm, seed, start } = await setUp();
    const node = await start();
    const torrent = await swarm.add(node, { metainfo: sample.metainfo }, { root: 'folder' });
    await swarm.clock.runUntil(() => torrent.snapshot().wantedDoneBytes > 25 * PIECE);
    await swarm.close([seed]);
    const { wantedDoneBytes } = torrent.snapshot();
    const leech = await swarm.node('10.0.0.3', line);
    const copy = await swarm.add(leech, { metainfo: sample.metainfo });
    await swarm.clock.runUntil(() => copy.snapshot().wantedDoneBytes >= wantedDoneBytes);
    expect(torrent.state.kind).toBe('downloading');
    await swarm.close([leech, node]);
  });

  it('hostile 50: waits while the folder is out of reach, with no more than fits, and goes on when it is back', async () => {
    const { swarm, clock, folder, start, expectDone, mostUsedBytes } = await setUp();
    const node = await start();
    const torrent = await swarm.add(node, { metainfo: sample.metainfo }, { root: 'folder' });
    await clock.runUntil(() => torrent.snapshot().wantedDoneBytes > 20 * PIECE);
    folder.isLost = true;
    await clock.advance(120_000);
    expect(torrent.snapshot()).toMatchObject({
      state: { kind: 'downloading' },
      attention: { code: 'folder-access-lost' },
    });
    folder.isLost = false;
    node.client.roots.setAvailable('folder');
    await swarm.complete([torrent]);
    expect(mostUsedBytes()).toBeLessThanOrEqual(ROOM);
    await expectDone(node);
  });

  it('is split when the disk is filled by others amid the download: what is here goes to its parts', async () => {
    const { swarm, clock, start, expectDone } = await setUp({ roomBytes: 60 * PIECE });
    const node = await start();
    const torrent = await swarm.add(node, { metainfo: sample.metainfo }, { root: 'folder' });
    await clock.runUntil(() => torrent.snapshot().wantedDoneBytes > 15 * PIECE);
    node.fileSystem.capacityBytes = RESERVED_BYTES + node.fileSystem.usedBytes + 6 * PIECE;
    await swarm.complete([torrent]);
    expect(torrent.snapshot().wastedBytes).toBe(0);
    await expectDone(node);
  });

  it.each(['changed', 'gone'])(
    'a part that is %s in the folder after a restart is downloaded again, as far as it is wrong',
    async (loss) => {
      const { swarm, clock, folder, start, partsInFolder, expectDone } = await setUp();
      const first = await start();
      const before = await swarm.add(first, { metainfo: sample.metainfo }, { root: 'folder' });
      await clock.runUntil(() => before.snapshot().wantedDoneBytes > 20 * PIECE);
      await swarm.close([first]);
      const path = `.jstorrent/${sample.id}/${(await partsInFolder())[0]?.name ?? ''}`;
      const bytes = folder.contents.readFile(path);
      bytes[PIECE * 2] = (bytes[PIECE * 2] ?? 0) ^ 1;
      await folder.contents.remove(path);
      await clock.advance(1000);
      if (loss === 'changed') folder.contents.writeFile(path, bytes);
      const second = await start(first);
      const after = second.client.get(sample.id) as Torrent;
      await swarm.complete([after]);
      expectFetched(after, loss === 'changed' ? PIECE : PART);
      await expectDone(second);
    },
  );

  it('keeps its parts while it is not wanted, and goes on with them when it is again', async () => {
    const { swarm, clock, folder, start, partsInFolder, expectDone } = await setUp();
    const node = await start();
    const torrent = await swarm.add(node, { metainfo: sample.metainfo }, { root: 'folder' });
    await clock.runUntil(() => torrent.snapshot().wantedDoneBytes > 20 * PIECE);
    torrent.choose({ priorities: [{ priority: 0, fileIndices: [FILM_INDEX] }] });
    await swarm.complete([torrent]);
    const parts = await partsInFolder();
    expect(parts.length).toBeGreaterThan(2);
    expect((await folder.contents.list('films')).map(({ name }) => name)).toEqual(['a.txt', 'z.txt']);
    torrent.choose({ priorities: [{ priority: 4, fileIndices: [FILM_INDEX] }] });
    await clock.runUntil(() => torrent.state.kind === 'downloading');
    await swarm.complete([torrent]);
    expectFetched(torrent, 0);
    await expectDone(node);
  });

  it('stopped at the moment it is split, it claims no room any more', async () => {
    const { swarm, clock, seed, start } = await setUp();
    const node = await start();
    const put = node.store.put.bind(node.store);
    let isStopped = false;
    node.store.put = (key, record) => {
      const { fileSystem } = node.client.get(sample.id)?.content ?? {};
      if (!isStopped && fileSystem instanceof StagedFiles && fileSystem.splits.hasAny) {
        isStopped = true;
        void node.client.get(sample.id)?.stop();
      }
      return put(key, record);
    };
    await swarm.add(node, { metainfo: sample.metainfo }, { root: 'folder' });
    await clock.advance(30_000);
    expect(isStopped).toBe(true);
    const { fileSystem, client } = node;
    expect(await clock.settle(client.room.leftBytes('default'))).toBe(ROOM - fileSystem.usedBytes);
    await swarm.close([node, seed]);
  });

  it('stays in its folder until it is whole', async () => {
    const { swarm, clock, start, expectDone } = await setUp();
    const node = await start();
    const torrent = await swarm.add(node, { metainfo: sample.metainfo }, { root: 'folder' });
    await clock.runUntil(() => torrent.snapshot().wantedDoneBytes > 20 * PIECE);
    const outcome = node.client.places.move(sample.id, 'default').catch((error: unknown) => error);
    expect(await clock.settle(outcome)).toMatchObject({ code: 'in-parts' });
    await swarm.complete([torrent]);
    await expectDone(node);
  });

  it('is found in its parts by a client that has its record from a backup only', async () => {
    const { swarm, clock, start, expectDone } = await setUp();
    const first = await start();
    const added = await swarm.add(first, { metainfo: sample.metainfo }, { root: 'folder', start: false });
    await swarm.close([first]);
    const second = await start(first);
    await clock.advance(40_000);
    const before = second.client.get(sample.id) as Torrent;
    before.start();
    await clock.runUntil(() => before.snapshot().wantedDoneBytes > 20 * PIECE);
    await swarm.close([second]);
    second.records.set(`torrent/${added.id}`, new Uint8Array(5));
    const third = await start(second);
    const after = third.client.get(sample.id) as Torrent;
    after.start();
    await swarm.complete([after]);
    expectFetched(after, 0);
    await expectDone(third);
  });

  it('leaves none of its parts anywhere when it is removed', async () => {
    const { swarm, clock, seed, folder, start } = await setUp();
    const node = await start();
    const torrent = await swarm.add(node, { metainfo: sample.metainfo }, { root: 'folder' });
    await clock.runUntil(() => torrent.snapshot().wantedDoneBytes > 20 * PIECE);
    await clock.settle(node.client.remove(sample.id, { deleteFiles: true }));
    await clock.advance(60_000);
    await swarm.close([node, seed]);
    expect(await folder.contents.list('')).toEqual([]);
    expect(node.fileSystem.usedBytes).toBe(0);
  });
});
