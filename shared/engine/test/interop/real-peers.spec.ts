import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  Aria2Peer,
  hashTree,
  LibtorrentPeer,
  QbittorrentPeer,
  SAMPLE_FILES,
  startBittorrentTracker,
  startOpentracker,
  TransmissionPeer,
  WebTorrentPeer,
  writePayload,
  type RealPeer,
} from './peers/index.js';

/** The drivers themselves, with none of our engine: when this fails, the machine is to blame, not the engine. */
describe('real peers among themselves', () => {
  const stops: (() => Promise<void>)[] = [];
  const use = <T extends { stop(): Promise<void> }>(thing: T): T => {
    stops.push(() => thing.stop());
    return thing;
  };
  let folder: string;
  let seeder: LibtorrentPeer;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'jstorrent-interop-'));
    stops.push(() => rm(folder, { recursive: true, force: true }));
    await writePayload(join(folder, 'data', 'sample'), { files: SAMPLE_FILES, seed: 'real peers' });
    seeder = use(await LibtorrentPeer.start());
  });
  afterAll(async () => {
    for (const stop of stops.reverse()) await stop();
  });

  const createTorrent = async (name: string, trackers: readonly string[]) => {
    const out = join(folder, name);
    await seeder.createTorrent({ path: join(folder, 'data', 'sample'), out, pieceLength: 32_768, trackers });
    return { torrentFile: out, infoHash: (await seeder.describe(out)).infoHash };
  };
  const expectSame = async (outDir: string, files: readonly { readonly path: string }[]) => {
    const original = await hashTree(join(folder, 'data', 'sample'));
    const copy = await hashTree(join(outDir, 'sample'));
    for (const { path } of files) expect({ path, hash: copy[path] }).toEqual({ path, hash: original[path] });
  };
  const notEmpty = SAMPLE_FILES.filter((file) => file.length > 0);

  test('opentracker introduces aria2 to libtorrent', async () => {
    const { infoHash } = await createTorrent('hash.torrent', []);
    const tracker = use(await startOpentracker([infoHash]));
    const { torrentFile } = await createTorrent('opentracker.torrent', [tracker.announceUrl]);
    const leecher = use(await Aria2Peer.start());
    await leecher.leech({ source: { torrentFile }, outDir: join(folder, 'aria2') });
    await seeder.seed({ torrentFile, dataDir: join(folder, 'data') });
    await leecher.waitComplete({ timeoutMs: 60_000 });
    await expectSame(join(folder, 'aria2'), notEmpty);
  });

  test('bittorrent-tracker introduces webtorrent to libtorrent', async () => {
    const tracker = use(await startBittorrentTracker());
    const { torrentFile } = await createTorrent('bittorrent-tracker.torrent', [tracker.announceUrl]);
    const own = use(await LibtorrentPeer.start());
    await own.seed({ torrentFile, dataDir: join(folder, 'data') });
    const leecher = use(await WebTorrentPeer.start());
    await leecher.leech({ source: { torrentFile }, outDir: join(folder, 'webtorrent') });
    await leecher.waitComplete({ timeoutMs: 60_000 });
    await expectSame(join(folder, 'webtorrent'), notEmpty);
  });

  test.each<[string, () => Promise<RealPeer>]>([
    ['aria2', () => Aria2Peer.start()],
    ['transmission', () => TransmissionPeer.start()],
    ['qbittorrent', () => QbittorrentPeer.start()],
    ['webtorrent', () => WebTorrentPeer.start()],
  ])('%s seeds to a libtorrent that dials it', async (name, start) => {
    const { torrentFile } = await createTorrent(`${name}-seeds.torrent`, []);
    const remote = use(await start());
    // A copy of its own: some clients touch what they seed.
    await writePayload(join(folder, `${name}-data`, 'sample'), { files: SAMPLE_FILES, seed: 'real peers' });
    await remote.seed({ torrentFile, dataDir: join(folder, `${name}-data`) });
    const leecher = use(await LibtorrentPeer.start());
    await leecher.leech({ source: { torrentFile }, outDir: join(folder, `${name}-out`) });
    await leecher.addPeer(remote.endpoint);
    await leecher.waitComplete({ timeoutMs: 60_000 });
    await expectSame(join(folder, `${name}-out`), SAMPLE_FILES);
  });

  test('a slow libtorrent seeder keeps to its limit on loopback', async () => {
    const { torrentFile } = await createTorrent('slow.torrent', []);
    const slow = use(await LibtorrentPeer.start());
    await slow.seed({ torrentFile, dataDir: join(folder, 'data'), uploadBytesPerSecond: 1_000_000 });
    const leecher = use(await LibtorrentPeer.start());
    const started = performance.now();
    await leecher.leech({ source: { torrentFile }, outDir: join(folder, 'slow-out') });
    await leecher.addPeer(slow.endpoint);
    await leecher.waitComplete({ timeoutMs: 60_000 });
    // 3.4 MB; the first second's worth may come in one burst.
    expect(performance.now() - started).toBeGreaterThan(1_500);
  });
});
