import { describe, expect, it } from 'vitest';
import { FileSystemError } from '../../src/interfaces/filesystem.js';
import { FaultInjector } from '../faults/fault-injector.js';
import { MemoryPublishedFiles } from '../mocks/index.js';
import { hasAllFiles, makeTorrent, VirtualSwarm } from '../simulation/virtual-swarm.js';

const UNDO_MS = 10_000;
const sample = makeTorrent({
  name: 'album',
  seed: 8,
  pieceLength: 16_384,
  files: { 'a.bin': 50_000, 'b.bin': 40_000 },
});

const halfway = makeTorrent({
  name: 'album',
  seed: 9,
  pieceLength: 16_384,
  files: { 'a.bin': 50_000, 'b.bin': 400_000 },
});

/** A client that seeds a torrent from `root`. */
async function setUp(root: 'default' | 'folder') {
  const swarm = new VirtualSwarm(1);
  const source = await swarm.node('10.0.0.1');
  await swarm.seedFrom(source, sample);
  const folder = new MemoryPublishedFiles();
  const faults = new FaultInjector({ clock: swarm.clock, plan: () => undefined });
  const node = await swarm.node('10.0.0.2', { folder, faults });
  const torrent = await swarm.add(node, { metainfo: sample.metainfo }, { root });
  await swarm.complete([torrent]);
  const events: string[] = [];
  node.client.on('torrentAdded', () => events.push('added'));
  node.client.on('torrentRemoved', () => events.push('removed'));
  const remove = () => swarm.clock.settle(node.client.remove(sample.id, { deleteFiles: true, undoMs: UNDO_MS }));
  return { swarm, clock: swarm.clock, source, folder, node, faults, torrent, events, remove };
}

describe('a removal that can be taken back', () => {
  it('hides and stops the torrent, and its files go when the time is over', async () => {
    const { swarm, clock, source, node, events, remove } = await setUp('default');
    await remove();
    expect(node.client.torrents).toEqual([]);
    await clock.advance(UNDO_MS - 1000);
    expect(hasAllFiles(node, sample)).toBe(true);
    expect(swarm.tracker.log).toContain('10.0.0.2 stopped');
    await clock.advance(2000);
    expect(await node.fileSystem.list('')).toEqual([]);
    expect([...node.records.keys()].filter((key) => key.includes(sample.id))).toEqual([]);
    await expect(node.client.undoRemove(sample.id)).rejects.toMatchObject({ code: 'unknown-torrent' });
    expect(events).toEqual(['removed']);
    await swarm.close([source, node]);
  });

  it('is told of as long as it can be taken back', async () => {
    const { swarm, clock, source, node, remove } = await setUp('default');
    const told: unknown[] = [];
    node.client.on('changed', () => told.push(...node.client.snapshot().removed.map(({ name }) => name), '.'));
    expect(node.client.snapshot().removed).toEqual([]);
    await remove();
    expect(node.client.snapshot().removed).toEqual([{ id: sample.id, name: 'album', deletesFiles: true }]);
    expect(told).toContain('album');
    await clock.settle(node.client.undoRemove(sample.id));
    expect(node.client.snapshot().removed).toEqual([]);
    await remove();
    await clock.advance(UNDO_MS);
    expect(node.client.snapshot().removed).toEqual([]);
    expect(told.at(-1)).toBe('.');
    await swarm.close([source, node]);
  });

  it('taken back, or added again, the torrent is as before', async () => {
    const { swarm, clock, source, node, torrent, events, remove } = await setUp('default');
    await remove();
    await clock.settle(node.client.undoRemove(sample.id));
    await swarm.complete([torrent]);
    expect(node.client.torrents).toEqual([torrent]);
    await remove();
    expect(await swarm.add(node, { metainfo: sample.metainfo })).toBe(torrent);
    await swarm.complete([torrent]);
    await clock.advance(2 * UNDO_MS);
    expect(hasAllFiles(node, sample)).toBe(true);
    expect(events).toEqual(['removed', 'added', 'removed', 'added']);
    expect(torrent.snapshot().downloadedBytes).toBe(sample.content.length);
    await swarm.close([source, node]);
  });

  it('can be taken back once more when the store refused it', async () => {
    const { swarm, clock, source, node, torrent, remove } = await setUp('default');
    await remove();
    const { store } = node;
    const put = store.put.bind(store);
    store.put = () => Promise.reject(new Error('the disk is full'));
    const refused = await clock.settle(node.client.undoRemove(sample.id).catch((error: unknown) => error));
    expect(refused).toMatchObject({ message: 'the disk is full' });
    store.put = put;
    await clock.settle(node.client.undoRemove(sample.id));
    await swarm.complete([torrent]);
    await clock.advance(2 * UNDO_MS);
    expect(hasAllFiles(node, sample)).toBe(true);
    await swarm.close([source, node]);
  });

  it('needs its root until the time is over', async () => {
    const { swarm, clock, source, node, remove } = await setUp('folder');
    const isInUse = () => node.client.isRootInUse('folder');
    expect([isInUse(), node.client.isRootInUse('default')]).toEqual([true, false]);
    await remove();
    expect(isInUse()).toBe(true);
    await clock.advance(UNDO_MS + 1000);
    expect(isInUse()).toBe(false);
    await swarm.close([source, node]);
  });

  it('ends with the session, whether that was closed or died', async () => {
    for (const isClosed of [true, false]) {
      const { swarm, clock, source, node, faults, remove } = await setUp('default');
      await remove();
      if (isClosed) await swarm.close([node]);
      faults.die();
      const later = await swarm.node('10.0.0.3', { earlier: node });
      expect(later.client.torrents).toEqual([]);
      await clock.advance(1000);
      expect(await later.fileSystem.list('')).toEqual([]);
      expect([...later.records.keys()].filter((key) => key.includes(sample.id))).toEqual([]);
      await swarm.close([source, later]);
    }
  });

  it('waits with the files of a folder that is lost until it is back', async () => {
    const { swarm, clock, source, folder, node, remove } = await setUp('folder');
    folder.isLost = true;
    await remove();
    await clock.advance(2 * UNDO_MS);
    expect(hasAllFiles({ ...node, fileSystem: folder.contents }, sample)).toBe(true);
    await swarm.close([node]);
    const later = await swarm.node('10.0.0.3', { earlier: node });
    await clock.advance(1000);
    folder.isLost = false;
    later.client.roots.set('folder', { kind: 'published', files: folder });
    await clock.advance(1000);
    expect(await folder.contents.list('')).toEqual([]);
    expect([...later.records.keys()].filter((key) => key.includes(sample.id))).toEqual([]);
    await swarm.close([source, later]);
  });
});

