import { describe, expect, it } from 'vitest';
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
