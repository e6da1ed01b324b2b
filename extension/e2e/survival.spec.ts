import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { Lab } from '../../shared/engine/test/interop/lab.js';
import {
  hashTree,
  LibtorrentPeer,
  OwnCli,
  waitUntil,
  writePayload,
} from '../../shared/engine/test/interop/peers/index.js';
import type { TorrentSnapshot } from '../src/rpc/types.js';
import { withPeer } from './downloads.js';
import { ExtensionBrowser, type RpcPage } from './harness.js';

const TOTAL_BYTES = 4_500_000;
/** Slow enough for every disaster to come in the middle. */
const SEEDER_BYTES_PER_SECOND = 1_500_000;
const PIECE_BYTES = 64 * 1024;
/** Pieces that were on their way, and are asked for again. */
const MOST_REPEATED_BYTES = 40 * PIECE_BYTES;
const DOWNLOAD_TIMEOUT_MS = 60_000;

describe('a download survives', () => {
  const lab = Lab.open();
  const browsers: ExtensionBrowser[] = [];
  let torrentFile: string;
  let magnet: string;
  let infoHash: string;

  beforeAll(async () => {
    await writePayload(lab.path('slow'), { files: [{ path: 'slow.bin', length: TOTAL_BYTES }], seed: 'survival' });
    torrentFile = lab.path('slow.torrent');
    magnet = await OwnCli.run('create', lab.path('slow', 'slow.bin'), '-o', torrentFile);
    infoHash = /btih:([0-9a-f]{40})/.exec(magnet)?.[1] ?? '';
  });

  afterEach(async () => {
    for (const browser of browsers.splice(0)) await browser.close();
  });

  async function launch(options: Parameters<typeof ExtensionBrowser.launch>[0]): Promise<ExtensionBrowser> {
    const browser = await ExtensionBrowser.launch(options);
    browsers.push(browser);
    return browser;
  }

  /** `kill -9` of the browser, and another one with the same profile. */
  async function killAndRelaunch(
    browser: ExtensionBrowser,
    helper: 'registered' | 'missing',
  ): Promise<ExtensionBrowser> {
    browsers.splice(browsers.indexOf(browser), 1);
    await browser.kill();
    return launch({ helper, profile: browser.profile });
  }

  async function startSeeder(): Promise<LibtorrentPeer> {
    const seeder = lab.use(await LibtorrentPeer.start());
    await seeder.seed({
      torrentFile,
      dataDir: lab.path('slow'),
      uploadBytesPerSecond: SEEDER_BYTES_PER_SECOND,
    });
    return seeder;
  }

  const isMidway = ({ wantedDoneBytes }: TorrentSnapshot) => wantedDoneBytes > TOTAL_BYTES / 6;

  /** A slow download from a seeder of its own, when about a fifth of it is there. */
  async function startDownload(): Promise<{ browser: ExtensionBrowser; rpc: RpcPage; seeder: LibtorrentPeer }> {
    const [browser, seeder] = await Promise.all([launch({ helper: 'registered' }), startSeeder()]);
    const rpc = await browser.openRpc();
    await rpc.keepToThisMachine();
    await rpc.request('addMagnet', { magnet: withPeer(magnet, seeder.endpoint), chooseFilesFirst: false });
    await rpc.waitForTorrent(infoHash, isMidway);
    return { browser, rpc, seeder };
  }

  async function expectWholeFile(rpc: RpcPage): Promise<void> {
    await rpc.waitForTorrent(infoHash, ({ state }) => state.kind === 'seeding', DOWNLOAD_TIMEOUT_MS);
    expect(await rpc.hashFiles(infoHash)).toEqual(await hashTree(lab.path('slow')));
  }

  /** Almost every byte came once. */
  async function expectHardlyAnythingTwice(seeder: LibtorrentPeer): Promise<void> {
    expect((await seeder.status()).uploadedBytes).toBeLessThan(TOTAL_BYTES + MOST_REPEATED_BYTES);
  }

  test('hostile 47: kill -9 of the helper in the middle', async () => {
    const { browser, rpc, seeder } = await startDownload();
    const before = (await rpc.snapshot()).torrents[0]?.wantedDoneBytes ?? Infinity;
    await browser.killHelpers();
    const after = await rpc.waitForTorrent(infoHash, ({ connectedPeers }) => connectedPeers === 0);
    expect(after.state.kind).toBe('downloading');
    expect(after.wantedDoneBytes).toBeGreaterThanOrEqual(before);
    await expectWholeFile(rpc);
    await expectHardlyAnythingTwice(seeder);
  });

  test('hostile 47: kill -9 of the browser in the middle', async () => {
    const { browser, rpc, seeder } = await startDownload();
    const before = (await rpc.snapshot()).torrents[0]?.wantedDoneBytes ?? Infinity;
    const again = await killAndRelaunch(browser, 'registered');
    const rpcAgain = await again.openRpc();
    const after = await rpcAgain.waitForTorrent(infoHash, ({ state }) => state.kind === 'downloading');
    expect(after.wantedDoneBytes).toBeGreaterThanOrEqual(before);
    await expectWholeFile(rpcAgain);
    await expectHardlyAnythingTwice(seeder);
  });

  test('hostile 47: the end of the service worker in the middle', async () => {
    const { browser, rpc, seeder } = await startDownload();
    const helpers = await browser.helperPids();
    await browser.stopServiceWorker();
    await waitUntil(async () => (await browser.helperPids()).some((pid) => !helpers.includes(pid)), {
      timeoutMs: 20_000,
      what: 'a new service worker starts a new helper',
    });
    expect((await rpc.snapshot()).torrents[0]?.state.kind).toBe('downloading');
    await expectWholeFile(rpc);
    await expectHardlyAnythingTwice(seeder);
  });

  test('the end of every view in the middle', async () => {
    const { browser, seeder } = await startDownload();
    for (const page of browser.context.pages()) {
      if (page.url().startsWith('chrome-extension:')) await page.close();
    }
    const isSent = async () => (await seeder.status()).uploadedBytes >= TOTAL_BYTES;
    await waitUntil(isSent, { timeoutMs: DOWNLOAD_TIMEOUT_MS, what: 'the seeder has sent everything' });
    await expectWholeFile(await browser.openRpc());
  });

  test('a switch of the lane in the middle, there and back', async () => {
    const { rpc, seeder } = await startDownload();
    await rpc.request('updateSettings', { useFastLane: false });
    await rpc.waitFor(({ bridge }) => bridge.kind === 'ready' && bridge.lane === 'native');
    await rpc.waitForTorrent(infoHash, ({ wantedDoneBytes }) => wantedDoneBytes > TOTAL_BYTES / 2);
    await rpc.request('updateSettings', { useFastLane: true });
    await rpc.waitFor(({ bridge }) => bridge.kind === 'ready' && bridge.lane === 'fast');
    await expectWholeFile(rpc);
    await expectHardlyAnythingTwice(seeder);
  });

  test('hostile 51: without a helper a magnet is kept, also over kill -9, and goes on by itself once it is there', async () => {
    const seeder = await startSeeder();
    const browser = await launch({ helper: 'missing' });
    const rpc = await browser.openRpc();
    await rpc.keepToThisMachine();
    await rpc.request('addMagnet', { magnet: withPeer(magnet, seeder.endpoint), chooseFilesFirst: false });
    await rpc.waitFor(({ bridge }) => bridge.kind === 'missing');

    const again = await killAndRelaunch(browser, 'missing');
    const manager = await again.openView('manager');
    await manager.getByText('The helper is not installed').waitFor();
    await manager.getByText('Waiting for the helper', { exact: true }).waitFor();
    await again.registerHelper();
    await expectWholeFile(await again.openRpc());
    await manager.getByText('Complete', { exact: true }).waitFor();
    expect(await manager.getByText('The helper is not installed').count()).toBe(0);
  });
});