/** A client that was started again with a torrent that is half in the folder and half in staging, and has not looked at it yet. */
async function restoredHalfway() {
  const swarm = new VirtualSwarm(1);
  const line = { uplinkBytesPerSecond: 50_000, downlinkBytesPerSecond: 50_000, latencyMs: 5 };
  const source = await swarm.node('10.0.0.1', line);
  await swarm.seedFrom(source, halfway);
  const folder = new MemoryPublishedFiles();
  const first = await swarm.node('10.0.0.2', { ...line, folder });
  const torrent = await swarm.add(first, { metainfo: halfway.metainfo }, { root: 'folder', start: false });
  torrent.choose({ priorities: [{ priority: 7, fileIndices: [0] }] });
  torrent.start();
  await swarm.clock.runUntil(
    () => torrent.details().files[0]?.publishedShare === 1 && (torrent.details().files[1]?.doneBytes ?? 0) > 0,
  );
  await swarm.clock.settle(torrent.stop());
  await swarm.close([first]);
  const node = await swarm.node('10.0.0.4', { ...line, folder, earlier: first });
  const recordsLeft = () => [...node.records.keys()].filter((key) => key.includes(halfway.id));
  return { swarm, clock: swarm.clock, source, folder, node, recordsLeft };
}

/** A client with a torrent that is complete in staging, whose folder is lost. */
async function waitingInStaging() {
  const swarm = new VirtualSwarm(1);
  const source = await swarm.node('10.0.0.1');
  await swarm.seedFrom(source, sample);
  const folder = new MemoryPublishedFiles();
  folder.isLost = true;
  const node = await swarm.node('10.0.0.2', { folder });
  const torrent = await swarm.add(node, { metainfo: sample.metainfo }, { root: 'folder' });
  await swarm.clock.runUntil(() => torrent.isComplete);
  await swarm.clock.advance(5000);
  return { swarm, clock: swarm.clock, source, folder, node, torrent };
}

