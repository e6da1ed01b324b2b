import { mkdtemp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Client } from '../../src/core/client.js';
import type { Torrent } from '../../src/core/torrent.js';
import {
  FileSessionStore,
  NodeClock,
  NodeFileSystem,
  NodeHasher,
  NodeHttpClient,
  NodeRandom,
  NodeSocketFactory,
} from '../../src/io/node/index.js';
import { trackerFactory } from '../../src/tracker/create-trackers.js';
import { SilentLogger } from '../mocks/index.js';
import { makeTorrent } from '../simulation/virtual-swarm.js';

const PIECE = 64 * 1024;
const sample = makeTorrent({
  name: 'album',
  seed: 1,
  pieceLength: PIECE,
  files: { 'one.bin': 3_000_000, 'empty.txt': 0, 'söng/два.bin': 1_500_001, '三.bin': 7 },
});

let folder: string;
let clients: Client[];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'jstorrent-'));
  clients = [];
});
afterEach(async () => {
  await Promise.all(clients.map((client) => client.close()));
  await rm(folder, { recursive: true, force: true });
});

/** A whole client on this machine, with its files and its session in folders of its own. */
async function startClient(name: string): Promise<Client> {
  const [clock, random] = [new NodeClock(), new NodeRandom()];
  const client = new Client({
    sockets: new NodeSocketFactory(),
    hasher: new NodeHasher(),
    clock,
    random,
    store: new FileSessionStore(join(folder, name, 'session')),
    logger: new SilentLogger(),
    roots: new Map([['default', { kind: 'direct', files: new NodeFileSystem(join(folder, name, 'files')) }]]),
    createTrackers: trackerFactory({ http: new NodeHttpClient({ allowAddress: () => false }), clock, random }),
    settings: { allowLocalPeers: true },
    version: '0.1.0',
  });
  await client.start();
  clients.push(client);
  return client;
}

/** Resolves when the torrent's state or pieces are as wanted. */
function until(torrent: Torrent, isTrue: (torrent: Torrent) => boolean): Promise<void> {
  return new Promise((resolve) => {
    const look = () => {
      if (!isTrue(torrent)) return;
      for (const stop of stops) stop();
      resolve();
    };
    const stops = [torrent.on('changed', look), torrent.on('piece', look)];
    look();
  });
}

const isSeeding = ({ state }: Torrent) => state.kind === 'seeding';

async function startSeed(): Promise<{ readonly magnet: string }> {
  for (const [path, bytes] of sample.files) {
    const target = join(folder, 'seed', 'files', path);
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, bytes);
  }
  const seed = await startClient('seed');
  const { torrent } = await seed.add({ metainfo: sample.metainfo });
  await until(torrent, isSeeding);
  return { magnet: `magnet:?xt=urn:btih:${sample.id}&x.pe=127.0.0.1:${seed.snapshot().listenPort}` };
}

async function expectAllFiles(name: string): Promise<void> {
  for (const [path, bytes] of sample.files) {
    const found = await readFile(join(folder, name, 'files', path));
    expect(Buffer.compare(found, bytes)).toBe(0);
  }
}

describe('on Node, over real sockets and files', () => {
  it('a magnet with a peer in it becomes the very files', async () => {
    const { magnet } = await startSeed();
    const leech = await startClient('leech');
    const { torrent } = await leech.add({ magnet });
    await until(torrent, isSeeding);
    await expectAllFiles('leech');
    expect(torrent.snapshot()).toMatchObject({ name: 'album', wastedBytes: 0, downloadedBytes: 4_500_008 });
  });

  it('a download that was cut short goes on where it was', async () => {
    const { magnet } = await startSeed();
    const first = await startClient('leech');
    const { torrent } = await first.add({ magnet });
    await until(torrent, ({ content }) => (content?.downloader.pieces.have.count ?? 0) >= 20);
    await first.close();
    const { wantedDoneBytes, downloadedBytes } = torrent.snapshot();
    const second = await startClient('leech');
    const again = second.get(sample.id);
    if (!again) throw new Error('the torrent was forgotten');
    await until(again, isSeeding);
    await expectAllFiles('leech');
    expect(wantedDoneBytes).toBeGreaterThanOrEqual(19 * PIECE);
    expect(again.snapshot().downloadedBytes - downloadedBytes).toBeLessThanOrEqual(4_500_008 - wantedDoneBytes);
  });
});
