import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Lab } from '../../shared/engine/test/interop/lab.js';
import { ExtensionBrowser, type RpcPage } from './harness.js';

/** Of a tracker that wants to be asked every 15 minutes at most. */
const STRICT_REPLY = 'd8:intervali1800e12:min intervali900e5:peers0:e';
const NEW_TRACKER = 'udp://127.0.0.1:9/announce';

describe('finding peers, as the manager shows it', () => {
  const lab = Lab.open();
  let browser: ExtensionBrowser;
  let rpc: RpcPage;
  let server: Server;
  let origin: string;
  let infoHash: string;

  beforeAll(async () => {
    const torrent = await lab.createTorrent('by-address');
    infoHash = torrent.infoHash;
    const file = await readFile(torrent.torrentFile);
    server = createServer((request, response) => {
      if (request.url === '/file.torrent') response.end(file);
      else if (request.url?.startsWith('/announce?')) response.end(STRICT_REPLY);
      else response.writeHead(404).end();
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    browser = await ExtensionBrowser.launch({ helper: 'registered' });
    rpc = await browser.openRpc();
    await rpc.waitFor(({ bridge }) => bridge.kind === 'ready');
  });

  afterAll(async () => {
    await browser.close();
    server.close();
  });

  test('a .torrent file is added by its address, its trackers change, and a setting holds', async () => {
    const view = await browser.openView('manager');
    const field = view.getByRole('textbox', { name: 'Magnet link' });
    const add = async (url: string) => {
      await field.fill(url);
      await view.getByRole('button', { name: 'Add', exact: true }).click();
    };
    await add(`${origin}/file.torrent`);
    await view.getByText('inside your own network').waitFor();
    await view.getByRole('status').getByRole('button', { name: 'Close' }).click();

    await view.getByRole('button', { name: 'Settings' }).click();
    await view.getByLabel('Peers to send to at a time').fill('5');
    await view.getByLabel('Peers to send to at a time').press('Enter');
    await view.getByRole('switch', { name: 'DHT' }).uncheck();
    await view.locator('summary').click();
    await view.getByRole('switch', { name: 'Peers with private addresses' }).check();
    await view.getByRole('button', { name: 'Close settings' }).click();
    await view.getByText('DHT off').waitFor();
    expect(await rpc.request('getSettings', null)).toMatchObject({
      uploadSlots: 5,
      enableDht: false,
      allowLocalPeers: true,
    });

    await add(`${origin}/gone.torrent`);
    await view.getByText('There is nothing at this address.').waitFor();
    await add(`${origin}/file.torrent`);
    await view.locator(`[data-torrent="${infoHash}"]`).click();
    await view.getByRole('tab', { name: /^Trackers/ }).click();
    await view.getByRole('textbox', { name: 'Address of another tracker' }).fill(NEW_TRACKER);
    await view.getByRole('button', { name: 'Add tracker' }).click();
    await view.getByRole('button', { name: `Edit tracker: ${NEW_TRACKER}` }).waitFor();
    const { trackers = [] } = (await rpc.details(infoHash)) ?? {};
    expect(trackers.map(({ url }) => url)).toContain(NEW_TRACKER);
    await view.getByRole('button', { name: `Remove tracker: ${NEW_TRACKER}` }).click();
    await view.getByText(NEW_TRACKER).waitFor({ state: 'detached' });
    await view.close();
  });

  test('a tracker that may not be asked yet: the view says when it is', async () => {
    await rpc.request('setTrackers', { torrentId: infoHash, tiers: [[`${origin}/announce`]] });
    const view = await browser.openView('manager');
    await view.locator(`[data-torrent="${infoHash}"]`).click();
    await view.getByRole('tab', { name: /^Trackers/ }).click();
    await view.getByText('Working').waitFor();
    await view.getByRole('button', { name: 'Update now' }).click();
    await view.getByText(/^The tracker can be asked again in 1[45] min, and will be then\.$/).waitFor();
    await view.close();
  });

  test('what has no files yet is removed without a question, and the focus goes on', async () => {
    const view = await browser.openView('manager');
    const row = view.locator(`[data-torrent="${infoHash}"]`);
    await row.focus();
    await row.press('Delete');
    await row.waitFor({ state: 'detached' });
    expect(await view.evaluate(() => document.activeElement?.id)).toBe('add-field');
    await view.close();
  });

  test('the popup opens the manager with the settings', async () => {
    const popup = await browser.openView('popup');
    const opened = browser.context.waitForEvent('page');
    await popup.getByRole('button', { name: 'Settings' }).click();
    const manager = await opened;
    await manager.getByRole('main', { name: 'Settings' }).waitFor();
    await manager.getByLabel('Port for incoming connections').waitFor();
  });
});
