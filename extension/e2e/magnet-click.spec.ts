import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { Lab } from '../../shared/engine/test/interop/lab.js';
import { hashTree, LibtorrentPeer, startOpentracker, waitUntil } from '../../shared/engine/test/interop/peers/index.js';
import { withPeer } from './downloads.js';
import { ExtensionBrowser, type RpcPage } from './harness.js';
import { WebPage } from './web-page.js';

const DOWNLOAD_TIMEOUT_MS = 90_000;
/** A link to something that nobody has. */
const LONELY_MAGNET = `magnet:?xt=urn:btih:${'5'.repeat(40)}&dn=Nobody%20has%20this`;

describe('a magnet link reaches the extension', () => {
  const lab = Lab.open();
  let browser: ExtensionBrowser;
  let rpc: RpcPage;
  let seeder: LibtorrentPeer;
  let torrentFile: string;
  let magnet: string;
  let infoHash: string;

  beforeAll(async () => {
    ({ torrentFile, magnet, infoHash } = await lab.createTorrent('sample'));
    seeder = lab.use(await LibtorrentPeer.start());
    await seeder.seed({ torrentFile, dataDir: lab.path('data') });
    browser = await ExtensionBrowser.launch({ helper: 'registered' });
    rpc = await browser.openRpc();
    await rpc.keepToThisMachine();
    await rpc.waitFor(({ bridge }) => bridge.kind === 'ready');
    await becomeMagnetHandler();
  });

  afterAll(() => browser.close());

  afterEach(async () => {
    const { torrents, pending } = await rpc.snapshot();
    for (const { id } of torrents) await rpc.request('remove', { torrentId: id, deleteFiles: true });
    for (const { pendingId } of pending) await rpc.request('dismissPending', { pendingId });
  });

  /** What the user does once: the button of the setup page, and "Allow". */
  async function becomeMagnetHandler(): Promise<void> {
    const setup = await browser.openView('setup');
    const session = await browser.context.newCDPSession(setup);
    await session.send('Page.enable');
    await session.send('Page.setRPHRegistrationMode', { mode: 'autoAccept' });
    await setup.getByRole('button', { name: 'Open magnet links' }).click();
    await setup.getByRole('button', { name: 'Ask again' }).waitFor();
    await setup.close();
  }

  async function openPageWithLink(link: string): Promise<Page> {
    const { url } = lab.use(await WebPage.withLink(link));
    const page = await browser.context.newPage();
    await page.goto(url);
    return page;
  }

  const tabs = () => browser.context.pages().map((page) => page.url());

  async function expectSampleInBrowser(): Promise<void> {
    await rpc.waitForTorrent(infoHash, ({ state }) => state.kind === 'seeding', DOWNLOAD_TIMEOUT_MS);
    expect(await rpc.hashFiles(infoHash)).toEqual(await hashTree(lab.path('data')));
  }

  test('by a click: the page stays, one question, all files from libtorrent by x.pe, and on to another libtorrent', async () => {
    const page = await openPageWithLink(withPeer(magnet, seeder.endpoint));
    const before = tabs();
    const browserDownloads: string[] = [];
    page.on('download', (download) => browserDownloads.push(download.url()));
    await page.locator('#magnet').click();
    const asked = 'document.querySelector(".card-name")?.textContent';
    const question = await waitUntil(() => browser.evaluateInPopup(asked), {
      timeoutMs: 60_000,
      what: 'the popup asks',
    });
    expect(question).toBe('sample');
    expect((await rpc.snapshot()).torrents).toEqual([]);
    expect(tabs()).toEqual(before);
    await browser.clickInPopup('Download');
    await expectSampleInBrowser();
    expect((await rpc.snapshot()).pending).toEqual([]);
    expect(page.url()).toBe(before.at(-1));
    expect(browserDownloads).toEqual([]);

    const { listenPort } = (await rpc.snapshot()).client;
    const leecher = lab.use(await LibtorrentPeer.start());
    await leecher.leech({ source: { torrentFile }, outDir: lab.path('leeched') });
    await leecher.addPeer({ host: '127.0.0.1', port: listenPort ?? 0 });
    await leecher.waitComplete({ timeoutMs: DOWNLOAD_TIMEOUT_MS });
    await lab.expectSample(lab.path('leeched'));
    await page.close();
  });

  test('by a click on a link with a tracker alone', async () => {
    const tracker = lab.use(await startOpentracker([infoHash]));
    const announced = await lab.createTorrent('announced', [tracker.announceUrl]);
    const announcer = lab.use(await LibtorrentPeer.start());
    await announcer.seed({ torrentFile: announced.torrentFile, dataDir: lab.path('data') });
    await waitUntil(async () => (await tracker.seedsOf(infoHash)) > 0, {
      timeoutMs: 60_000,
      what: 'the seeder is known',
    });
    const page = await openPageWithLink(announced.magnet);
    await page.locator('#magnet').click();
    const view = await browser.openView('popup');
    await view.getByRole('button', { name: 'Download', exact: true }).click();
    await expectSampleInBrowser();
    await view.close();
    await page.close();
  });

  test('to a v2 torrent alone is refused, and the popup says why, also right after it asked something else', async () => {
    const card = 'document.querySelector(".card")?.textContent';
    const first = await openPageWithLink(LONELY_MAGNET);
    const page = await openPageWithLink(`magnet:?xt=urn:btmh:1220${'7'.repeat(64)}&dn=New%20kind`);
    await first.bringToFront();
    await first.locator('#magnet').click();
    await waitUntil(() => browser.evaluateInPopup(card), { timeoutMs: 60_000, what: 'the popup asks' });
    await browser.clickInPopup('Dismiss');
    await page.bringToFront();
    await page.locator('#magnet').click();
    const said = await waitUntil(() => browser.evaluateInPopup(card), {
      timeoutMs: 60_000,
      what: 'the popup says why',
    });
    expect(said).toContain('New kind');
    expect(said).toContain('(v2) only');
    await browser.clickInPopup('Close');
    const { pending, torrents } = await rpc.waitFor(({ notices }) => notices.length === 0);
    expect([pending, torrents]).toEqual([[], []]);
    await Promise.all([first.close(), page.close()]);
  });

  test('hostile 46: a page that clicks its link 1,000 times gets one question and no tab', async () => {
    const page = await openPageWithLink(magnet);
    const before = tabs();
    await page.evaluate(async () => {
      const link = document.querySelector('a');
      for (let clicks = 0; clicks < 1000; clicks++) {
        link?.click();
        await new Promise((resolve) => setTimeout(resolve));
      }
    });
    await rpc.waitFor(({ pending }) => pending.length > 0);
    // What comes after all of them is seen after all of them.
    await page.evaluate((href) => location.assign(href), LONELY_MAGNET);
    const { pending, torrents } = await rpc.waitFor((list) =>
      list.pending.some(({ name }) => name === 'Nobody has this'),
    );
    expect(pending.map(({ name }) => name)).toEqual(['sample', 'Nobody has this']);
    expect(torrents).toEqual([]);
    expect(tabs()).toEqual(before);
    await page.close();
  });

  test('a page that frames a magnet link gets nothing', async () => {
    const page = await openPageWithLink(LONELY_MAGNET);
    await page.evaluate((href) => {
      const frame = document.createElement('iframe');
      frame.src = href;
      document.body.append(frame);
    }, magnet);
    await page.locator('#magnet').click();
    const { pending } = await rpc.waitFor((list) => list.pending.length > 0);
    expect(pending.map(({ name }) => name)).toEqual(['Nobody has this']);
    await page.close();
  });

  const clickInMenu = (linkUrl: string): Promise<unknown> => {
    const click = JSON.stringify({ menuItemId: 'download-link', linkUrl });
    return browser.evaluateInServiceWorker(`chrome.contextMenus.onClicked.dispatch(${click}, undefined)`);
  };

  test('from the context menu of a link', async () => {
    await clickInMenu(magnet);
    const { pending } = await rpc.waitFor((list) => list.pending.length > 0);
    expect(pending.map(({ name }) => name)).toEqual(['sample']);
  });

  test('from the context menu of a link to a .torrent file', async () => {
    const file = lab.use(await WebPage.serve(await readFile(torrentFile)));
    await clickInMenu(`${file.url}#top`);
    const { pending } = await rpc.waitFor((list) => list.pending.length > 0);
    expect(pending.map(({ name }) => name)).toEqual([file.url]);
    const view = await browser.openView('popup');
    await view.getByRole('button', { name: 'Download', exact: true }).click();
    await rpc.waitForTorrent(infoHash, ({ totalBytes }) => totalBytes !== undefined);
    expect((await rpc.snapshot()).pending).toEqual([]);
    await view.close();
  });

  test('typed into the field of the manager', async () => {
    const view = await browser.openView('manager');
    await view.getByRole('textbox', { name: 'Magnet link' }).fill(withPeer(magnet, seeder.endpoint));
    await view.keyboard.press('Enter');
    await expectSampleInBrowser();
    await view.getByText('Complete', { exact: true }).waitFor();
    await view.close();
  });

  test('as a .torrent file dropped on the manager, with a choice of files first', async () => {
    const view = await browser.openView('manager');
    await view.getByRole('checkbox', { name: 'Choose files' }).check();
    await view.evaluate(
      (base64) => {
        const transfer = new DataTransfer();
        transfer.items.add(new File([Uint8Array.fromBase64(base64)], 'sample.torrent'));
        document.body.dispatchEvent(new DragEvent('drop', { dataTransfer: transfer, bubbles: true, cancelable: true }));
      },
      (await readFile(torrentFile)).toString('base64'),
    );
    await rpc.waitForTorrent(infoHash, ({ state }) => state.kind === 'awaiting-choice');
    await view.getByRole('checkbox', { name: 'All files' }).uncheck();
    await view.getByRole('checkbox', { name: 'Привет, мир.txt' }).check();
    await view.getByRole('button', { name: 'Download', exact: true }).click();
    const { host, port } = seeder.endpoint;
    await rpc.request('addMagnet', { magnet: withPeer(magnet, { host, port }), chooseFilesFirst: true });
    await rpc.waitForTorrent(infoHash, ({ state }) => state.kind === 'seeding', DOWNLOAD_TIMEOUT_MS);
    const chosen = (await rpc.details(infoHash))?.files.filter(({ priority }) => priority > 0) ?? [];
    expect(chosen.map(({ path, doneBytes }) => [path, doneBytes])).toEqual([['sample/Привет, мир.txt', 33_333]]);
    await view.close();
  });
});
