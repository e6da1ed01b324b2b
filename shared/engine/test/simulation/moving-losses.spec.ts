import { describe, expect, it } from 'vitest';
import { MemoryPublishedFiles } from '../mocks/index.js';
import { hasAllFiles, makeTorrent, type SampleTorrent, VirtualSwarm } from './virtual-swarm.js';

const line = { uplinkBytesPerSecond: 200_000, downlinkBytesPerSecond: 200_000, latencyMs: 10 };
const PIECE = 16_384;
const FILES = { 'a.bin': 4 * PIECE, 'b/b.bin': 60_001, 'c.bin': 5_000 };
const sample = makeTorrent({ name: 'album', seed: 7, pieceLength: PIECE, files: FILES });
const film = makeTorrent({ name: 'film.bin', seed: 9, pieceLength: PIECE, files: { 'film.bin': 40 * PIECE } });

const bytesOf = ({ files }: SampleTorrent, path: string) => (files.get(path) ?? new Uint8Array()).slice();

/** A seed, and a client with two folders. `tellsTimes`: their platform knows when a file was changed. */
async function setUp({ tellsTimes = true }: { readonly tellsTimes?: boolean } = {}) {
  const swarm = new VirtualSwarm(1);
  const { clock } = swarm;
  const seed = await swarm.node('10.0.0.1', line);
  await swarm.seedFrom(seed, sample);
  const newFolder = () => new MemoryPublishedFiles({ detachBuffers: true, ...(tellsTimes ? { clock } : {}) });
  const folder = newFolder();
  const other = newFolder();
  const node = await swarm.node('10.0.0.2', { ...line, folder });
  node.client.roots.set('other', { kind: 'published', files: other });
  const add = (root: string, options: { readonly start?: boolean } = {}) =>
    swarm.add(node, { metainfo: sample.metainfo }, { root, ...options });
  const outcome = (work: Promise<void>) =>
    clock.settle(
      work.then(
        () => 'done',
        (error: unknown) => error,
      ),
    );
  const move = (root: string) => outcome(node.client.places.move(sample.id, root));
  const relocate = (root: string, { id } = sample) => outcome(node.client.places.relocate(id, { root }));
  const read = async (files: MemoryPublishedFiles, path: string) => {
    const { size = 0 } = (await files.contents.stat(path)) ?? {};
    const file = await files.contents.open(path, 'read');
    const { buffer } = await file.read(0, new Uint8Array(size));
    await file.close();
    return buffer;
  };
  return { swarm, clock, seed, folder, other, node, add, move, relocate, read };
}

