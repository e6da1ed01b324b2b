import { describe, expect, it } from 'vitest';
import { FaultInjector } from '../faults/fault-injector.js';
import { DEATH_MOMENTS, faultAt, type FaultPlan, slowDisk } from '../faults/fault-plan.js';
import { MemoryPublishedFiles } from '../mocks/index.js';
import { makeTorrent, type SwarmNode, VirtualSwarm } from './virtual-swarm.js';

const PIECE = 16_384;
const sample = makeTorrent({
  name: 'album',
  seed: 7,
  pieceLength: PIECE,
  files: { 'a.bin': 3 * PIECE, 'b/b.bin': 20_001, 'empty.txt': 0, 'c.bin': 30_000 },
});
const single = makeTorrent({ name: 'film.bin', seed: 8, pieceLength: PIECE, files: { 'film.bin': 40_000 } });
const PATHS = [...sample.files.keys()];
const inFolderNamed = (name: string) => PATHS.map((path) => path.replace('album', name)).sort();

type Place = Pick<MemoryPublishedFiles['contents'], 'list'>;

/** Every file of a place but what belongs to no torrent's files. */
async function pathsIn(place: Place, folder = ''): Promise<string[]> {
  const found: string[] = [];
  for (const { name, isDirectory } of await place.list(folder)) {
    if (name === '.jstorrent') continue;
    const path = folder === '' ? name : `${folder}/${name}`;
    found.push(...(isDirectory ? await pathsIn(place, path) : [path]));
  }
  return found.sort();
}

/** A complete torrent in `root`. */
async function setUp(root: 'default' | 'folder', torrentOf = sample) {
  const swarm = new VirtualSwarm(1);
  const seed = await swarm.node('10.0.0.1');
  await swarm.seedFrom(seed, torrentOf);
  const folder = new MemoryPublishedFiles({ detachBuffers: true });
  const node = await swarm.node('10.0.0.2', { folder });
  const torrent = await swarm.add(node, { metainfo: torrentOf.metainfo }, { root });
  await swarm.complete([torrent]);
  const { downloadedBytes } = torrent.snapshot();
  const rename = (name: string, fileIndex?: number) =>
    swarm.clock.settle(
      node.client.places
        .renameFiles(torrentOf.id, fileIndex === undefined ? { name } : { name, fileIndex })
        .catch((error: unknown) => error),
    );
  const place = root === 'folder' ? folder.contents : node.fileSystem;
  /** It is complete as before, and stays so in the next session. */
  const expectWhole = async () => {
    await swarm.complete([torrent]);
    expect(torrent.snapshot().downloadedBytes).toBe(downloadedBytes);
    await swarm.close([node]);
    const later = await swarm.node('10.0.0.3', { folder, earlier: node });
    const again = later.client.get(torrentOf.id);
    await swarm.clock.runUntil(() => again?.state.kind === 'seeding');
    expect(again?.snapshot().downloadedBytes).toBe(downloadedBytes);
    await swarm.close([seed, later]);
  };
  return { swarm, seed, folder, node, torrent, rename, place, expectWhole };
}

