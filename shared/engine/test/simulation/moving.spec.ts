import { describe, expect, it } from 'vitest';
import { MemoryPublishedFiles } from '../mocks/index.js';
import { hasAllFiles, makeTorrent, type SwarmNode, VirtualSwarm } from './virtual-swarm.js';

const line = { uplinkBytesPerSecond: 200_000, downlinkBytesPerSecond: 200_000, latencyMs: 10 };
const PIECE = 16_384;
const sample = makeTorrent({
  name: 'album',
  seed: 7,
  pieceLength: PIECE,
  files: { 'a.bin': 4 * PIECE, 'b/b.bin': 60_001, 'c.bin': 50_000 },
});

const holdsAll = (node: SwarmNode, { contents }: MemoryPublishedFiles) =>
  hasAllFiles({ ...node, fileSystem: contents }, sample);

/** A seed, and a client with a folder and without torrents. */
async function setUp() {
  const swarm = new VirtualSwarm(1);
  const seed = await swarm.node('10.0.0.1', line);
  await swarm.seedFrom(seed, sample);
  const folder = new MemoryPublishedFiles({ detachBuffers: true });
  const node = await swarm.node('10.0.0.2', { ...line, folder });
  const add = (root: string) => swarm.add(node, { metainfo: sample.metainfo }, { root });
  const move = (root: string) => swarm.clock.settle(node.client.places.move(sample.id, root));
  return { swarm, clock: swarm.clock, seed, folder, node, add, move };
}

