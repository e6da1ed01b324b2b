import { describe, expect, it } from 'vitest';
import type { Torrent } from '../../src/core/torrent.js';
import { equalBytes } from '../../src/utils/bytes.js';
import { MemoryPublishedFiles } from '../mocks/index.js';
import { hasAllFiles, makeTorrent, type SwarmNode, VirtualSwarm } from './virtual-swarm.js';

const line = { uplinkBytesPerSecond: 200_000, downlinkBytesPerSecond: 200_000, latencyMs: 10 };
const PIECE = 16_384;
const sample = makeTorrent({
  name: 'album',
  seed: 5,
  pieceLength: PIECE,
  files: { 'a.bin': 50_001, 'empty.txt': 0, 'b/tiny.txt': 5, 'b/b.bin': 99_999, 'c.bin': 180_000 },
});

/** A seed, and a client whose torrents lie in a folder of its user's. */
async function setUp() {
  const swarm = new VirtualSwarm(1);
  const seed = await swarm.node('10.0.0.1', line);
  await swarm.seedFrom(seed, sample);
  const folder = new MemoryPublishedFiles({ detachBuffers: true, clock: swarm.clock });
  const node = await swarm.node('10.0.0.2', { ...line, folder });
  const add = () => swarm.add(node, { metainfo: sample.metainfo }, { root: 'folder' });
  return { swarm, clock: swarm.clock, seed, folder, node, add };
}

const the = (node: SwarmNode): Torrent => {
  const torrent = node.client.get(sample.id);
  if (!torrent) throw new Error('no such torrent');
  return torrent;
};

const holdsAll = (node: SwarmNode, folder: MemoryPublishedFiles) =>
  hasAllFiles({ ...node, fileSystem: folder.contents }, sample);

const sharesOf = (torrent: Torrent) => torrent.details().files.map(({ publishedShare }) => publishedShare);

/** Names of all files, with their folders. */
async function namesIn({ contents }: MemoryPublishedFiles, path = ''): Promise<string[]> {
  const names: string[] = [];
  for (const { name, isDirectory } of await contents.list(path)) {
    const inner = path === '' ? name : `${path}/${name}`;
    names.push(...(isDirectory ? await namesIn({ contents } as MemoryPublishedFiles, inner) : [inner]));
  }
  return names.sort();
}