describe('a move', () => {
  it.each([
    ['rewritten, in a file without a piece of its own', { tellsTimes: true }, 'album/c.bin', 5_000, ['album/c.bin']],
    // Their last piece is one.
    [
      'rewritten, where no platform tells when',
      { tellsTimes: false },
      'album/c.bin',
      5_000,
      ['album/b/b.bin', 'album/c.bin'],
    ],
    ['replaced by something longer', { tellsTimes: true }, 'album/c.bin', 5_010, ['album/c.bin']],
    ['cut', { tellsTimes: true }, 'album/a.bin', PIECE, ['album/a.bin']],
  ])('leaves a file alone that the user has changed: %s', async (_, options, path, length, paths) => {
    const { swarm, clock, seed, folder, node, add, move, read } = await setUp(options);
    const torrent = await add('folder');
    await swarm.complete([torrent]);
    await clock.advance(5_000);
    const mine = new Uint8Array(length).fill(9);
    folder.contents.writeFile(path, mine.slice());
    expect(await move('default')).toMatchObject({ code: 'files-changed', paths });
    await clock.advance(60_000);
    expect(await read(folder, path)).toEqual(mine);
    expect((await folder.contents.list('album')).map(({ name }) => name)).toEqual(['a.bin', 'b', 'c.bin']);
    expect(torrent.state).toMatchObject({ kind: 'failed', problem: { code: 'files-changed' } });
    expect(torrent.record.root).toBe('folder');
    await swarm.close([seed, node]);
  });

  it.each([
    ['and the platform tells when', { tellsTimes: true }],
    ['and no platform tells when', { tellsTimes: false }],
  ])('keeps what the user adds to a file while it is under way, %s', async (_, options) => {
    const { swarm, clock, seed, folder, node, add, read } = await setUp(options);
    const torrent = await add('folder');
    await swarm.complete([torrent]);
    await clock.advance(5_000);
    const longer = new Uint8Array(5_010).fill(9);
    longer.set(bytesOf(sample, 'album/c.bin'));
    const moving = node.client.places.move(sample.id, 'default').catch((error: unknown) => error);
    // The first file that is brought back is open for writing.
    const open = node.fileSystem.open.bind(node.fileSystem);
    let isAdded = false;
    node.fileSystem.open = (path, mode) => {
      if (!isAdded && mode === 'write') folder.contents.writeFile('album/c.bin', longer.slice());
      isAdded ||= mode === 'write';
      return open(path, mode);
    };
    await clock.settle(moving);
    await clock.advance(60_000);
    expect(isAdded).toBe(true);
    expect(await read(folder, 'album/c.bin')).toEqual(longer);
    await swarm.close([seed, node]);
  });

  it('takes no file of the user away of which only a part is right', async () => {
    const { swarm, clock, seed, folder, other, node, add, move, relocate, read } = await setUp();
    await swarm.close([seed]);
    const mine = bytesOf(sample, 'album/a.bin').fill(1, 0, 100);
    folder.contents.writeFile('album/a.bin', mine.slice());
    const torrent = await add('default', { start: false });
    expect(await relocate('folder')).toBe('done');
    torrent.start();
    await clock.runUntil(() => torrent.snapshot().wantedDoneBytes === 3 * PIECE);
    await clock.advance(5_000);
    expect(await move('other')).toBe('done');
    expect(await read(folder, 'album/a.bin')).toEqual(mine);
    expect(torrent.snapshot()).toMatchObject({ root: 'other', wantedDoneBytes: 3 * PIECE });
    expect(await other.contents.list('')).toEqual([]);
    await swarm.close([node]);
  });
});

