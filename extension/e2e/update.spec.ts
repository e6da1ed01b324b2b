import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Lab } from '../../shared/engine/test/interop/lab.js';
import {
  hashTree,
  LibtorrentPeer,
  OwnCli,
  waitUntil,
  writePayload,
} from '../../shared/engine/test/interop/peers/index.js';
import { withPeer } from './downloads.js';
import { copyExtension, type Manifest } from './extension-copy.js';
import { setPreferences } from './profile.js';
import { ExtensionBrowser } from './harness.js';

const TOTAL_BYTES = 4_500_000;
const SEEDER_BYTES_PER_SECOND = 1_000_000;
const PIECE_BYTES = 64 * 1024;
/** Pieces that were on their way, and are asked for again. */
const MOST_REPEATED_BYTES = 40 * PIECE_BYTES;
const DOWNLOAD_TIMEOUT_MS = 60_000;

describe('an update of the extension in place', () => {
  const lab = Lab.open();
  let extension: string;
  let browser: ExtensionBrowser;

  beforeAll(async () => {
    await writePayload(lab.path('seed'), { files: [{ path: 'film.bin', length: TOTAL_BYTES }], seed: 'update' });
    extension = await copyExtension(lab.path('extension'), (manifest) => ({ ...manifest, version: '0.1.0' }));
    // Without it Chrome leaves an unpacked extension off once it was reloaded.
    await setPreferences(lab.path('profile'), { extensions: { ui: { developer_mode: true } } });
    browser = await ExtensionBrowser.launch({ helper: 'registered', profile: lab.path('profile'), extension });
  });

  afterAll(() => browser.close());

  test('is taken in the middle of a download, which goes on by itself with no view open', async () => {
    const torrentFile = lab.path('film.torrent');
    const magnet = await OwnCli.run('create', lab.path('seed', 'film.bin'), '-o', torrentFile);
    const infoHash = /btih:([0-9a-f]{40})/.exec(magnet)?.[1] ?? '';
    const seeder = lab.use(await LibtorrentPeer.start());
    await seeder.seed({ torrentFile, dataDir: lab.path('seed'), uploadBytesPerSecond: SEEDER_BYTES_PER_SECOND });
    const rpc = await browser.openRpc();
    await rpc.keepToThisMachine();
    await rpc.request('addMagnet', { magnet: withPeer(magnet, seeder.endpoint), chooseFilesFirst: false });
    await rpc.waitForTorrent(infoHash, ({ wantedDoneBytes }) => wantedDoneBytes > TOTAL_BYTES / 6);

    const file = join(extension, 'manifest.json');
    const manifest = JSON.parse(await readFile(file, 'utf8')) as Manifest;
    await writeFile(file, JSON.stringify({ ...manifest, version: '0.1.1' }));
    // Chrome tells of updates from its store only; the event is the same. The worker may be gone before it answers.
    await browser
      .evaluateInServiceWorker("chrome.runtime.onUpdateAvailable.dispatch({ version: '0.1.1' })")
      .catch(() => undefined);
    const version = () =>
      browser.evaluateInServiceWorker('chrome.runtime.getManifest().version').catch(() => undefined);
    await waitUntil(async () => (await version()) === '0.1.1', {
      timeoutMs: DOWNLOAD_TIMEOUT_MS,
      what: 'the new version runs',
    });
    const isSent = async () => (await seeder.status()).uploadedBytes >= TOTAL_BYTES;
    await waitUntil(isSent, { timeoutMs: DOWNLOAD_TIMEOUT_MS, what: 'the seeder has sent everything' });

    const again = await browser.openRpc();
    await again.waitForTorrent(infoHash, ({ state }) => state.kind === 'seeding', DOWNLOAD_TIMEOUT_MS);
    expect(await again.hashFiles(infoHash)).toEqual(await hashTree(lab.path('seed')));
    expect((await seeder.status()).uploadedBytes).toBeLessThan(TOTAL_BYTES + MOST_REPEATED_BYTES);
  });
});
