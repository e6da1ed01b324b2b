import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { Lab } from '../../shared/engine/test/interop/lab.js';
import {
  hashTree,
  LibtorrentPeer,
  QbittorrentPeer,
  type RealPeer,
  startOpentracker,
  TransmissionPeer,
  waitUntil,
} from '../../shared/engine/test/interop/peers/index.js';
import { addTorrentFile, withPeer } from './downloads.js';
import { ExtensionBrowser, type RpcPage } from './harness.js';

const TRANSFER_TIMEOUT_MS = 90_000;
const TRACKER_TIMEOUT_MS = 60_000;

const CLIENTS: readonly (readonly [string, () => Promise<RealPeer>])[] = [
  ['libtorrent', () => LibtorrentPeer.start()],
  ['transmission', () => TransmissionPeer.start()],
  ['qbittorrent', () => QbittorrentPeer.start()],
];

describe('the extension in Chromium', () => {
  const lab = Lab.open();
  let browser: ExtensionBrowser;
  let rpc: RpcPage;

  beforeAll(async () => {
    browser = await ExtensionBrowser.launch({ helper: 'registered' });
    rpc = await browser.openRpc();
    await rpc.keepToThisMachine();
    await rpc.waitFor(({ client }) => client.listenPort !== undefined);
  });

  afterAll(() => browser.close());

  afterEach(async () => {
    for (const { id } of (await rpc.snapshot()).torrents) {
      await rpc.request('remove', { torrentId: id, deleteFiles: true });
    }
  });

  async function expectSampleInBrowser(torrentId: string): Promise<void> {
    await rpc.waitForTorrent(torrentId, ({ state }) => state.kind === 'seeding', TRANSFER_TIMEOUT_MS);
    expect(await rpc.hashFiles(torrentId)).toEqual(await hashTree(lab.path('data')));
  }

  test.each(CLIENTS)('downloads all files by a magnet from %s, and seeds them to another', async (name, start) => {
    const { torrentFile, magnet, infoHash } = await lab.createTorrent(name);
    const [seeder, leecher] = await Promise.all([start(), start()]);
    lab.use(seeder);
    lab.use(leecher);
    await seeder.seed({ torrentFile, dataDir: await lab.writeSample(`${name}-data`) });
    await rpc.request('addMagnet', { magnet: withPeer(magnet, seeder.endpoint), chooseFilesFirst: false });
    await expectSampleInBrowser(infoHash);
    await seeder.stop();

    const out = lab.path(`${name}-out`);
    await leecher.leech({ source: { torrentFile }, outDir: out });
    const { client } = await rpc.snapshot();
    if (leecher.canDial) await leecher.addPeer({ host: '127.0.0.1', port: client.listenPort ?? 0 });
    // Who cannot be told to dial us is dialled: a known link with another address is one more peer.
    else await rpc.request('addMagnet', { magnet: withPeer(magnet, leecher.endpoint), chooseFilesFirst: false });
    await leecher.waitComplete({ timeoutMs: TRANSFER_TIMEOUT_MS });
    // Transmission makes no file without bytes.
    await lab.expectSample(out, { withoutEmptyFiles: name === 'transmission' });
  });

  test('finds a seeder and is found by a leecher through opentracker, which forgets it once it is stopped', async () => {
    const { infoHash } = await lab.createTorrent('hash');
    const tracker = lab.use(await startOpentracker([infoHash]));
    const { torrentFile } = await lab.createTorrent('tracked', [tracker.announceUrl]);
    const seedsBecome = (seeds: number) =>
      waitUntil(async () => (await tracker.seedsOf(infoHash)) === seeds, {
        timeoutMs: TRACKER_TIMEOUT_MS,
        what: `opentracker knows ${seeds} seeds`,
      });
    const seeder = lab.use(await LibtorrentPeer.start());
    await seeder.seed({ torrentFile, dataDir: lab.path('data') });
    await seedsBecome(1);
    await addTorrentFile(rpc, torrentFile);
    await expectSampleInBrowser(infoHash);
    await seedsBecome(2);
    await seeder.stop();

    const leecher = lab.use(await LibtorrentPeer.start());
    await leecher.leech({ source: { torrentFile }, outDir: lab.path('tracked-out') });
    await leecher.waitComplete({ timeoutMs: TRANSFER_TIMEOUT_MS });
    await lab.expectSample(lab.path('tracked-out'));
    // The seeder was killed, so that only the tracker's time would make it forget that one.
    await seedsBecome(3);
    await rpc.request('stop', { torrentId: infoHash });
    await seedsBecome(2);
  });
});