describe('a torrent moves', () => {
  it('from the browser to a folder, from there to another, and back, and downloads nothing again', async () => {
    const { swarm, seed, folder, node, add, move } = await setUp();
    const other = new MemoryPublishedFiles({ detachBuffers: true });
    node.client.roots.set('other', { kind: 'published', files: other });
    const torrent = await add('default');
    await swarm.complete([torrent]);
    const { downloadedBytes } = torrent.snapshot();
    await move('folder');
    await swarm.complete([torrent]);
    expect(holdsAll(node, folder)).toBe(true);
    expect(node.fileSystem.usedBytes).toBe(0);
    await move('other');
    await swarm.complete([torrent]);
    expect(holdsAll(node, other)).toBe(true);
    expect(await folder.contents.list('')).toEqual([]);
    expect(torrent.snapshot().root).toBe('other');
    await move('default');
    await swarm.complete([torrent]);
    expect(hasAllFiles(node, sample)).toBe(true);
    expect(await other.contents.list('')).toEqual([]);
    expect(torrent.snapshot().downloadedBytes).toBe(downloadedBytes);
    await swarm.close([node]);
    const later = await swarm.node('10.0.0.3', { ...line, folder, earlier: node });
    const again = later.client.get(sample.id);
    await swarm.clock.runUntil(() => again?.state.kind === 'seeding');
    expect(again?.record.root).toBe('default');
    await swarm.close([seed, later]);
  });

  it('and says how far it is, and when it is all there', async () => {
    const { swarm, node, seed, add, move } = await setUp();
    const torrent = await add('folder');
    expect(torrent.snapshot().isInPlace).toBe(false);
    await swarm.complete([torrent]);
    expect(torrent.snapshot()).toMatchObject({ isInPlace: true, moveProgress: undefined });
    const told: (number | undefined)[] = [];
    torrent.on('changed', () => told.push(torrent.snapshot().moveProgress));
    await move('default');
    const shares = told.filter((share) => share !== undefined);
    expect(shares.length).toBeGreaterThan(2);
    expect(shares).toEqual(shares.toSorted((a, b) => a - b));
    expect([shares[0], shares.at(-1)]).toEqual([0, 1]);
    expect(torrent.snapshot()).toMatchObject({ isInPlace: true, moveProgress: undefined });
    await swarm.close([seed, node]);
  });

  it('in the middle of its download, with what it has', async () => {
    const { swarm, clock, seed, folder, node, add, move } = await setUp();
    const torrent = await add('default');
    await clock.runUntil(() => torrent.snapshot().wantedDoneBytes > 100_000);
    await move('folder');
    await swarm.complete([torrent]);
    expect(holdsAll(node, folder)).toBe(true);
    expect(torrent.snapshot().wastedBytes).toBeLessThan(2 * PIECE);
    await swarm.close([seed, node]);
  });

  it('also when it is started in the middle, and every file ends in the new folder once', async () => {
    const { swarm, clock, seed, folder, node, add } = await setUp();
    const other = new MemoryPublishedFiles({ detachBuffers: true });
    node.client.roots.set('other', { kind: 'published', files: other });
    const torrent = await add('folder');
    await swarm.complete([torrent]);
    const { downloadedBytes } = torrent.snapshot();
    const open = folder.open.bind(folder);
    let startedAt = '';
    folder.open = (path, mode) => {
      if (startedAt === '' && torrent.state.kind === 'stopped') {
        startedAt = path;
        torrent.start();
      }
      return open(path, mode);
    };
    await clock.settle(node.client.places.move(sample.id, 'other'));
    expect(startedAt).not.toBe('');
    await swarm.complete([torrent]);
    expect(holdsAll(node, other)).toBe(true);
    expect(await folder.contents.list('')).toEqual([]);
    expect(torrent.snapshot().downloadedBytes).toBe(downloadedBytes);
    await swarm.close([seed, node]);
  });

  it('not at all when its folder is lost, staging is full, or the place is no place for it', async () => {
    const { swarm, seed, folder, node, add } = await setUp();
    const torrent = await add('folder');
    await swarm.complete([torrent]);
    const move = (root: string) =>
      swarm.clock.settle(node.client.places.move(sample.id, root).catch((error: unknown) => error));
    node.client.roots.set('disk', { kind: 'direct', files: node.fileSystem });
    expect(await move('disk')).toMatchObject({ code: 'other-disk' });
    expect(await move('nowhere')).toMatchObject({ code: 'root-missing' });
    node.fileSystem.capacityBytes = 1000;
    expect(await move('default')).toMatchObject({ code: 'no-space' });
    await swarm.complete([torrent]);
    expect(holdsAll(node, folder)).toBe(true);
    folder.isLost = true;
    expect(await move('default')).toMatchObject({ code: 'permission' });
    folder.isLost = false;
    node.client.roots.setAvailable('folder');
    await swarm.complete([torrent]);
    expect(torrent.snapshot()).toMatchObject({ root: 'folder' });
    await swarm.close([seed, node]);
  });

  it('hostile 50: not at all when staging has no room for all of it, beside what downloads need; nothing is copied', async () => {
    const MIB = 1024 * 1024;
    const swarm = new VirtualSwarm(1);
    const seed = await swarm.node('10.0.0.1', line);
    await swarm.seedFrom(seed, sample);
    const folder = new MemoryPublishedFiles({ detachBuffers: true });
    const node = await swarm.node('10.0.0.2', { folder, tellsRoom: true, capacityBytes: 20 * MIB });
    const torrent = await swarm.add(node, { metainfo: sample.metainfo }, { root: 'folder' });
    await swarm.complete([torrent]);
    // What is left to the host is 16 MiB.
    node.fileSystem.capacityBytes = 16 * MIB + 100_000;
    const opened: string[] = [];
    const open = node.fileSystem.open.bind(node.fileSystem);
    node.fileSystem.open = (path, mode) => {
      opened.push(path);
      return open(path, mode);
    };
    const move = () =>
      swarm.clock.settle(node.client.places.move(sample.id, 'default').catch((error: unknown) => error));
    expect(await move()).toMatchObject({ code: 'no-room', neededBytes: sample.content.length, freeBytes: 100_000 });
    expect([opened, node.fileSystem.usedBytes]).toEqual([[], 0]);
    await swarm.complete([torrent]);
    expect(holdsAll(node, folder)).toBe(true);
    node.fileSystem.capacityBytes = 17 * MIB;
    expect(await move()).toBeUndefined();
    await swarm.complete([torrent]);
    expect(hasAllFiles(node, sample)).toBe(true);
    await swarm.close([seed, node]);
  });
});

