import { describe, expect, it } from 'vitest';
import type { Torrent } from '../../src/core/torrent.js';
import { MemoryPublishedFiles } from '../mocks/index.js';
import { hasAllFiles, makeTorrent, type SwarmNode, VirtualSwarm } from './virtual-swarm.js';

const MIB = 1024 * 1024;
/** What the client leaves to its host. */
const RESERVED_BYTES = 16 * MIB;
const PIECE = 16_384;
const PART = 4 * PIECE;
const line = { uplinkBytesPerSecond: 400_000, downlinkBytesPerSecond: 400_000, latencyMs: 10 };
const FILM = 'films/film.mkv';
/** The film begins and ends amid a piece, and has room nowhere as a whole. */
const sample = makeTorrent({
  name: 'films',
  seed: 12,
  pieceLength: PIECE,
  files: { 'a.txt': 20_000, 'film.mkv': 40 * PIECE + 77, 'z.txt': 30_000 },
});
const FILM_INDEX = 1;
const ROOM = 10 * PIECE;

async function setUp(options: { readonly roomBytes?: number } = {}) {
  const swarm = new VirtualSwarm(1);
  const { clock } = swarm;
  const seed = await swarm.node('10.0.0.1', line);
  await swarm.seedFrom(seed, sample);
  const folder = new MemoryPublishedFiles({ detachBuffers: true, clock });
  const capacityBytes = RESERVED_BYTES + (options.roomBytes ?? ROOM);
  let lives = 0;
  let mostUsedBytes = 0;
  const start = async (earlier?: SwarmNode) => {
    const own = { ...line, folder, capacityBytes, tellsRoom: true, partBytes: PART };
    const node = await swarm.node(`10.0.1.${++lives}`, { ...own, ...(earlier && { earlier }) });
    node.client.on('torrentChanged', () => {
      mostUsedBytes = Math.max(mostUsedBytes, node.fileSystem.usedBytes);
    });
    return node;
  };
  const partsInFolder = async () =>
    (await folder.contents.stat(`.jstorrent/${sample.id}`)) ? folder.contents.list(`.jstorrent/${sample.id}`) : [];
  const expectDone = async (node: SwarmNode) => {
    expect(hasAllFiles({ ...node, fileSystem: folder.contents }, sample)).toBe(true);
    expect((await folder.contents.list('')).map(({ name }) => name)).toEqual(['films']);
    await swarm.close([node, seed]);
    expect(node.fileSystem.usedBytes).toBe(0);
    expect(await node.fileSystem.list('')).toEqual([]);
  };
  return { swarm, clock, seed, folder, start, partsInFolder, expectDone, mostUsedBytes: () => mostUsedBytes };
}

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
