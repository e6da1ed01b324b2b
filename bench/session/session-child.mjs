/**
 * One attempt of a row of the benchmark about sessions, in a process of its own: `task`, then its arguments. Prints one line of JSON. Our
 * engine is run as it is built; what it is compared with uses nothing but Node.
 */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { open, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { createInfo, encodeMetainfo } from '@jstorrent/engine';
import { FileSessionStore, NodeFileSystem } from '@jstorrent/engine/node';
import { composeClient } from '../engine/compose.mjs';
import { MapStore } from './map-store.mjs';
import { pickBlocks } from './pick-blocks.mjs';

const MIB = 1024 * 1024;
const SMALL_PIECE = 64 * 1024;
const SMALL_PIECES = 32;
const PEERS = 20;
/** Progress is on record after so long. */
const RECORD_DELAY_MS = 1500;
const PARALLEL_READS = 64;
const IDLE_MS = 20_000;
/** In all rounds together, at least. */
const PICKED_PIECES = 100_000;

const [task, ...args] = process.argv.slice(2);

const TASKS = {
  /** Makes sessions of `count` complete torrents of one file each: `started`, `stopped` and `empty`. */
  'make-session': async (folder, count) => {
    const files = join(folder, 'files');
    const piece = createHash('sha1').update(new Uint8Array(SMALL_PIECE)).digest();
    const pieces = new Uint8Array(Buffer.concat(Array.from({ length: SMALL_PIECES }, () => piece)));
    const store = new MapStore();
    const first = client(store, files);
    await first.start();
    const names = Array.from({ length: Number(count) }, (_, index) => `file number ${index} of the session.bin`);
    await inParallel(names, async (name) => {
      const fileSystem = new NodeFileSystem(files);
      const handle = await fileSystem.open(name, 'write');
      await handle.truncate(SMALL_PIECE * SMALL_PIECES);
      await handle.close();
      const content = { length: SMALL_PIECE * SMALL_PIECES };
      const info = createInfo({ name, pieceLength: SMALL_PIECE, pieces, content, isPrivate: false });
      const peers = Array.from({ length: PEERS }, (_, index) => ({
        host: `10.0.0.${index + 1}`,
        port: 50_000 + index,
      }));
      await first.add({ metainfo: encodeMetainfo({ info, announceTiers: [] }) }, { peers, start: false });
    });
    // More than the queue would have active at once.
    for (const torrent of first.torrents) torrent.start({ isForced: true });
    await allSeeding(first.torrents, first);
    await setTimeout(RECORD_DELAY_MS);
    await store.write(join(folder, 'started'), () => true);
    await inParallel(first.torrents, (torrent) => torrent.stop());
    const tiers = ['one', 'two', 'three'].map((name) => [`http://tracker-${name}.example:6969/announce`]);
    for (const torrent of first.torrents) {
      torrent.setTrackers(tiers);
    }
    await first.close();
    await store.write(join(folder, 'stopped'), () => true);
    return {};
  },

  /** From the start of the client until the list can be shown. */
  'restore-stopped': async (folder) => {
    const own = client(join(folder, 'stopped'), join(folder, 'files'));
    const startedAt = performance.now();
    await own.start();
    const shown = own.torrents.map((torrent) => torrent.snapshot());
    const seconds = (performance.now() - startedAt) / 1000;
    return { seconds, count: shown.filter(({ totalBytes }) => totalBytes > 0).length };
  },

  /** From the start of the client until every torrent seeds. */
  'restore-started': async (folder) => {
    const own = client(join(folder, 'started'), join(folder, 'files'));
    const startedAt = performance.now();
    await own.start();
    await allSeeding(own.torrents, own);
    return { seconds: (performance.now() - startedAt) / 1000, count: own.torrents.length };
  },

  /** The records that the list is made of. */
  'read-stopped': async (folder) => {
    const startedAt = performance.now();
    const count = await readRecords(join(folder, 'stopped'), /^torrent|^settings|^state/);
    return { seconds: (performance.now() - startedAt) / 1000, count };
  },

  /** All records, and what the platform says of each file. */
  'read-started': async (folder) => {
    const startedAt = performance.now();
    const count = await readRecords(join(folder, 'started'), /./);
    const files = join(folder, 'files');
    const names = (await readdir(files)).filter((name) => name.endsWith('.bin'));
    await inParallel(names, (name) => stat(join(files, name)));
    return { seconds: (performance.now() - startedAt) / 1000, count };
  },

  /** Memory of a client with nothing to do. */
  idle: async (folder, session) => {
    const own = client(join(folder, session), join(folder, 'files'));
    await own.start();
    await setTimeout(500);
    for (let round = 0; round < 3; round++) globalThis.gc();
    const { heapUsed, external } = process.memoryUsage();
    return { bytes: heapUsed + external, count: own.torrents.length };
  },

  /** Processor time of a client whose torrents all seed, with nobody there. */
  'idle-cpu': async (folder, session) => {
    const own = client(join(folder, session), join(folder, 'files'));
    await own.start();
    await allSeeding(own.torrents, own);
    await setTimeout(RECORD_DELAY_MS);
    const before = process.cpuUsage();
    await setTimeout(IDLE_MS);
    const { user, system } = process.cpuUsage(before);
    return { cpuShare: (user + system) / 1000 / IDLE_MS };
  },

  /** Seconds a block that choosing and settling it take, in a torrent of `count` pieces. */
  pick: async (count) => {
    const pieceCount = Number(count);
    const blocks = (rounds) => Array.from({ length: rounds }, () => pickBlocks(pieceCount)).reduce((a, b) => a + b, 0);
    const rounds = Math.ceil(PICKED_PIECES / pieceCount);
    blocks(Math.ceil(rounds / 4));
    const before = process.cpuUsage();
    const done = blocks(rounds);
    return { seconds: process.cpuUsage(before).user / 1e6 / done };
  },

  /** A .torrent of the one file in `folder`, in pieces of 1 MiB. */
  'make-torrent': async (path, name, metainfo) => {
    const hashes = [];
    const length = await eachPiece(path, (bytes) => hashes.push(createHash('sha1').update(bytes).digest()));
    const pieces = new Uint8Array(Buffer.concat(hashes));
    const info = createInfo({ name, pieceLength: MIB, pieces, content: { length }, isPrivate: false });
    await writeFile(metainfo, encodeMetainfo({ info, announceTiers: [] }));
    return {};
  },

  /** From adding a torrent whose file is there until it seeds. */
  recheck: async (folder, session, metainfo) => {
    const own = client(session, folder);
    await own.start();
    const bytes = new Uint8Array(await readFile(metainfo));
    const startedAt = performance.now();
    await own.add({ metainfo: bytes });
    await allSeeding(own.torrents, own);
    return { seconds: (performance.now() - startedAt) / 1000 };
  },

  /** The same file read and hashed, piece after piece. */
  'read-and-hash': async (path) => {
    const startedAt = performance.now();
    await eachPiece(path, (bytes) => createHash('sha1').update(bytes).digest());
    return { seconds: (performance.now() - startedAt) / 1000 };
  },
};

process.stdout.write(`${JSON.stringify(await TASKS[task](...args))}\n`);
process.exit(0);

function client(session, files) {
  return composeClient({
    store: typeof session === 'string' ? new FileSessionStore(session) : session,
    files: new NodeFileSystem(files),
    settings: { maxConnections: 0, maxActiveDownloads: 0, maxActiveSeeds: 0, maxActiveTorrents: 0 },
  });
}

async function allSeeding(torrents, own) {
  const waiting = new Set(torrents.filter(({ state }) => state.kind !== 'seeding').map(({ id }) => id));
  if (waiting.size === 0) return;
  const done = new EventTarget();
  own.on('torrentChanged', ({ id, state }) => {
    if (state.kind === 'failed') throw new Error(`${id} failed: ${state.problem.message}`);
    if (state.kind === 'seeding' && waiting.delete(id) && waiting.size === 0) done.dispatchEvent(new Event('done'));
  });
  await once(done, 'done');
}

async function readRecords(folder, pattern) {
  const names = (await readdir(folder)).filter((name) => pattern.test(name) && name.endsWith('.record'));
  await inParallel(names, (name) => readFile(join(folder, name)));
  return names.length;
}

async function inParallel(items, use) {
  const waiting = items.values();
  const work = async () => {
    for (const item of waiting) await use(item);
  };
  await Promise.all(Array.from({ length: PARALLEL_READS }, work));
}

async function eachPiece(path, use) {
  const file = await open(path);
  const buffer = new Uint8Array(MIB);
  let position = 0;
  for (;;) {
    const { bytesRead } = await file.read(buffer, 0, MIB, position);
    if (bytesRead === 0) break;
    use(buffer.subarray(0, bytesRead));
    position += bytesRead;
  }
  await file.close();
  return position;
}
