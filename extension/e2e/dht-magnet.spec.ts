import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Lab } from '../../shared/engine/test/interop/lab.js';
import { hashTree } from '../../shared/engine/test/interop/peers/index.js';
import { LibtorrentDht } from '../../shared/engine/test/interop/peers/libtorrent-dht.js';
import { ExtensionBrowser, type RpcPage } from './harness.js';

const DOWNLOAD_TIMEOUT_MS = 60_000;

describe('a magnet link with nothing but an info-hash', () => {
  const lab = Lab.open();
  let browser: ExtensionBrowser;
  let rpc: RpcPage;
  let dht: LibtorrentDht;

  beforeAll(async () => {
    dht = lab.use(await LibtorrentDht.start());
    browser = await ExtensionBrowser.launch({ helper: 'registered' });
    rpc = await browser.openRpc();
    const alone = { enableLsd: false, enablePex: false, dhtBootstrap: [dht.bootstrap] };
    await rpc.request('updateSettings', { allowLocalPeers: true, ...alone });
    await rpc.waitFor(({ bridge }) => bridge.kind === 'ready');
  });

  afterAll(() => browser.close());

  test('is downloaded from a peer that only a DHT of 30 libtorrent nodes knows, within 60 s', async () => {
    const { torrentFile, infoHash } = await lab.createTorrent('sample');
    await dht.seed({ torrentFile, dataDir: lab.path('data') });
    const magnet = `magnet:?xt=urn:btih:${infoHash}`;
    await rpc.request('addMagnet', { magnet, chooseFilesFirst: false });
    await rpc.waitForTorrent(infoHash, ({ state }) => state.kind === 'seeding', DOWNLOAD_TIMEOUT_MS);
    expect(await rpc.hashFiles(infoHash)).toEqual(await hashTree(lab.path('data')));
  });
});
