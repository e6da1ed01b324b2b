import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Lab } from '../../shared/engine/test/interop/lab.js';
import { waitUntil } from '../../shared/engine/test/interop/peers/index.js';
import type { ExtensionBrowser } from './harness.js';
import { SlowDownload } from './slow-download.js';

const TOTAL_BYTES = 4_500_000;
const FRESH_HELPER_TIMEOUT_MS = 60_000;

describe('a download survives', () => {
  const lab = Lab.open();
  let count = 0;
  let slow: SlowDownload;

  beforeEach(async () => {
    slow = await SlowDownload.open(lab, { name: `slow-${count++}`, totalBytes: TOTAL_BYTES });
  });

  afterEach(() => slow.close());

  async function waitForFreshHelper(browser: ExtensionBrowser, before: readonly number[]): Promise<void> {
    await waitUntil(async () => (await browser.helperPids()).some((pid) => !before.includes(pid)), {
      timeoutMs: FRESH_HELPER_TIMEOUT_MS,
      what: 'there is a new helper',
    });
  }

  test('hostile 47: kill -9 of the helper in the middle', async () => {
    const { browser, rpc } = await slow.start();
    const before = await slow.doneBytes(rpc);
    const helpers = await browser.helperPids();
    await browser.killHelpers();
    await waitForFreshHelper(browser, helpers);
    const after = (await rpc.snapshot()).torrents[0];
    expect(after?.state.kind).toBe('downloading');
    expect(after?.wantedDoneBytes).toBeGreaterThanOrEqual(before);
    await slow.expectWholeFile(rpc);
    await slow.expectHardlyAnythingTwice({ interruptions: 1 });
  });

  test('hostile 47: kill -9 of the browser in the middle', async () => {
    const { browser, rpc } = await slow.start();
    const before = await slow.doneBytes(rpc);
    const again = await slow.killAndRelaunch(browser, 'registered');
    const rpcAgain = await again.openRpc();
    const after = await rpcAgain.waitForTorrent(slow.infoHash, ({ state }) => state.kind === 'downloading');
    expect(after.wantedDoneBytes).toBeGreaterThanOrEqual(before);
    await slow.expectWholeFile(rpcAgain);
    await slow.expectHardlyAnythingTwice({ interruptions: 1 });
  });

  test('hostile 50a: a crash of the extension’s own process in the middle, and another start of the browser', async () => {
    const { browser, rpc } = await slow.start();
    const before = await slow.doneBytes(rpc);
    await browser.crashEngine();
    expect(await browser.hasEngine()).toBe(false);
    const again = await slow.killAndRelaunch(browser, 'registered');
    const rpcAgain = await again.openRpc();
    const after = await rpcAgain.waitForTorrent(slow.infoHash, ({ state }) => state.kind === 'downloading');
    expect(after.wantedDoneBytes).toBeGreaterThanOrEqual(before);
    await slow.expectWholeFile(rpcAgain);
    await slow.expectHardlyAnythingTwice({ interruptions: 1 });
  });

  test('hostile 47: the end of the service worker in the middle', async () => {
    const { browser, rpc } = await slow.start();
    const helpers = await browser.helperPids();
    await browser.stopServiceWorker();
    await waitForFreshHelper(browser, helpers);
    expect((await rpc.snapshot()).torrents[0]?.state.kind).toBe('downloading');
    await slow.expectWholeFile(rpc);
    await slow.expectHardlyAnythingTwice({ interruptions: 1 });
  });

  test('the end of every view in the middle', async () => {
    const { browser } = await slow.start();
    for (const page of browser.context.pages()) {
      if (page.url().startsWith('chrome-extension:')) await page.close();
    }
    await slow.hurry();
    await slow.waitAllSent();
    await slow.expectWholeFile(await browser.openRpc());
    await slow.expectHardlyAnythingTwice({ interruptions: 0 });
  });

  test('a switch of the lane in the middle, there and back', async () => {
    const { rpc } = await slow.start();
    await rpc.request('updateSettings', { useFastLane: false });
    await rpc.waitFor(({ bridge }) => bridge.kind === 'ready' && bridge.lane === 'native');
    await slow.progressBy(rpc, 200_000);
    await rpc.request('updateSettings', { useFastLane: true });
    await rpc.waitFor(({ bridge }) => bridge.kind === 'ready' && bridge.lane === 'fast');
    await slow.expectWholeFile(rpc);
    await slow.expectHardlyAnythingTwice({ interruptions: 2 });
  });

  test('hostile 51: without a helper a magnet is kept, also over kill -9, and goes on by itself once it is there', async () => {
    const browser = await slow.launch({ helper: 'missing' });
    const rpc = await browser.openRpc();
    await rpc.keepToThisMachine();
    await rpc.request('addMagnet', { magnet: slow.magnet, chooseFilesFirst: false });
    await rpc.waitFor(({ bridge }) => bridge.kind === 'missing');

    const again = await slow.killAndRelaunch(browser, 'missing');
    const manager = await again.openView('manager');
    await manager.getByText('The helper is not installed').waitFor();
    await manager.getByText('Waiting for the helper', { exact: true }).waitFor();
    await again.registerHelper();
    await slow.expectWholeFile(await again.openRpc());
    await manager.getByText('Complete', { exact: true }).waitFor();
    expect(await manager.getByText('The helper is not installed').count()).toBe(0);
  });
});