describe.each(['default', 'folder'] as const)('a torrent in the root %s', (root) => {
  it('has its folder renamed, on disk and for the next session, and downloads nothing again', async () => {
    const { torrent, rename, place, expectWhole } = await setUp(root);
    expect(await rename('Best of / 2026')).toBeUndefined();
    expect(await pathsIn(place)).toEqual(inFolderNamed('Best of _ 2026'));
    expect(torrent.entryName).toBe('Best of _ 2026');
    await expectWhole();
  });

  it('has one of its files renamed', async () => {
    const { rename, place, expectWhole } = await setUp(root);
    expect(await rename('second.bin', 1)).toBeUndefined();
    const renamed = PATHS.map((path) => (path === 'album/b/b.bin' ? 'album/b/second.bin' : path));
    expect(await pathsIn(place)).toEqual(renamed.sort());
    await expectWhole();
  });

  it('has its only file renamed', async () => {
    const { rename, place, expectWhole } = await setUp(root, single);
    expect(await rename('My film.bin')).toBeUndefined();
    expect(await pathsIn(place)).toEqual(['My film.bin']);
    await expectWhole();
  });

  it('is renamed while it is stopped, and stays so', async () => {
    const { swarm, seed, node, torrent, rename, place } = await setUp(root);
    await swarm.clock.settle(torrent.stop());
    await rename('Quiet');
    expect(torrent.state.kind).toBe('stopped');
    expect(await pathsIn(place)).toEqual(inFolderNamed('Quiet'));
    await swarm.close([seed, node]);
  });

  it('keeps its name where the other is that of a file of its own, of nothing, or the client’s', async () => {
    const { rename, place, expectWhole } = await setUp(root);
    expect(await rename('c.bin', 0)).toMatchObject({ code: 'name-taken' });
    expect(await rename('C.BIN', 0)).toMatchObject({ code: 'name-taken' });
    expect(await rename('b', 0)).toMatchObject({ code: 'name-taken' });
    expect(await rename('  ')).toMatchObject({ code: 'name-taken' });
    expect(await rename('.jstorrent')).toMatchObject({ code: 'name-taken' });
    expect(await rename('album')).toBeUndefined();
    expect(await pathsIn(place)).toEqual(PATHS.toSorted());
    await expectWhole();
  });

  it('keeps its name where another torrent has the other', async () => {
    const { swarm, node, seed, rename, place, expectWhole } = await setUp(root);
    await swarm.seedFrom(seed, single);
    await swarm.complete([await swarm.add(node, { metainfo: single.metainfo }, { root })]);
    expect(await rename('Film.bin')).toMatchObject({ code: 'name-taken' });
    expect(await pathsIn(place)).toEqual([...PATHS, 'film.bin'].sort());
    await expectWhole();
  });

  it('has all its old names back when something is in the way', async () => {
    const { rename, place, expectWhole } = await setUp(root);
    place.writeFile('album/b/mine.txt', new Uint8Array(3));
    expect(await rename('mine.txt', 1)).toMatchObject({ code: root === 'folder' ? 'name-taken' : 'exists' });
    expect(await pathsIn(place)).toEqual([...PATHS, 'album/b/mine.txt'].sort());
    await expectWhole();
  });

  it('hostile 47: dies at any operation of it, and goes on with all files, under the one name or the other', async () => {
    const operations = await renameUntilDeath(root, slowDisk);
    expect(operations).toBeGreaterThan(5);
    for (let number = 1; number <= operations; number++) {
      for (const moment of DEATH_MOMENTS) {
        await renameUntilDeath(root, faultAt(number, { kind: 'death', moment }, slowDisk)).catch((error: unknown) => {
          throw new Error(`death ${moment} operation ${number}: ${String(error)}`, { cause: error });
        });
      }
    }
  });

  it('hostile 50: is refused any operation of it, and goes on with all files, under the one name or the other', async () => {
    const operations = await renameUntilDeath(root, slowDisk);
    for (let number = 1; number <= operations; number++) {
      const plan = faultAt(number, { kind: 'fail', code: 'other' }, slowDisk);
      await renameUntilDeath(root, plan).catch((error: unknown) => {
        throw new Error(`refused operation ${number}: ${String(error)}`, { cause: error });
      });
    }
  });
});