describe('a removal', () => {
  it('without files leaves nothing in staging of a torrent that was never looked at', async () => {
    const { swarm, clock, source, folder, node, recordsLeft } = await restoredHalfway();
    expect(node.fileSystem.usedBytes).toBeGreaterThan(0);
    await clock.settle(node.client.remove(halfway.id, { deleteFiles: false }));
    expect(await node.fileSystem.list('')).toEqual([]);
    expect((await folder.contents.list('album')).map(({ name }) => name)).toEqual(['a.bin']);
    expect(recordsLeft()).toEqual([]);
    await swarm.close([source, node]);
  });

  it.each(['seen', 'restored', 'restored without its progress'])(
    'without files keeps whole files that wait in staging for a folder that is lost: %s, added again it has them',
    async (how) => {
      const { swarm, clock, source, folder, torrent, ...setting } = await waitingInStaging();
      let { node } = setting;
      if (how !== 'seen') {
        await swarm.close([node]);
        if (how !== 'restored') node.records.delete(`progress/${sample.id}`);
        node = await swarm.node('10.0.0.3', { folder, earlier: node });
      }
      await clock.settle(node.client.remove(sample.id, { deleteFiles: false }));
      expect(hasAllFiles(node, sample)).toBe(true);
      expect([...node.records.keys()].filter((key) => key.includes(sample.id))).toEqual([]);
      folder.isLost = false;
      node.client.roots.setAvailable('folder');
      const again = await swarm.add(node, { metainfo: sample.metainfo }, { root: 'folder' });
      expect(again).not.toBe(torrent);
      await swarm.complete([again]);
      expect(again.stats.received.total).toBe(0);
      expect(hasAllFiles({ ...node, fileSystem: folder.contents }, sample)).toBe(true);
      expect(node.fileSystem.usedBytes).toBe(0);
      await swarm.close([source, node]);
    },
  );

  it('with files removes them from staging too', async () => {
    const { swarm, clock, source, folder, node } = await waitingInStaging();
    folder.isLost = false;
    await clock.settle(node.client.remove(sample.id, { deleteFiles: true }));
    expect(await node.fileSystem.list('')).toEqual([]);
    await swarm.close([source, node]);
  });

  it('with files stays on record while its folder is lost, over a restart, until they are gone', async () => {
    const { swarm, clock, source, folder, node, recordsLeft } = await restoredHalfway();
    folder.isLost = true;
    const refused = await clock.settle(
      node.client.remove(halfway.id, { deleteFiles: true }).catch((error: unknown) => error),
    );
    expect(refused).toMatchObject({ code: 'permission' });
    expect(node.client.torrents).toEqual([]);
    expect(recordsLeft()).not.toEqual([]);
    await swarm.close([node]);
    const later = await swarm.node('10.0.0.3', { folder, earlier: node });
    expect(later.client.torrents).toEqual([]);
    await clock.advance(1000);
    expect(recordsLeft()).not.toEqual([]);
    folder.isLost = false;
    later.client.roots.setAvailable('folder');
    await clock.advance(1000);
    expect([await later.fileSystem.list(''), await folder.contents.list('')]).toEqual([[], []]);
    expect(recordsLeft()).toEqual([]);
    await swarm.close([source, later]);
  });

  it.each([
    ['without files', false, 'now'],
    ['with files', true, 'now'],
    ['with files', true, 'by the next session'],
  ])(
    '%s ends when its folder was given up, %s: staging is free, what lies in the folder stays',
    async (_, deleteFiles, when) => {
      const { swarm, clock, source, folder, ...setting } = await restoredHalfway();
      let { node } = setting;
      folder.isLost = true;
      await clock.settle(node.client.remove(halfway.id, { deleteFiles }).catch(() => undefined));
      if (when === 'now') node.client.roots.remove('folder');
      else {
        await swarm.close([node]);
        node = await swarm.node('10.0.0.3', { earlier: node });
        await clock.advance(1000);
      }
      const names = await clock.settle(node.client.endOrphanedRemovals());
      // Without files nothing in the folder had to be touched.
      expect(names).toEqual(deleteFiles ? ['album'] : []);
      expect(await node.fileSystem.list('')).toEqual([]);
      expect(folder.contents.readFile('album/a.bin').length).toBe(50_000);
      expect([...node.records.keys()].filter((key) => key.includes(halfway.id))).toEqual([]);
      const again = await swarm.add(node, { metainfo: halfway.metainfo });
      await swarm.complete([again]);
      await swarm.close([source, node]);
    },
  );

  it('that can still be taken back, or whose folder is only out of reach, is no orphan', async () => {
    const { swarm, clock, source, folder, node, recordsLeft } = await restoredHalfway();
    folder.isLost = true;
    await clock.settle(node.client.remove(halfway.id, { deleteFiles: true, undoMs: UNDO_MS }));
    expect(await clock.settle(node.client.endOrphanedRemovals())).toEqual([]);
    await clock.advance(2 * UNDO_MS);
    expect(await clock.settle(node.client.endOrphanedRemovals())).toEqual([]);
    expect(recordsLeft()).not.toEqual([]);
    folder.isLost = false;
    node.client.roots.setAvailable('folder');
    await clock.advance(1000);
    expect(await folder.contents.list('')).toEqual([]);
    await swarm.close([source, node]);
  });

  it('whose files are refused is tried again, also without a restart', async () => {
    const { swarm, clock, source, node, recordsLeft } = await restoredHalfway();
    const { fileSystem } = node;
    const remove = fileSystem.remove.bind(fileSystem);
    fileSystem.remove = (path) => Promise.reject(new FileSystemError('other', path, 'not now'));
    const removing = node.client.remove(halfway.id, { deleteFiles: false }).catch((error: unknown) => error);
    expect(await clock.settle(removing)).toMatchObject({ code: 'other' });
    fileSystem.remove = remove;
    await clock.advance(61_000);
    expect(await fileSystem.list('')).toEqual([]);
    expect(recordsLeft()).toEqual([]);
    await swarm.close([source, node]);
  });

  it('that waits gives way to the same torrent added again: it comes back with what it has, and stays', async () => {
    const { swarm, clock, source, folder, node } = await restoredHalfway();
    folder.isLost = true;
    await clock.settle(node.client.remove(halfway.id, { deleteFiles: true, undoMs: UNDO_MS }));
    await clock.advance(2 * UNDO_MS);
    const torrent = await swarm.add(node, { metainfo: halfway.metainfo }, { root: 'folder' });
    folder.isLost = false;
    node.client.roots.setAvailable('folder');
    await swarm.complete([torrent]);
    expect(torrent.snapshot().downloadedBytes).toBeLessThan(halfway.content.length + 2 * 16_384);
    await clock.advance(300_000);
    expect(hasAllFiles({ ...node, fileSystem: folder.contents }, halfway)).toBe(true);
    await swarm.close([node]);
    const later = await swarm.node('10.0.0.3', { folder, earlier: node });
    await swarm.complete(later.client.torrents);
    expect(later.client.torrents).toHaveLength(1);
    await swarm.close([source, later]);
  });

  it('that waits gives way to the same torrent of an imported session', async () => {
    const { swarm, clock, source, folder, node } = await setUp('folder');
    const session = await clock.settle(node.client.transfer.export());
    folder.isLost = true;
    await clock.settle(node.client.remove(sample.id, { deleteFiles: true }).catch(() => undefined));
    expect(await clock.settle(node.client.transfer.import(session))).toMatchObject({
      torrents: [{ outcome: 'added' }],
    });
    folder.isLost = false;
    node.client.roots.setAvailable('folder');
    await swarm.complete(node.client.torrents);
    await clock.advance(300_000);
    expect(node.client.torrents).toHaveLength(1);
    expect(hasAllFiles({ ...node, fileSystem: folder.contents }, sample)).toBe(true);
    await swarm.close([node]);
    const later = await swarm.node('10.0.0.3', { folder, earlier: node });
    await swarm.complete(later.client.torrents);
    expect(later.client.torrents).toHaveLength(1);
    await swarm.close([source, later]);
  });

  it('that waits gives way to the same torrent added but not started: it stays stopped, also in the next session', async () => {
    const { swarm, clock, source, folder, node } = await setUp('folder');
    folder.isLost = true;
    await clock.settle(node.client.remove(sample.id, { deleteFiles: true }).catch(() => undefined));
    const torrent = await swarm.add(node, { metainfo: sample.metainfo }, { root: 'folder', start: false });
    expect(torrent.state.kind).toBe('stopped');
    await swarm.close([node]);
    const later = await swarm.node('10.0.0.3', { folder, earlier: node });
    expect(later.client.get(sample.id)?.state.kind).toBe('stopped');
    await swarm.close([source, later]);
  });

  it('that waits gives way to the same torrent elsewhere; the folder that is lost keeps what it has', async () => {
    const { swarm, clock, source, folder, node } = await restoredHalfway();
    folder.isLost = true;
    await clock.settle(node.client.remove(halfway.id, { deleteFiles: true, undoMs: UNDO_MS }));
    await clock.advance(2 * UNDO_MS);
    const torrent = await swarm.add(node, { metainfo: halfway.metainfo });
    await swarm.complete([torrent]);
    folder.isLost = false;
    node.client.roots.setAvailable('folder');
    await clock.advance(300_000);
    expect(torrent.snapshot()).toMatchObject({ root: 'default', state: { kind: 'seeding' } });
    expect(hasAllFiles(node, halfway)).toBe(true);
    expect((await folder.contents.list('album')).map(({ name }) => name)).toEqual(['a.bin']);
    await swarm.close([source, node]);
  });

  it('that the store refused never happens, whatever is stored later', async () => {
    const { swarm, clock, source, node } = await setUp('default');
    const { store } = node;
    const put = store.put.bind(store);
    store.put = () => Promise.reject(new Error('the disk is full'));
    const refused = node.client.remove(sample.id, { deleteFiles: true }).catch((error: unknown) => error);
    expect(await clock.settle(refused)).toMatchObject({ message: 'the disk is full' });
    store.put = put;
    node.client.get(sample.id)?.setLabel('music');
    await clock.advance(10_000);
    await swarm.close([node]);
    const later = await swarm.node('10.0.0.3', { earlier: node });
    await swarm.complete(later.client.torrents);
    expect(later.client.torrents.map(({ record }) => record.label)).toEqual(['music']);
    expect(hasAllFiles(later, sample)).toBe(true);
    await swarm.close([source, later]);
  });
});
