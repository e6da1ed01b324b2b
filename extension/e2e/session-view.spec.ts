import { afterAll, beforeAll, expect, test } from 'vitest';
import { ExtensionBrowser, type RpcPage } from './harness.js';

const NAMES = ['one', 'two'];
const idOf = (name: string): string => NAMES.indexOf(name).toString().repeat(40);

let browser: ExtensionBrowser;
let rpc: RpcPage;

beforeAll(async () => {
  browser = await ExtensionBrowser.launch({ helper: 'registered' });
  rpc = await browser.openRpc();
  await rpc.waitFor(({ bridge }) => bridge.kind === 'ready');
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
  await manager.getByRole('button', { name: 'Remove, keep files' }).click();
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