describe('files that the user has already', () => {
  it('are not taken when they are those of another torrent, and those beside them are found', async () => {
    const { swarm, seed, folder, node, add, relocate } = await setUp();
    const torrent = await add('folder');
    await swarm.complete([torrent]);
    const twin = makeTorrent({ name: 'copy', seed: 7, pieceLength: 2 * PIECE, files: FILES });
    const second = await swarm.add(node, { metainfo: twin.metainfo }, { start: false });
    expect(await relocate('folder', twin)).toMatchObject({ code: 'files-of-another' });
    expect(second.record.root).toBe('default');
    for (const path of sample.files.keys())
      folder.contents.writeFile(path.replace('album', 'mine'), bytesOf(sample, path));
    expect(await relocate('folder', twin)).toBe('done');
    second.start();
    await swarm.complete([second]);
    await swarm.clock.settle(node.client.remove(twin.id, { deleteFiles: true }));
    expect((await folder.contents.list('')).map(({ name }) => name)).toEqual(['album']);
    expect(hasAllFiles({ ...node, fileSystem: folder.contents }, sample)).toBe(true);
    await swarm.close([seed, node]);
  });

  it('are not taken either when a torrent has them under another name', async () => {
    const { swarm, seed, folder, node, add, relocate } = await setUp();
    for (const path of sample.files.keys())
      folder.contents.writeFile(path.replace('album', 'Best of'), bytesOf(sample, path));
    const torrent = await add('folder', { start: false });
    expect(await relocate('folder')).toBe('done');
    torrent.start();
    await swarm.complete([torrent]);
    const twin = makeTorrent({ name: 'copy', seed: 7, pieceLength: 2 * PIECE, files: FILES });
    await swarm.add(node, { metainfo: twin.metainfo }, { start: false });
    expect(await relocate('folder', twin)).toMatchObject({ code: 'files-of-another' });
    await swarm.close([seed, node]);
  });

  it('are taken by one torrent when two look for them at the same time', async () => {
    const { swarm, seed, folder, node, add, relocate } = await setUp();
    for (const path of sample.files.keys()) folder.contents.writeFile(path, bytesOf(sample, path));
    await add('default', { start: false });
    const twin = makeTorrent({ name: 'copy', seed: 7, pieceLength: 2 * PIECE, files: FILES });
    await swarm.add(node, { metainfo: twin.metainfo }, { start: false });
    const outcomes = await Promise.all([relocate('folder'), relocate('folder', twin)]);
    expect(outcomes).toMatchObject(['done', { code: 'files-of-another' }]);
    await swarm.close([seed, node]);
  });

  it.each([
    ['fewer pieces than are here do not replace these', 1],
    ['more pieces than are here are taken', 39],
  ])('of full size that hold %s', async (_, rightPieces) => {
    const { swarm, clock, seed, folder, node, relocate } = await setUp();
    const filmSeed = await swarm.node('10.0.0.9', line);
    await swarm.seedFrom(filmSeed, film);
    const torrent = await swarm.add(node, { metainfo: film.metainfo });
    await clock.runUntil(() => torrent.snapshot().wantedDoneBytes > 30 * PIECE);
    await clock.settle(torrent.stop());
    await swarm.close([filmSeed, seed]);
    const before = torrent.snapshot().wantedDoneBytes;
    const bytes = new Uint8Array(40 * PIECE);
    bytes.set(bytesOf(film, 'film.bin').subarray(0, rightPieces * PIECE));
    folder.contents.writeFile('film.bin', bytes);
    expect(await relocate('folder', film)).toBe('done');
    torrent.start();
    await clock.runUntil(() => torrent.state.kind === 'downloading');
    expect(torrent.snapshot().wantedDoneBytes).toBe(Math.max(before, rightPieces * PIECE));
    await swarm.close([node]);
  });

  it('are not all of them: the whole ones in the folder where the torrent is are not left behind', async () => {
    const { swarm, seed, folder, other, node, add, relocate } = await setUp();
    const torrent = await add('folder');
    await swarm.complete([torrent]);
    const { downloadedBytes } = torrent.snapshot();
    other.contents.writeFile('album/c.bin', bytesOf(sample, 'album/c.bin'));
    expect(await relocate('other')).toMatchObject({ code: 'files-left-behind' });
    await swarm.complete([torrent]);
    expect(torrent.snapshot()).toMatchObject({ root: 'folder', downloadedBytes, isInPlace: true });
    // Those that are gone there are not waited for.
    await folder.contents.removeTree('album');
    expect(await relocate('other')).toBe('done');
    await swarm.complete([torrent]);
    expect(torrent.snapshot()).toMatchObject({ root: 'other', isInPlace: true });
    await swarm.close([seed, node]);
  });

  it('are being looked for when the torrent is started: it waits for them, and downloads the rest', async () => {
    const { swarm, clock, seed, folder, node, add } = await setUp();
    const torrent = await add('default');
    await clock.runUntil(() => torrent.snapshot().wantedDoneBytes > 3 * PIECE);
    folder.contents.writeFile('album/c.bin', bytesOf(sample, 'album/c.bin'));
    const list = folder.list.bind(folder);
    let isStarted = false;
    folder.list = async (path) => {
      if (!isStarted && torrent.state.kind === 'stopped') {
        isStarted = true;
        torrent.start();
        await new Promise<void>((resolve) => clock.setTimer(50, resolve));
      }
      return list(path);
    };
    await clock.settle(node.client.places.relocate(sample.id, { root: 'folder' }));
    expect(isStarted).toBe(true);
    await swarm.complete([torrent]);
    expect(torrent.snapshot()).toMatchObject({ root: 'folder', isInPlace: true });
    await swarm.close([seed, node]);
  });
});
