import { afterAll, beforeAll, expect, test } from 'vitest';
import { Lab } from '../../shared/engine/test/interop/lab.js';
import { ExtensionBrowser, type RpcPage } from './harness.js';

const lab = Lab.open();
const NAMES = ['one', 'two'];
const idOf = (name: string): string => NAMES.indexOf(name).toString().repeat(40);

let browser: ExtensionBrowser;
let rpc: RpcPage;

async function launch(profile?: string): Promise<void> {
  browser = await ExtensionBrowser.launch({ helper: 'registered', ...(profile === undefined ? {} : { profile }) });
  rpc = await browser.openRpc();
  await rpc.waitFor(({ bridge }) => bridge.kind === 'ready');
}

/** Quits the browser and starts it again. */
async function relaunch(): Promise<void> {
  const { profile } = browser;
  await browser.close({ keepProfile: true });
  await launch(profile);
}

beforeAll(async () => {
  await launch();
  await rpc.keepToThisMachine();
  for (const name of NAMES) {
    await rpc.request('addMagnet', { magnet: `magnet:?xt=urn:btih:${idOf(name)}&dn=${name}`, chooseFilesFirst: false });
  }
});

afterAll(() => browser.close());

test('a removal is taken back in another view than that where it happened', async () => {
  const manager = await browser.openView('manager');
  const popup = await browser.openView('popup');
  await popup.getByText('two').waitFor();
  await manager.bringToFront();
  await manager.locator(`[data-torrent="${idOf('one')}"]`).focus();
  await manager.keyboard.press('Delete');
  await manager.getByText('Removed one').waitFor();
  expect((await rpc.snapshot()).torrents.map(({ name }) => name)).toEqual(['two']);
  await popup.bringToFront();
  await popup.getByRole('button', { name: 'Undo the removal of one' }).click();
  await rpc.waitForTorrent(idOf('one'), ({ state }) => state.kind === 'metadata');
  await manager.bringToFront();
  await manager.getByText('Removed one').waitFor({ state: 'detached' });
  await manager.locator(`[data-torrent="${idOf('one')}"]`).waitFor();
  await Promise.all([manager.close(), popup.close()]);
});

test('the list comes to the front in the tab that has it, with the settings if they are asked for', async () => {
  const manager = await browser.openView('manager');
  const popup = await browser.openView('popup');
  await popup.getByRole('button', { name: 'Open in a tab' }).click();
  await manager.waitForFunction(() => document.visibilityState === 'visible');
  await popup.bringToFront();
  await popup.getByRole('button', { name: 'Settings' }).click();
  await manager.getByRole('heading', { name: 'Settings' }).waitFor();
  expect(new URL(manager.url()).hash).toBe('');
  const tabs = await browser.evaluateInServiceWorker(
    `chrome.runtime.getContexts({ contextTypes: ['TAB'] }).then((tabs) => tabs.map(({ documentUrl }) => documentUrl))`,
  );
  expect((tabs as string[]).filter((url) => url.includes('/manager/'))).toHaveLength(1);
  await Promise.all([manager.close(), popup.close()]);
});

test('the session goes into a file, and from it into a browser that knows nothing', async () => {
  await rpc.request('setLabel', { torrentId: idOf('one'), label: 'Kept' });
  await rpc.request('updateSettings', { uploadSlots: 3, badge: 'percent' });
  const manager = await browser.openView('manager');
  await manager.getByRole('button', { name: 'Settings' }).click();
  const downloading = manager.waitForEvent('download');
  await manager.getByRole('button', { name: 'Export session…' }).click();
  const download = await downloading;
  expect(download.suggestedFilename()).toMatch(/^JSTorrent session .*\.jstorrent$/);
  const file = lab.path('session.jstorrent');
  await download.saveAs(file);
  await manager.close();

  const other = await ExtensionBrowser.launch({ helper: 'missing' });
  try {
    const otherRpc = await other.openRpc();
    await otherRpc.keepToThisMachine();
    await otherRpc.request('addMagnet', {
      magnet: `magnet:?xt=urn:btih:${idOf('two')}&dn=two`,
      chooseFilesFirst: false,
    });
    const view = await other.openView('manager');
    await view.getByRole('button', { name: 'Settings' }).click();
    await view.getByLabel('Session file').setInputFiles(file);
    await view.getByText('1 download added, 1 in the list already.').waitFor();
    await view.getByText('settings taken over').or(view.getByText('setting taken over')).waitFor();
    const list = await otherRpc.snapshot();
    expect(list.torrents.find(({ name }) => name === 'one')).toMatchObject({ id: idOf('one'), label: 'Kept' });
    expect(await otherRpc.request('getSettings', null)).toMatchObject({
      uploadSlots: 3,
      badge: 'percent',
      enableDht: false,
    });
    await view.close();
  } finally {
    await other.close();
  }
});

test('hostile 48: a record that is damaged is said once, and what is left of it can be saved', async () => {
  await browser.evaluateInEngine(`new Promise((resolve) => {
    indexedDB.open('jstorrent-session').onsuccess = ({ target: { result: database } }) => {
      const change = database.transaction('records', 'readwrite');
      change.objectStore('records').put(new Uint8Array(40), 'torrent/${idOf('two')}');
      change.oncomplete = () => {
        database.close();
        resolve();
      };
    };
  })`);
  await relaunch();
  expect((await rpc.snapshot()).torrents.map(({ name }) => name)).toEqual(['one']);
  const manager = await browser.openView('manager');
  await manager.getByText('One download cannot be read').waitFor();
  const downloading = manager.waitForEvent('download');
  await manager.getByRole('button', { name: 'Save the damaged records' }).click();
  expect((await downloading).suggestedFilename()).toMatch(/^JSTorrent damaged records .*\.jstorrent$/);
  await manager.getByRole('button', { name: 'Close', exact: true }).first().click();
  await manager.getByText('One download cannot be read').waitFor({ state: 'detached' });
  await relaunch();
  expect((await rpc.snapshot()).client.damage).toBeUndefined();
});
