import { describe, expect, it } from 'vitest';
import { MemoryPublishedFiles } from '../mocks/index.js';
import { hasAllFiles, makeTorrent, type SwarmNode, VirtualSwarm } from '../simulation/virtual-swarm.js';

const PIECE = 16_384;
const line = { uplinkBytesPerSecond: 1_000_000, downlinkBytesPerSecond: 1_000_000, latencyMs: 10 };
const sample = makeTorrent({
  name: 'album',
  seed: 1,
  pieceLength: PIECE,
  files: { 'a.bin': 10 * PIECE, 'b.bin': 20 * PIECE, 'c.bin': 5 * PIECE },
});

const the = (node: SwarmNode) => {
  const torrent = node.client.get(sample.id);
  if (!torrent) throw new Error('no such torrent');
  return torrent;
};

/** Counts the bytes read of each file. */
function countReads({ fileSystem }: SwarmNode): Map<string, number> {
  const reads = new Map<string, number>();
  const open = fileSystem.open.bind(fileSystem);
  fileSystem.open = async (path, mode) => {
    const handle = await open(path, mode);
    const read = handle.read.bind(handle);
    handle.read = async (position, into) => {
      reads.set(path, (reads.get(path) ?? 0) + into.length);
      return read(position, into);
    };
    return handle;
  };
  return reads;
}

/** A complete torrent whose client is closed. */
async function completed() {
  const swarm = new VirtualSwarm(1);
  const seed = await swarm.node('10.0.0.1', line);
  await swarm.seedFrom(seed, sample);
  const leech = await swarm.node('10.0.0.2', line);
  await swarm.complete([await swarm.add(leech, { metainfo: sample.metainfo })]);
  await swarm.clock.advance(1500);
  await swarm.close([leech]);
  return { swarm, clock: swarm.clock, seed, leech };
}

/** A torrent complete in a folder of the user's, whose files take a second to be closed the first time. */
async function slowToClose() {
  const swarm = new VirtualSwarm(1);
  const { clock } = swarm;
  const folder = new MemoryPublishedFiles({ detachBuffers: true, clock });
  const seed = await swarm.node('10.0.0.1', line);
  await swarm.seedFrom(seed, sample);
  const leech = await swarm.node('10.0.0.2', { ...line, folder });
  const torrent = await swarm.add(leech, { metainfo: sample.metainfo }, { root: 'folder' });
  await swarm.complete([torrent]);
  const { fileSystem } = leech;
  const remove = fileSystem.remove.bind(fileSystem);
  let isFirst = true;
  fileSystem.remove = async (path) => {
    fileSystem.remove = remove;
    isFirst = false;
    await new Promise<void>((resolve) => clock.setTimer(1000, resolve));
    await remove(path);
  };
  const close = async () => {
    expect(isFirst).toBe(false);
    await swarm.close([seed, leech]);
  };
  return { swarm, torrent, close };
}

describe('a restored torrent', () => {
  it('whose files are as they were seeds without a byte being read', async () => {
    const { swarm, clock, seed, leech } = await completed();
    const reads = countReads(leech);
    const later = await swarm.node('10.0.0.3', { ...line, earlier: leech });
    await clock.runUntil(() => the(later).state.kind === 'seeding', { maxMs: 1000 });
    expect(reads.size).toBe(0);
    await swarm.close([seed, later]);
  });

  it('hostile 49: one of whose files was changed, of the same length, has that file hashed alone', async () => {
    const { swarm, seed, leech } = await completed();
    const changed = leech.fileSystem.readFile('album/b.bin').slice();
    changed.set([changed[3 * PIECE] === 1 ? 2 : 1], 3 * PIECE);
    leech.fileSystem.writeFile('album/b.bin', changed);
    const reads = countReads(leech);
    const later = await swarm.node('10.0.0.3', { ...line, earlier: leech });
    await swarm.complete([the(later)]);
    expect([...reads]).toEqual([['album/b.bin', 20 * PIECE]]);
    expect(the(later).stats.received.total).toBe(PIECE);
    expect(hasAllFiles(later, sample)).toBe(true);
    await swarm.close([seed, later]);
  });

  it('hostile 49: one of whose files is gone reads none, and fetches that file alone', async () => {
    const { swarm, seed, leech } = await completed();
    await leech.fileSystem.remove('album/b.bin');
    const reads = countReads(leech);
    const later = await swarm.node('10.0.0.3', { ...line, earlier: leech });
    await swarm.complete([the(later)]);
    expect(reads.size).toBe(0);
    expect(the(later).stats.received.total).toBe(20 * PIECE);
    expect(hasAllFiles(later, sample)).toBe(true);
    await swarm.close([seed, later]);
  });

  it('hostile 49: one of whose files was cut short has what is left of it hashed', async () => {
    const { swarm, seed, leech } = await completed();
    leech.fileSystem.writeFile('album/b.bin', leech.fileSystem.readFile('album/b.bin').slice(0, 7.5 * PIECE));
    const reads = countReads(leech);
    const later = await swarm.node('10.0.0.3', { ...line, earlier: leech });
    await swarm.complete([the(later)]);
    expect(reads.get('album/b.bin')).toBe(7 * PIECE);
    expect(the(later).stats.received.total).toBe(13 * PIECE);
    await swarm.close([seed, later]);
  });

  it('that was stopped in the middle does not look for pieces that may be off the record', async () => {
    const { swarm, clock, seed } = await completed();
    const leech = await swarm.node('10.0.0.4', line);
    const torrent = await swarm.add(leech, { metainfo: sample.metainfo });
    await clock.runUntil(() => torrent.snapshot().wantedDoneBytes > 10 * PIECE);
    await clock.settle(torrent.stop());
    await swarm.close([leech]);
    const reads = countReads(leech);
    const later = await swarm.node('10.0.0.5', { ...line, earlier: leech });
    the(later).start();
    await clock.advance(20);
    expect([the(later).state.kind, reads.size]).toEqual(['downloading', 0]);
    await swarm.close([seed, later]);
  });
});

