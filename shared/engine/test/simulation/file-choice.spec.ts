import { describe, expect, it } from 'vitest';
import { ASIDE_FOLDER } from '../../src/core/aside-folders.js';
import type { FilePriority } from '../../src/core/snapshots.js';
import type { Torrent } from '../../src/core/torrent.js';
import { SeededRandom } from '../mocks/index.js';
import { hasAllFiles, makeTorrent, type SwarmNode, VirtualSwarm } from './virtual-swarm.js';

const line = { uplinkBytesPerSecond: 200_000, downlinkBytesPerSecond: 400_000, latencyMs: 10 };
const sample = makeTorrent({
  name: 'album',
  seed: 4,
  pieceLength: 64 * 1024,
  files: { 'a.bin': 200_000, 'b/b.bin': 10_000, 'b/empty.txt': 0, 'c.bin': 150_001, 'd/d.bin': 90_000, 'e.bin': 1 },
});
const paths = [...sample.files.keys()];
const PRIORITIES: readonly FilePriority[] = [0, 0, 1, 4, 7];

async function setUp(seed: number) {
  const swarm = new VirtualSwarm(seed);
  const source = await swarm.node('10.0.0.1', line);
  await swarm.seedFrom(source, sample);
  return { swarm, source, leech: await swarm.node('10.0.0.2', line) };
}

const the = (node: SwarmNode): Torrent => node.client.get(sample.id) as Torrent;

const verified = (node: SwarmNode): readonly number[] => [...(the(node).content?.downloader.pieces.have ?? [])];

const wants = (torrent: Torrent, index: number) => torrent.details().files[index]?.priority !== 0;

/** Paths of the files that are on disk, apart from what the client keeps for itself. */
async function onDisk({ fileSystem }: SwarmNode, folder = ''): Promise<readonly string[]> {
  const found: string[] = [];
  for (const { name, isDirectory } of await fileSystem.list(folder)) {
    const path = folder === '' ? name : `${folder}/${name}`;
    if (path === ASIDE_FOLDER) continue;
    found.push(...(isDirectory ? await onDisk({ fileSystem } as SwarmNode, path) : [path]));
  }
  return found;
}

async function expectOnlyWhatIsWanted(node: SwarmNode): Promise<void> {
  const torrent = the(node);
  const there = await onDisk(node);
  for (const [index, path] of paths.entries()) {
    const file = torrent.details().files[index];
    const mayBeThere = wants(torrent, index) || file?.doneBytes === file?.length;
    if (!mayBeThere) expect(there).not.toContain(path);
    if (torrent.state.kind === 'seeding' && wants(torrent, index)) {
      expect(node.fileSystem.readFile(path)).toEqual(sample.files.get(path));
    }
  }
}

describe('choosing files while a torrent runs', () => {
  it('at any time leaves the wanted files right and the others away, over restarts and rechecks too', async () => {
    for (let seed = 1; seed <= 6; seed++) {
      const random = new SeededRandom(seed);
      const { swarm, source, leech } = await setUp(seed);
      let node = leech;
      await swarm.add(node, { metainfo: sample.metainfo });
      for (let step = 0; step < 12; step++) {
        const fileIndices = paths.map((_, index) => index).filter(() => random.integer(2) === 0);
        const priority = PRIORITIES[random.integer(PRIORITIES.length)] ?? 4;
        const isSequential = random.integer(2) === 0;
        const order = { isSequential, firstAndLastFirst: random.integer(2) === 0 };
        the(node).choose({ priorities: [{ priority, fileIndices }], order });
        await swarm.clock.advance(random.integer(400));
        const before = verified(node);
        const event = random.integer(6);
        if (event === 0) {
          await swarm.close([node]);
          node = await swarm.node(`10.0.1.${step}`, { ...line, earlier: node });
        } else if (event === 1) {
          the(node).recheck();
        } else if (event === 2) {
          await swarm.clock.settle(the(node).stop());
          the(node).start();
        }
        await swarm.clock.runUntil(() => ['downloading', 'seeding'].includes(the(node).state.kind));
        await swarm.clock.advance(1);
        expect(verified(node)).toEqual(expect.arrayContaining([...before]));
        await expectOnlyWhatIsWanted(node);
      }
      await swarm.complete([the(node)]);
      await expectOnlyWhatIsWanted(node);
      the(node).choose({ priorities: [{ priority: 4, fileIndices: [...paths.keys()] }] });
      await swarm.complete([the(node)]);
      await swarm.clock.advance(1);
      expect(hasAllFiles(node, sample)).toBe(true);
      expect(await node.fileSystem.stat(ASIDE_FOLDER)).toBeUndefined();
      await swarm.close([source, node]);
    }
  });

  it('seeds from the part file, survives a recheck with it, and takes it along when it goes', async () => {
    const { swarm, source, leech } = await setUp(1);
    const torrent = await swarm.add(leech, { metainfo: sample.metainfo }, { wantedFiles: [1] });
    await swarm.complete([torrent]);
    expect(await onDisk(leech)).toEqual(['album/b/b.bin']);
    const shared = verified(leech);
    expect(shared).toEqual([3]);
    torrent.recheck();
    await swarm.clock.runUntil(() => torrent.state.kind === 'seeding');
    expect(verified(leech)).toEqual(shared);
    await swarm.close([source]);
    const other = await swarm.node('10.0.0.9', line);
    const theirs = await swarm.add(other, { metainfo: sample.metainfo }, { wantedFiles: [1] });
    await swarm.complete([theirs]);
    expect(other.fileSystem.readFile('album/b/b.bin')).toEqual(sample.files.get('album/b/b.bin'));
    await swarm.clock.settle(leech.client.remove(sample.id, { deleteFiles: false }));
    expect((await leech.fileSystem.list('')).map(({ name }) => name)).toEqual(['album']);
    await swarm.close([leech, other]);
  });

  it('hostile 12-17: a torrent named like the folder of the client gets another name', async () => {
    for (const name of ['.jstorrent', '.JSTorrent', '.j\u200cstorrent', '.j\u017ftorrent']) {
      const { swarm, source, leech } = await setUp(1);
      const files = { [`${sample.id}/parts`]: 50_000, b: 5 };
      const evil = makeTorrent({ name, seed: 9, pieceLength: 16_384, files });
      const torrent = await swarm.add(leech, { metainfo: evil.metainfo });
      expect(torrent.details().files[0]?.path).toBe(`${name}.1/${sample.id}/parts`);
      await swarm.close([source, leech]);
    }
  });
});
