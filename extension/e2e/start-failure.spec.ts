import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ExtensionBrowser } from './harness.js';

/** Stands for a session that a newer version of the extension left. */
const NEWER_SESSION = { name: 'jstorrent-session', version: 99 };

describe('an engine that cannot start', () => {
  let browser: ExtensionBrowser;

  beforeAll(async () => {
    browser = await ExtensionBrowser.launch({ helper: 'missing' });
  });

  afterAll(() => browser.close());

  test('every view says so with the reason, and goes on by itself once it can', async () => {
    const rpc = await browser.openRpc();
    await rpc.snapshot();
    await rpc.page.evaluate(async ({ name, version }) => {
      await chrome.offscreen.closeDocument();
      await new Promise<void>((resolve, reject) => {
        const request = indexedDB.open(name, version);
        request.onerror = () => reject(new Error('the session could not be opened'));
        request.onsuccess = () => {
          request.result.close();
          resolve();
        };
      });
    }, NEWER_SESSION);

    const views = await Promise.all((['manager', 'popup', 'setup'] as const).map((name) => browser.openView(name)));
    const notice = 'JSTorrent could not start';
    for (const view of views) await view.getByText(notice).and(view.getByText('version')).waitFor();

    await rpc.page.evaluate(({ name }) => indexedDB.deleteDatabase(name), NEWER_SESSION);
    await views[0]?.getByText('Nothing here yet').waitFor();
    for (const view of views) await expect.poll(() => view.getByText(notice).count(), { timeout: 60_000 }).toBe(0);
  });
});
