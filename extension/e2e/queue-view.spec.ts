import { afterAll, beforeAll, expect, test } from 'vitest';
import { ExtensionBrowser, type RpcPage } from './harness.js';

const NAMES = ['one', 'two', 'three', 'four'];
const idOf = (name: string): string => NAMES.indexOf(name).toString().repeat(40);

let browser: ExtensionBrowser;
let rpc: RpcPage;

async function launch(profile?: string): Promise<void> {
  browser = await ExtensionBrowser.launch({ helper: 'registered', ...(profile === undefined ? {} : { profile }) });
  rpc = await browser.openRpc();
  await rpc.waitFor(({ bridge }) => bridge.kind === 'ready');
}

/** By place in the queue. */
const states = async (): Promise<readonly string[]> =>
  (await rpc.snapshot()).torrents
    .toSorted((a, b) => a.queuePosition - b.queuePosition)
    .map(({ name, state }) => `${name} ${state.kind}`);

/** The record of the queue, in hex. */
const storedOrder = (): Promise<unknown> =>
  browser.evaluateInEngine(`new Promise((resolve) => {
    indexedDB.open('jstorrent-session').onsuccess = ({ target: { result: database } }) => {
      const reading = database.transaction('records').objectStore('records').get('state/queue-order');
      reading.onsuccess = () => {
        database.close();
        resolve(reading.result?.toHex());
      };
    };
  })`);

beforeAll(async () => {
  await launch();
  await rpc.keepToThisMachine({ maxActiveDownloads: 2, slowTorrentBytesPerSecond: 0 });
  for (const name of NAMES) {
    await rpc.request('addMagnet', { magnet: `magnet:?xt=urn:btih:${idOf(name)}&dn=${name}`, chooseFilesFirst: false });
  }
});

afterAll(() => browser.close());

test('the order of the queue, changed by the keyboard, says who runs, and outlives the browser', async () => {
  await rpc.waitFor(({ torrents }) => torrents.length === 4);
  expect(await states()).toEqual(['one metadata', 'two metadata', 'three queued', 'four queued']);

  const view = await browser.openView('manager');
  const row = (name: string) => view.locator(`[data-torrent="${idOf(name)}"]`);
  await row('four').focus();
  await row('four').press('Alt+Home');
  await rpc.waitFor(({ torrents }) => torrents.find(({ name }) => name === 'two')?.state.kind === 'queued');
  const order = ['four metadata', 'one metadata', 'two queued', 'three queued'];
  expect(await states()).toEqual(order);
  await expect.poll(() => view.locator('.row-name').allTextContents()).toEqual(['four', 'one', 'two', 'three']);
  expect(await row('four').evaluate((element) => element === document.activeElement)).toBe(true);

  await row('two').dragTo(row('three'), { targetPosition: { x: 100, y: 40 } });
  await expect.poll(() => view.locator('.row-name').allTextContents()).toEqual(['four', 'one', 'three', 'two']);
  await row('three').dragTo(row('two'), { targetPosition: { x: 100, y: 40 } });
  await expect.poll(() => view.locator('.row-name').allTextContents()).toEqual(['four', 'one', 'two', 'three']);

  await row('three').focus();
  await row('three').press('f');
  await rpc.waitFor(({ torrents }) => torrents.find(({ name }) => name === 'three')?.state.kind === 'metadata');

  await expect.poll(storedOrder, { timeout: 30_000 }).toContain(`${idOf('four')}${idOf('one')}${idOf('two')}`);
  const { profile } = browser;
  await browser.close({ keepProfile: true });
  await launch(profile);
  await rpc.waitFor(({ torrents }) => torrents.filter(({ state }) => state.kind === 'metadata').length === 3);
  expect(await states()).toEqual(['four metadata', 'one metadata', 'two queued', 'three metadata']);
});

test('slow mode is switched in the popup, shows in the list, and outlives the browser', async () => {
  const popup = await browser.openView('popup');
  const button = popup.getByRole('button', { name: 'Slow mode' });
  await button.click();
  await popup.locator('[aria-label="Slow mode"][aria-pressed="true"]').waitFor();
  expect(await rpc.request('getSettings', null)).toMatchObject({ enableTurtle: true });
  const { profile } = browser;
  await browser.close({ keepProfile: true });
  await launch(profile);
  const view = await browser.openView('manager');
  await view.locator('[aria-label="Slow mode"][aria-pressed="true"]').click();
  await view.locator('[aria-label="Slow mode"][aria-pressed="false"]').waitFor();
  expect(await rpc.request('getSettings', null)).toMatchObject({ enableTurtle: false });
});
