import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DownloadRoots } from '../../src/core/download-roots.js';
import { KeptFiles } from '../../src/core/kept-files.js';
import { MemoryFileSystem, MemoryPublishedFiles } from '../mocks/index.js';
import { hasAllFiles, makeTorrent, VirtualSwarm } from '../simulation/virtual-swarm.js';

const sample = makeTorrent({ name: 'album', seed: 1, pieceLength: 16_384, files: { 'a.bin': 40_000, 'b.bin': 9000 } });
const twin = makeTorrent({ name: 'Album', seed: 2, pieceLength: 16_384, files: { 'a.bin': 40_000, 'c.bin': 100 } });

/** A client that was left the files of a torrent, which is removed. */
async function setUp(options: { readonly root: 'default' | 'folder'; readonly deleteFiles?: boolean }) {
  const { root, deleteFiles = false } = options;
  const swarm = new VirtualSwarm(1);
  const source = await swarm.node('10.0.0.1');
  await swarm.seedFrom(source, sample);
  const second = await swarm.node('10.0.0.2');
  await swarm.seedFrom(second, twin);
  const folder = new MemoryPublishedFiles();
  folder.isLost = true;
  const node = await swarm.node('10.0.0.3', { folder });
  const torrent = await swarm.add(node, { metainfo: sample.metainfo }, { root });
  await swarm.clock.runUntil(() => torrent.isComplete);
  await swarm.clock.settle(node.client.remove(sample.id, { deleteFiles }));
  const later = async () => {
    await swarm.close([node]);
    return swarm.node('10.0.0.4', { folder, earlier: node });
  };
  return { swarm, clock: swarm.clock, node, later, sources: [source, second] };
}

describe('files that stay of a removed torrent', () => {
  it.each(['default', 'folder'] as const)(
    'of %s: no other torrent of that name writes into them, by a file or by a magnet, also in a later session',
    async (root) => {
      for (const source of [{ metainfo: twin.metainfo }, { magnet: twin.magnet }]) {
        const { swarm, later, sources } = await setUp({ root });
        const node = await later();
        const torrent = await swarm.add(node, source);
        await swarm.complete([torrent]);
        expect(torrent.entryName).toBe('Album.1');
        expect(hasAllFiles(node, sample)).toBe(true);
        await swarm.close([node, ...sources]);
      }
    },
  );

  it('are what the same torrent begins with when it is added again', async () => {
    const { swarm, later, sources } = await setUp({ root: 'default' });
    const node = await later();
    const torrent = await swarm.add(node, { metainfo: sample.metainfo });
    await swarm.complete([torrent]);
    expect([torrent.entryName, torrent.stats.received.total]).toEqual(['album', 0]);
    await swarm.close([node, ...sources]);
  });

  it('are forgotten when the torrent that was added again is removed with them', async () => {
    const { swarm, clock, node, sources } = await setUp({ root: 'default' });
    await swarm.complete([await swarm.add(node, { metainfo: sample.metainfo })]);
    await clock.settle(node.client.remove(sample.id, { deleteFiles: true }));
    expect((await swarm.add(node, { metainfo: twin.metainfo })).entryName).toBe('Album');
    await swarm.close([node, ...sources]);
  });

  it('are forgotten when a later session does not find them', async () => {
    const { swarm, clock, node, later, sources } = await setUp({ root: 'default' });
    for (const path of ['album/a.bin', 'album/b.bin', 'album']) await node.fileSystem.remove(path);
    const last = await later();
    await clock.advance(1000);
    expect((await swarm.add(last, { metainfo: twin.metainfo })).entryName).toBe('Album');
    await swarm.close([last, ...sources]);
  });

  it('hostile 48: whatever the store holds of them, the client starts', async () => {
    const roots = new DownloadRoots(new Map([['default', { kind: 'direct', files: new MemoryFileSystem() }]]), () => 0);
    const load = async (state: Uint8Array) => {
      const session = { loadState: () => Promise.resolve(state), saveState: () => undefined };
      const kept = new KeptFiles(session, roots, () => []);
      await kept.load();
      return kept.takenNames('id', 'default');
    };
    await fc.assert(
      fc.asyncProperty(fc.uint8Array(), async (state) => {
        for (const name of await load(state)) expect(name).not.toContain('/');
      }),
    );
    const text = 'a/album/default\n\n//\nb//default\nid/mine/default\nc/film.bin/default';
    expect(await load(new TextEncoder().encode(text))).toEqual(['album', 'film.bin']);
  });
});
