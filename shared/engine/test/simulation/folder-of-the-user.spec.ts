import { describe, expect, it } from 'vitest';
import { MemoryPublishedFiles } from '../mocks/index.js';
import { makeTorrent, VirtualSwarm } from './virtual-swarm.js';

const line = { uplinkBytesPerSecond: 200_000, downlinkBytesPerSecond: 200_000, latencyMs: 10 };
const PIECE = 16_384;
const sample = makeTorrent({
  name: 'album',
  seed: 7,
  pieceLength: PIECE,
  files: { 'a.bin': 4 * PIECE, 'b/b.bin': 60_001, 'c.bin': 5_000 },
});
const C = 'album/c.bin';
const THESIS = Uint8Array.of(1, 2, 3, 4, 5, 6, 7);

/** A torrent that is complete in a folder of its user's. */
async function setUp() {
  const swarm = new VirtualSwarm(1);
  const { clock } = swarm;
  const seed = await swarm.node('10.0.0.1', line);
  await swarm.seedFrom(seed, sample);
  const folder = new MemoryPublishedFiles({ detachBuffers: true, clock });
  const node = await swarm.node('10.0.0.2', { ...line, folder });
  const torrent = await swarm.add(node, { metainfo: sample.metainfo }, { root: 'folder' });
  await swarm.complete([torrent]);
  await clock.advance(5000);
  return { swarm, clock, seed, folder, node, torrent };
}

describe('what the user put into their folder', () => {
  it('in the place of a file, a folder, stays when the torrent is removed with its files', async () => {
    const { swarm, clock, seed, folder, node } = await setUp();
    await folder.contents.remove(C);
    folder.contents.writeFile(`${C}/thesis.txt`, THESIS);
    await clock.settle(node.client.remove(sample.id, { deleteFiles: true }));
    expect(folder.contents.readFile(`${C}/thesis.txt`)).toEqual(THESIS);
    expect((await folder.contents.list('album')).map(({ name }) => name)).toEqual(['c.bin']);
    await swarm.close([seed, node]);
  });

  it('in the place of a file, an empty folder, stays too', async () => {
    const { swarm, clock, seed, folder, node } = await setUp();
    await folder.contents.remove(C);
    await folder.contents.createDirectory(C);
    await clock.settle(node.client.remove(sample.id, { deleteFiles: true }));
    expect(await folder.contents.stat(C)).toMatchObject({ isDirectory: true });
    await swarm.close([seed, node]);
  });

  it('while the folders that became empty are removed, stays', async () => {
    const { swarm, clock, seed, folder, node } = await setUp();
    const remove = folder.remove.bind(folder);
    folder.remove = (path) => {
      // Between finding the folder empty and removing it.
      if (path === 'album/b') folder.contents.writeFile('album/b/thesis.txt', THESIS);
      return remove(path);
    };
    await clock.settle(node.client.remove(sample.id, { deleteFiles: true }));
    expect(folder.contents.readFile('album/b/thesis.txt')).toEqual(THESIS);
    expect((await folder.contents.list('album')).map(({ name }) => name)).toEqual(['b']);
    await swarm.close([seed, node]);
  });

  it('under the name that a file gets instead of its own, stays', async () => {
    const { swarm, clock, seed, folder, node, torrent } = await setUp();
    await swarm.close([seed]);
    folder.contents.writeFile(C, new Uint8Array(5_000));
    torrent.recheck();
    await clock.runUntil(() => torrent.state.kind === 'failed');
    await clock.settle(node.client.settleChangedFiles(sample.id, 'download-again'));
    await clock.runUntil(() => torrent.state.kind === 'downloading');
    await folder.contents.remove(C);
    folder.contents.writeFile(`${C}/thesis.txt`, THESIS);
    folder.contents.writeFile('album/c.1.bin', THESIS);
    const other = await swarm.node('10.0.0.3', line);
    await swarm.seedFrom(other, sample);
    await swarm.complete([torrent]);
    expect(folder.contents.readFile('album/c.1.bin')).toEqual(THESIS);
    expect(folder.contents.readFile(`${C}/thesis.txt`)).toEqual(THESIS);
    expect(folder.contents.readFile('album/c.2.bin')).toEqual(sample.files.get(C));
    await swarm.close([other, node]);
  });
});