describe('a torrent in a folder', () => {
  it('whose own folder lies deeper and has another name has that renamed, and stays where it is', async () => {
    const { swarm, folder, node, torrent, rename, expectWhole } = await setUp('folder');
    await folder.contents.rename('album', 'Music/Best of');
    await swarm.clock.settle(node.client.places.relocate(sample.id, { root: 'folder', path: 'Music/Best of' }));
    await swarm.complete([torrent]);
    expect(await rename('Worst of')).toBeUndefined();
    expect(await pathsIn(folder.contents)).toEqual(inFolderNamed('Music/Worst of'));
    await expectWhole();
  });

  it('keeps its name where the user has something of the other there', async () => {
    const { folder, rename, expectWhole } = await setUp('folder');
    folder.contents.writeFile('Mine/x', new Uint8Array(1));
    expect(await rename('Mine')).toMatchObject({ code: 'name-taken' });
    expect(await pathsIn(folder.contents)).toEqual([...PATHS, 'Mine/x'].sort());
    await expectWhole();
  });

  it('hostile 50: keeps its name while the folder is lost', async () => {
    const { swarm, folder, node, rename, expectWhole } = await setUp('folder');
    folder.isLost = true;
    expect(await rename('New')).toMatchObject({ code: 'permission' });
    folder.isLost = false;
    node.client.roots.setAvailable('folder');
    await swarm.clock.advance(1000);
    expect(await pathsIn(folder.contents)).toEqual(PATHS.toSorted());
    await expectWhole();
  });
});

describe('the name that a torrent is shown under', () => {
  it('is the user’s own when there is one, also after a restart and once the metadata is known', async () => {
    const swarm = new VirtualSwarm(1);
    const seed = await swarm.node('10.0.0.1');
    await swarm.seedFrom(seed, sample);
    const node = await swarm.node('10.0.0.2');
    const torrent = await swarm.add(node, { magnet: sample.magnet });
    const rename = (name: string) => swarm.clock.settle(node.client.places.rename(sample.id, name));
    await rename('  Mine ');
    await swarm.complete([torrent]);
    expect(torrent.snapshot()).toMatchObject({ name: 'Mine', entryName: 'album' });
    expect(torrent.snapshot().magnet).toContain('dn=album');
    await swarm.close([node]);
    const later = await swarm.node('10.0.0.3', { earlier: node });
    expect(later.client.get(sample.id)?.snapshot().name).toBe('Mine');
    await swarm.clock.settle(later.client.places.rename(sample.id, ' '));
    expect(later.client.get(sample.id)?.snapshot().name).toBe('album');
    await swarm.close([seed, later]);
  });
});

/** Renames the folder as `plan` lets it, and goes on with what is left. The number of operations that the renaming took. */
async function renameUntilDeath(root: 'default' | 'folder', plan: FaultPlan): Promise<number> {
  const swarm = new VirtualSwarm(1);
  const { clock } = swarm;
  const folder = new MemoryPublishedFiles({ detachBuffers: true });
  const seed = await swarm.node('10.0.0.1');
  await swarm.seedFrom(seed, sample);
  const first = await swarm.node('10.0.0.2', { folder });
  const torrent = await swarm.add(first, { metainfo: sample.metainfo }, { root });
  await swarm.complete([torrent]);
  const { downloadedBytes } = torrent.snapshot();
  await clock.settle(torrent.stop());
  await swarm.close([first]);
  await swarm.close([seed]);

  const faults = new FaultInjector({ clock, plan: slowDisk });
  const second = await swarm.node('10.0.0.3', { folder, earlier: first, faults });
  await clock.settle(Promise.resolve(second.client.get(sample.id)?.load()));
  const before = faults.operations;
  faults.setPlan((operation) => plan({ ...operation, ordinal: operation.ordinal - before }));
  const renaming = second.client.places.renameFiles(sample.id, { name: 'New' }).catch(() => undefined);
  await clock.settle(Promise.race([renaming, faults.died]));
  const operations = faults.operations - before;
  faults.die();

  const later: SwarmNode = await swarm.node('10.0.0.4', { folder, earlier: second });
  const again = later.client.get(sample.id);
  again?.start();
  await clock.runUntil(() => again?.state.kind === 'seeding');
  expect(again?.snapshot().downloadedBytes).toBe(downloadedBytes);
  const place = root === 'folder' ? folder.contents : later.fileSystem;
  expect(await pathsIn(place)).toEqual(inFolderNamed(again?.entryName ?? ''));
  await swarm.close([later]);
  return operations;
}
