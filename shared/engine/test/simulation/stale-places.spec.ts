import { describe, expect, it } from 'vitest';
import type { Torrent } from '../../src/core/torrent.js';
import { MemoryPublishedFiles } from '../mocks/index.js';
import { hasAllFiles, makeTorrent, type SwarmNode, VirtualSwarm } from './virtual-swarm.js';

const line = { uplinkBytesPerSecond: 200_000, downlinkBytesPerSecond: 200_000, latencyMs: 10 };
const PIECE = 16_384;
const sample = makeTorrent({
  name: 'album',
  seed: 7,
  pieceLength: PIECE,
  files: { 'a.bin': 4 * PIECE, 'b/b.bin': 60_001, 'empty.txt': 0, 'c.bin': 5_000 },
});
const A = 'album/a.bin';
const C = 'album/c.bin';

/** A torrent that was completed in a folder after the backup of its record, which is damaged then; nobody else has it. */
async function setUp({ hasTimes = true, before = new Map<string, Uint8Array>() } = {}) {
  const swarm = new VirtualSwarm(1);
  const { clock } = swarm;
  const seed = await swarm.node('10.0.0.1', line);
  await swarm.seedFrom(seed, sample);
  const folder = new MemoryPublishedFiles({ detachBuffers: true, ...(hasTimes && { clock }) });
  for (const [path, bytes] of before) folder.contents.writeFile(path, bytes);
  const first = await swarm.node('10.0.0.2', { ...line, folder });
  await swarm.add(first, { metainfo: sample.metainfo }, { root: 'folder', start: false });
  await swarm.close([first]);
  const second = await swarm.node('10.0.0.3', { ...line, folder, earlier: first });
  await clock.advance(40_000);
  const torrent = second.client.get(sample.id) as Torrent;
  torrent.start();
  await swarm.complete([torrent]);
  await clock.advance(5000);
  await swarm.close([second, seed]);
  second.records.set(`torrent/${sample.id}`, new Uint8Array(5));
  let lives = 0;
  const restart = async (earlier: SwarmNode = second) => {
    const node = await swarm.node(`10.0.1.${++lives}`, { ...line, folder, earlier });
    return { node, torrent: node.client.get(sample.id) as Torrent };
  };
  return { swarm, clock, folder, restart };
}

describe('a torrent whose record came from the backup', () => {
  it.each([true, false])('finds what it copied to the folder since; files tell their times: %s', async (hasTimes) => {
    const { swarm, folder, restart } = await setUp({ hasTimes });
    const { node, torrent } = await restart();
    torrent.start();
    await swarm.complete([torrent]);
    expect(hasAllFiles({ ...node, fileSystem: folder.contents }, sample)).toBe(true);
    expect((await folder.contents.list('album')).map(({ name }) => name)).toEqual(['a.bin', 'b', 'c.bin', 'empty.txt']);
    await swarm.close([node]);
    expect(await node.fileSystem.list('')).toEqual([]);
  });

  it('finds it also in a later session, when it was not started in this one', async () => {
    const { swarm, clock, restart } = await setUp();
    const { node } = await restart();
    await clock.advance(5000);
    await swarm.close([node]);
    const later = await restart(node);
    later.torrent.start();
    await swarm.complete([later.torrent]);
    expect(later.torrent.record.arePlacesStale).toBe(false);
    await swarm.close([later.node]);
  });

  it('finds a file under the name that it got beside one of the user', async () => {
    const mine = new Uint8Array(70).fill(3);
    const { swarm, folder, restart } = await setUp({ before: new Map([[C, mine]]) });
    const { node, torrent } = await restart();
    torrent.start();
    await swarm.complete([torrent]);
    expect(folder.contents.readFile(C)).toEqual(mine);
    expect(folder.contents.readFile('album/c.1.bin')).toEqual(sample.files.get(C));
    await swarm.close([node]);
  });

  it('replaces none that was changed since', async () => {
    const { swarm, clock, folder, restart } = await setUp();
    const mine = sample.files.get(A)?.slice().fill(0, 0, 100) ?? new Uint8Array();
    folder.contents.writeFile(A, mine);
    const { node, torrent } = await restart();
    torrent.start();
    await clock.runUntil(() => torrent.state.kind === 'failed');
    expect(torrent.state).toMatchObject({ problem: { code: 'files-changed', files: [A] } });
    expect(folder.contents.readFile(A)).toEqual(mine);
    await swarm.close([node]);
  });

  it('waits for its folder while that is out of reach', async () => {
    const { swarm, clock, folder, restart } = await setUp();
    folder.isLost = true;
    const { node, torrent } = await restart();
    torrent.start();
    await clock.runUntil(() => torrent.state.kind === 'failed');
    expect(torrent.state).toMatchObject({ problem: { code: 'folder-access-lost' } });
    folder.isLost = false;
    node.client.roots.setAvailable('folder');
    await swarm.complete([torrent]);
    await swarm.close([node]);
  });
});