describe('a torrent in a folder of the user', () => {
  it('hostile 50: gives nothing of a file that somebody changed as soon as it was verified there', async () => {
    const { swarm, clock, seed, folder, node, add } = await setUp();
    const remove = node.fileSystem.remove.bind(node.fileSystem);
    let changed: Uint8Array | undefined;
    node.fileSystem.remove = async (path) => {
      if (path === 'album/c.bin' && !changed) {
        await new Promise<void>((resolve) => clock.setTimer(1, resolve));
        changed = folder.contents.readFile(path).map((byte) => byte ^ 1);
        folder.contents.writeFile(path, changed);
      }
      await remove(path);
    };
    const torrent = await add();
    await swarm.complete([torrent]);
    const index = torrent.details().files.findIndex(({ path }) => path === 'album/c.bin');
    const read = torrent.content?.readFile(index, 0, 5).catch((error: unknown) => error);
    expect(await clock.settle(Promise.resolve(read))).toMatchObject({ code: 'files-changed' });
    expect(folder.contents.readFile('album/c.bin')).toEqual(changed);
    await swarm.close([seed, node]);
  });

  it('is downloaded, published file by file as they are finished, and seeds from there; staging is empty', async () => {
    const { swarm, clock, seed, folder, node, add } = await setUp();
    const kinds: string[] = [];
    node.client.on('torrentChanged', ({ state }) => kinds.push(state.kind));
    const torrent = await add();
    await clock.runUntil(() => sharesOf(torrent).filter((share) => share === 1).length === 3);
    expect(torrent.state.kind).toBe('downloading');
    await swarm.complete([torrent]);
    expect(kinds).toContain('publishing');
    expect(holdsAll(node, folder)).toBe(true);
    expect(sharesOf(torrent)).toEqual([1, 1, 1, 1, 1]);
    expect(torrent.snapshot()).toMatchObject({ attention: undefined, root: 'folder' });
    await swarm.close([seed]);
    const leech = await swarm.node('10.0.0.3', line);
    await swarm.complete([await swarm.add(leech, { metainfo: sample.metainfo })]);
    expect(hasAllFiles(leech, sample)).toBe(true);
    await swarm.close([leech, node]);
    expect(await node.fileSystem.list('')).toEqual([]);
  });

  it('is restored without a check or a copy, and a recheck reads the folder', async () => {
    const { swarm, clock, seed, folder, node, add } = await setUp();
    await swarm.complete([await add()]);
    await swarm.close([node]);
    const later = await swarm.node('10.0.0.3', { ...line, folder, earlier: node });
    const kinds = new Set<string>();
    later.client.on('torrentChanged', ({ state }) => kinds.add(state.kind));
    await swarm.complete([the(later)]);
    expect(kinds.has('checking') || kinds.has('publishing')).toBe(false);
    const received = the(later).snapshot().downloadedBytes;
    the(later).recheck();
    await clock.runUntil(() => kinds.has('checking') && the(later).state.kind === 'seeding');
    expect(the(later).snapshot().downloadedBytes).toBe(received);
    await swarm.close([seed, later]);
  });

  it('hostile 50: downloads on in staging while access is lost, and one click publishes', async () => {
    const { swarm, clock, seed, folder, node, add } = await setUp();
    folder.isLost = true;
    const torrent = await add();
    await clock.runUntil(() => torrent.state.kind === 'publishing');
    expect(torrent.snapshot()).toMatchObject({ attention: { code: 'folder-access-lost' } });
    expect(node.client.snapshot().lostRoots).toEqual(['folder']);
    await clock.advance(60_000);
    expect(torrent.state).toMatchObject({ kind: 'publishing', progress: 0 });
    folder.isLost = false;
    node.client.roots.setAvailable('folder');
    await swarm.complete([torrent]);
    expect(torrent.snapshot().attention).toBeUndefined();
    expect(holdsAll(node, folder)).toBe(true);
    await swarm.close([seed, node]);
  });

  it('hostile 50: waits when its folder is lost while it seeds, and goes on when it is back', async () => {
    const { swarm, clock, seed, folder, node, add } = await setUp();
    const torrent = await add();
    await swarm.complete([torrent]);
    folder.isLost = true;
    node.client.roots.setLost('folder');
    expect(torrent.state).toMatchObject({ kind: 'failed', problem: { code: 'folder-access-lost' } });
    await swarm.close([node]);
    const later = await swarm.node('10.0.0.3', { ...line, folder, earlier: node });
    await clock.runUntil(() => the(later).state.kind !== 'stopped');
    later.client.roots.setLost('folder');
    await clock.advance(5000);
    expect(the(later).state).toMatchObject({ kind: 'failed', problem: { code: 'folder-access-lost' } });
    folder.isLost = false;
    later.client.roots.setAvailable('folder');
    await swarm.complete([the(later)]);
    await swarm.close([seed, later]);
  });

  it('goes on in staging when its folder is not there at the start, and publishes once it is set', async () => {
    const { swarm, clock, seed, folder, node, add } = await setUp();
    await add();
    await clock.advance(300);
    await swarm.close([node]);
    const later = await swarm.node('10.0.0.3', { ...line, earlier: node });
    await clock.runUntil(() => the(later).state.kind === 'publishing');
    later.client.roots.set('folder', { kind: 'published', files: folder });
    await swarm.complete([the(later)]);
    expect(holdsAll(later, folder)).toBe(true);
    await swarm.close([seed, later]);
  });

  it('hostile 50: a folder on a full disk is a reason, and a start publishes once there is room', async () => {
    const { swarm, clock, seed, folder, node, add } = await setUp();
    folder.contents.capacityBytes = 100_000;
    const torrent = await add();
    await clock.runUntil(() => torrent.state.kind === 'publishing');
    await clock.advance(10_000);
    expect(torrent.snapshot()).toMatchObject({ attention: { code: 'disk-full' } });
    folder.contents.capacityBytes = Infinity;
    torrent.start();
    await swarm.complete([torrent]);
    expect(holdsAll(node, folder)).toBe(true);
    await swarm.close([seed, node]);
  });

  it('hostile 50: a folder on a full disk is tried again by itself, later and later', async () => {
    const { swarm, clock, seed, folder, node, add } = await setUp();
    folder.contents.capacityBytes = 100_000;
    let copies = 0;
    const publish = folder.publish.bind(folder);
    folder.publish = (source, to, options) => {
      if (to === 'album/c.bin') copies++;
      return publish(source, to, options);
    };
    const torrent = await add();
    await clock.runUntil(() => torrent.snapshot().attention?.code === 'disk-full');
    copies = 0;
    const seen = new Set<string | undefined>();
    node.client.on('torrentChanged', () => seen.add(torrent.snapshot().attention?.code));
    await clock.advance(12 * 3_600_000);
    // Each time it were not so, the user would be told again.
    expect([...seen]).toEqual(['disk-full']);
    expect(torrent.snapshot()).toMatchObject({ attention: { code: 'disk-full' } });
    expect(copies).toBeGreaterThan(20);
    expect(copies).toBeLessThan(40);
    folder.contents.capacityBytes = Infinity;
    await clock.advance(31 * 60_000);
    await swarm.complete([torrent]);
    expect(torrent.snapshot().attention).toBeUndefined();
    expect(holdsAll(node, folder)).toBe(true);
    await swarm.close([seed, node]);
  });

  it('a file that another program uses waits and is tried again by itself; the others and the folder go on', async () => {
    const { swarm, clock, seed, folder, node, add } = await setUp();
    folder.locked.add('album/c.bin');
    const torrent = await add();
    await clock.runUntil(() => sharesOf(torrent).filter((share) => share === 1).length === 4);
    await clock.runUntil(() => torrent.snapshot().attention !== undefined);
    expect(torrent.snapshot().attention).toMatchObject({ code: 'file-locked', files: ['album/c.bin'] });
    const seen = new Set<string | undefined>();
    node.client.on('torrentChanged', () => seen.add(torrent.snapshot().attention?.code));
    await clock.advance(60_000);
    expect([torrent.state.kind, node.client.snapshot().lostRoots, ...seen]).toEqual(['publishing', [], 'file-locked']);
    folder.locked.clear();
    await swarm.complete([torrent]);
    expect(torrent.snapshot().attention).toBeUndefined();
    expect(holdsAll(node, folder)).toBe(true);
    await swarm.close([seed, node]);
    expect(clock.pendingTimers).toBe(0);
  });

  it('a copy that comes out wrong is made again; one that does so twice is never believed', async () => {
    const { swarm, clock, seed, folder, node, add } = await setUp();
    folder.damagedCopies = 1;
    const torrent = await add();
    await swarm.complete([torrent]);
    expect(holdsAll(node, folder)).toBe(true);
    await swarm.clock.settle(node.client.remove(sample.id, { deleteFiles: true }));
    expect(await folder.contents.list('')).toEqual([]);
    folder.damagedCopies = Infinity;
    const again = await add();
    await clock.runUntil(() => again.state.kind === 'failed');
    expect(again.state).toMatchObject({ problem: { code: 'files-changed' } });
    folder.damagedCopies = 0;
    again.start();
    await swarm.complete([again]);
    expect(await namesIn(folder)).toEqual([...sample.files.keys()].sort());
    expect(holdsAll(node, folder)).toBe(true);
    await swarm.close([seed, node]);
  });

  it('leaves the files of others alone: its own gets another name, and keeps it', async () => {
    const { swarm, seed, folder, node, add } = await setUp();
    const foreign = Uint8Array.of(1, 2, 3);
    folder.contents.writeFile('album/a.bin', foreign);
    await swarm.complete([await add()]);
    expect(folder.contents.readFile('album/a.bin')).toEqual(foreign);
    expect(folder.contents.readFile('album/a.1.bin')).toEqual(sample.files.get('album/a.bin'));
    await swarm.close([node]);
    const later = await swarm.node('10.0.0.3', { ...line, folder, earlier: node });
    await swarm.complete([the(later)]);
    expect(await the(later).content?.readFile(0, 0, 100)).toEqual(sample.files.get('album/a.bin')?.subarray(0, 100));
    await swarm.clock.settle(later.client.remove(sample.id, { deleteFiles: true }));
    expect(await namesIn(folder)).toEqual(['album/a.bin']);
    await swarm.close([seed, later]);
  });

  it('what somebody puts in the place of a copy that could not be verified yet stays; its own gets another name', async () => {
    const { swarm, clock, seed, folder, node, add } = await setUp();
    const open = folder.open.bind(folder);
    folder.open = async (path, mode) => {
      folder.isLost ||= path === 'album/c.bin';
      return open(path, mode);
    };
    const torrent = await add();
    await clock.runUntil(() => torrent.snapshot().attention !== undefined);
    const original = sample.files.get('album/c.bin') ?? new Uint8Array();
    expect(equalBytes(folder.contents.readFile('album/c.bin'), original)).toBe(true);
    await clock.advance(1000);
    const foreign = new Uint8Array(180_000).fill(7);
    folder.contents.writeFile('album/c.bin', foreign);
    Object.assign(folder, { open, isLost: false });
    node.client.roots.setAvailable('folder');
    await swarm.complete([torrent]);
    expect(equalBytes(folder.contents.readFile('album/c.bin'), foreign)).toBe(true);
    expect(equalBytes(folder.contents.readFile('album/c.1.bin'), original)).toBe(true);
    await swarm.close([seed, node]);
  });

  it('publishes only what is wanted, and the rest when it is wanted later', async () => {
    const { swarm, clock, seed, folder, node } = await setUp();
    const torrent = await swarm.add(node, { metainfo: sample.metainfo }, { root: 'folder', wantedFiles: [0, 3] });
    await swarm.complete([torrent]);
    expect(await namesIn(folder)).toEqual(['album/a.bin', 'album/b/b.bin']);
    torrent.choose({ priorities: [{ priority: 4, fileIndices: [1, 2, 4] }] });
    await clock.runUntil(() => torrent.state.kind !== 'seeding');
    await swarm.complete([torrent]);
    expect(holdsAll(node, folder)).toBe(true);
    await swarm.close([seed, node]);
  });

  it('removed without its files leaves them in the folder, and nothing in staging', async () => {
    const { swarm, clock, seed, folder, node, add } = await setUp();
    const torrent = await add();
    await clock.runUntil(() => sharesOf(torrent)[0] === 1 && torrent.snapshot().wantedDoneBytes > 100_000);
    await swarm.clock.settle(node.client.remove(sample.id, { deleteFiles: false }));
    expect(await node.fileSystem.list('')).toEqual([]);
    expect(await namesIn(folder)).toContain('album/a.bin');
    await swarm.close([seed, node]);
  });
});