describe('files that the user has already', () => {
  it('are checked where they lie and seeded, under the name they have, without a download', async () => {
    const { swarm, seed, folder, node } = await setUp();
    for (const [path, bytes] of sample.files) folder.contents.writeFile(path.replace('album', 'Music/Best of'), bytes);
    const torrent = await swarm.add(node, { metainfo: sample.metainfo }, { start: false });
    await swarm.clock.settle(node.client.places.relocate(sample.id, { root: 'folder', path: 'Music/Best of' }));
    expect(torrent.state.kind).toBe('stopped');
    torrent.start();
    await swarm.complete([torrent]);
    expect(torrent.snapshot()).toMatchObject({ root: 'folder', downloadedBytes: 0 });
    expect((await folder.contents.list('')).map(({ name }) => name)).toEqual(['Music']);
    await swarm.close([seed, node]);
    expect(node.fileSystem.usedBytes).toBe(0);
  });

  it.each([
    ['their folder has its name', 'album', ''],
    ['their folder has another name', 'Best of', ''],
    ['the folder is theirs', '', ''],
    ['others lie beside them', 'Best of', 'album'],
  ])('are looked for: %s', async (_, top, decoy) => {
    const { swarm, seed, folder, node } = await setUp();
    for (const [path, bytes] of sample.files) {
      folder.contents.writeFile(path.replace(/^album\/?/, top === '' ? '' : `${top}/`), bytes.slice());
    }
    if (decoy !== '') folder.contents.writeFile(`${decoy}/c.bin`, new Uint8Array(50_000));
    const torrent = await swarm.add(node, { metainfo: sample.metainfo }, { start: false });
    await swarm.clock.settle(node.client.places.relocate(sample.id, { root: 'folder' }));
    torrent.start();
    await swarm.complete([torrent]);
    expect(torrent.snapshot()).toMatchObject({ root: 'folder', downloadedBytes: 0, isInPlace: true });
    await swarm.close([seed, node]);
    expect(node.fileSystem.usedBytes).toBe(0);
  });

  it('are looked for by size where there is but one, whatever its name', async () => {
    const { swarm, seed, folder, node } = await setUp();
    const single = makeTorrent({ name: 'film.bin', seed: 9, pieceLength: PIECE, files: { 'film.bin': 70_000 } });
    folder.contents.writeFile('other.bin', new Uint8Array(70_001));
    folder.contents.writeFile('My film.bin', (single.files.get('film.bin') ?? new Uint8Array()).slice());
    const torrent = await swarm.add(node, { metainfo: single.metainfo });
    await swarm.clock.settle(node.client.places.relocate(single.id, { root: 'folder' }));
    await swarm.complete([torrent]);
    expect(torrent.snapshot()).toMatchObject({ downloadedBytes: 0, isInPlace: true });
    expect((await folder.contents.list('')).map(({ name }) => name)).toEqual(['My film.bin', 'other.bin']);
    await swarm.close([seed, node]);
  });

  it('that are not there leave all as it was', async () => {
    const { swarm, seed, folder, node, add } = await setUp();
    const torrent = await add('default');
    await swarm.complete([torrent]);
    folder.contents.writeFile('album/c.bin', new Uint8Array(49_999));
    folder.contents.writeFile('b', new Uint8Array(5));
    const relocating = node.client.places.relocate(sample.id, { root: 'folder' }).catch((error: unknown) => error);
    expect(await swarm.clock.settle(relocating)).toMatchObject({ code: 'files-not-found' });
    await swarm.complete([torrent]);
    expect(torrent.snapshot().root).toBe('default');
    expect(hasAllFiles(node, sample)).toBe(true);
    await swarm.close([seed, node]);
  });

  it('are found again where the user has moved a complete torrent to', async () => {
    const { swarm, seed, folder, node, add } = await setUp();
    const torrent = await add('folder');
    await swarm.complete([torrent]);
    const { downloadedBytes } = torrent.snapshot();
    await folder.contents.rename('album', 'Music/album');
    await swarm.clock.settle(node.client.places.relocate(sample.id, { root: 'folder', path: 'Music/album' }));
    await swarm.complete([torrent]);
    expect(torrent.snapshot().downloadedBytes).toBe(downloadedBytes);
    expect((await folder.contents.list('')).map(({ name }) => name)).toEqual(['Music']);
    await swarm.close([seed, node]);
  });

  it('are completed by what is missing or wrong in them', async () => {
    const { swarm, seed, folder, node } = await setUp();
    for (const [path, bytes] of sample.files) folder.contents.writeFile(path, bytes.slice());
    folder.contents.writeFile(
      'album/a.bin',
      (sample.files.get('album/a.bin') ?? new Uint8Array()).subarray(0, 2 * PIECE),
    );
    await folder.contents.removeTree('album/b');
    const torrent = await swarm.add(node, { metainfo: sample.metainfo }, { start: false });
    await swarm.clock.settle(node.client.places.relocate(sample.id, { root: 'folder', path: 'album' }));
    torrent.start();
    await swarm.complete([torrent]);
    expect(holdsAll(node, folder)).toBe(true);
    const { downloadedBytes } = torrent.snapshot();
    expect([downloadedBytes >= 60_001 + 2 * PIECE, downloadedBytes < 60_001 + 5 * PIECE]).toEqual([true, true]);
    expect((await folder.contents.list('album')).map(({ name }) => name)).toEqual(['a.bin', 'b', 'c.bin']);
    await swarm.close([seed, node]);
  });
});