describe('files that change under a seed', () => {
  it('are a reason to fail, and the next start looks at what changed and at nothing else', async () => {
    const { swarm, clock, seed, leech } = await completed();
    const later = await swarm.node('10.0.0.3', { ...line, earlier: leech });
    await clock.runUntil(() => the(later).state.kind === 'seeding', { maxMs: 1000 });
    await swarm.close([seed]);
    leech.fileSystem.writeFile('album/b.bin', new Uint8Array(5));
    const other = await swarm.node('10.0.0.6', line);
    await swarm.add(other, { metainfo: sample.metainfo });
    await clock.runUntil(() => the(later).state.kind === 'failed', { maxMs: 60_000 });
    expect(the(later).state).toMatchObject({ problem: { code: 'files-changed' } });
    const reads = countReads(leech);
    the(later).start();
    await clock.runUntil(() => the(later).state.kind === 'downloading', { maxMs: 10_000 });
    expect(reads.size).toBe(0);
    expect(the(later).snapshot().wantedDoneBytes).toBe(15 * PIECE);
    await swarm.close([later, other]);
  });

  it('a recheck on wish reads everything', async () => {
    const { swarm, clock, seed } = await completed();
    const reads = countReads(seed);
    the(seed).recheck();
    await clock.runUntil(() => the(seed).state.kind === 'seeding');
    expect([...reads.values()].reduce((sum, bytes) => sum + bytes)).toBe(35 * PIECE);
    await swarm.close([seed]);
  });

  it('a recheck can be stopped, and started again', async () => {
    const { swarm, clock, seed } = await completed();
    const { fileSystem } = seed;
    const open = fileSystem.open.bind(fileSystem);
    fileSystem.open = async (...args) => {
      await new Promise<void>((resolve) => clock.setTimer(100, resolve));
      return open(...args);
    };
    the(seed).recheck();
    await clock.runUntil(() => the(seed).state.kind === 'checking');
    await clock.settle(the(seed).stop());
    expect(the(seed).state.kind).toBe('stopped');
    the(seed).start();
    await clock.runUntil(() => the(seed).state.kind === 'seeding');
    await swarm.close([seed]);
  });

  it('is done for a user while the torrent is stopped too, finds what is wrong, and leaves it stopped', async () => {
    const { swarm, clock, seed } = await completed();
    await clock.settle(the(seed).stop());
    const damaged = seed.fileSystem.readFile('album/b.bin').slice();
    damaged.set([damaged[3 * PIECE] === 1 ? 2 : 1], 3 * PIECE);
    seed.fileSystem.writeFile('album/b.bin', damaged);
    const states = new Set<string>();
    the(seed).on('changed', () => states.add(the(seed).state.kind));
    the(seed).recheck();
    await clock.runUntil(() => states.has('checking') && the(seed).state.kind === 'stopped');
    expect(states).toEqual(new Set(['stopped', 'checking']));
    expect(the(seed).snapshot().wantedDoneBytes).toBe(34 * PIECE);
    expect(the(seed).peers.size).toBe(0);
    await swarm.close([seed]);
  });

  it('is done without room for what is missing: nothing is to be downloaded', async () => {
    const swarm = new VirtualSwarm(1);
    const node = await swarm.node('10.0.0.1', { ...line, capacityBytes: sample.content.length, tellsRoom: true });
    const torrent = await swarm.add(node, { metainfo: sample.metainfo }, { start: false });
    node.fileSystem.writeFile('album/a.bin', sample.content.slice(0, 10 * PIECE));
    const states = new Set<string>();
    torrent.on('changed', () => states.add(torrent.state.kind));
    torrent.recheck();
    await swarm.clock.advance(5000);
    expect(states).toEqual(new Set(['checking', 'stopped']));
    expect([torrent.state.kind, torrent.snapshot().wantedDoneBytes]).toEqual(['stopped', 10 * PIECE]);
    await swarm.close([node]);
  });

  it('leaves a stopped torrent stopped that waits for a choice of files', async () => {
    const swarm = new VirtualSwarm(1);
    const node = await swarm.node('10.0.0.1', line);
    const torrent = await swarm.add(node, { metainfo: sample.metainfo }, { start: false, chooseFilesFirst: true });
    torrent.recheck();
    await swarm.clock.advance(5000);
    expect([torrent.state.kind, torrent.isOnline]).toEqual(['stopped', false]);
    await swarm.close([node]);
  });

  it('leaves a stopped torrent stopped whose metadata was lost: it does not go online for it', async () => {
    const { swarm, clock, seed, leech } = await completed();
    const stopping = await swarm.node('10.0.0.3', { ...line, earlier: leech });
    await clock.settle(the(stopping).stop());
    await swarm.close([stopping]);
    leech.records.set(`metadata/${sample.id}`, new Uint8Array(5));
    const later = await swarm.node('10.0.0.4', { ...line, earlier: leech });
    const states = new Set<string>();
    the(later).on('changed', () => states.add(the(later).state.kind));
    the(later).recheck();
    await clock.advance(5000);
    expect([states, the(later).isOnline]).toEqual([new Set(['stopped']), false]);
    await swarm.close([seed, later]);
  });

  it('goes on where it was when it is started amid such a check, and can be ended by stopping', async () => {
    const { swarm, clock, seed } = await completed();
    await clock.settle(the(seed).stop());
    the(seed).recheck();
    the(seed).start();
    await clock.runUntil(() => the(seed).state.kind === 'seeding');
    await clock.settle(the(seed).stop());
    the(seed).recheck();
    await clock.settle(the(seed).stop());
    await clock.advance(5000);
    expect(the(seed).state.kind).toBe('stopped');
    expect(the(seed).isOnline).toBe(false);
    await swarm.close([seed]);
  });

  it('asked for twice is done, however long the files take to be closed the first time', async () => {
    const { swarm, torrent, close } = await slowToClose();
    torrent.recheck();
    await swarm.clock.advance(10);
    torrent.recheck();
    await swarm.clock.advance(10_000);
    expect([torrent.state.kind, torrent.isComplete]).toEqual(['seeding', true]);
    await close();
  });

  it('asked for while what may have changed is about to be looked for reads everything', async () => {
    const { swarm, torrent, close } = await slowToClose();
    const states = new Set<string>();
    torrent.on('changed', () => states.add(torrent.state.kind));
    torrent.recheck('what-changed');
    await swarm.clock.advance(10);
    torrent.recheck();
    await swarm.clock.advance(10_000);
    expect(states).toContain('checking');
    expect(torrent.state.kind).toBe('seeding');
    await close();
  });

  it('a torrent that failed tries again with it', async () => {
    const { swarm, clock, seed, leech } = await completed();
    const later = await swarm.node('10.0.0.3', { ...line, earlier: leech });
    await clock.runUntil(() => the(later).state.kind === 'seeding', { maxMs: 1000 });
    await swarm.close([seed]);
    leech.fileSystem.writeFile('album/b.bin', new Uint8Array(5));
    const other = await swarm.node('10.0.0.6', line);
    await swarm.add(other, { metainfo: sample.metainfo });
    await clock.runUntil(() => the(later).state.kind === 'failed', { maxMs: 60_000 });
    the(later).recheck();
    await clock.runUntil(() => the(later).state.kind === 'downloading', { maxMs: 10_000 });
    expect(the(later).snapshot().wantedDoneBytes).toBe(15 * PIECE);
    await swarm.close([later, other]);
  });
});
