import { mkdir } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Lab } from '../../shared/engine/test/interop/lab.js';
import { hashTree, LibtorrentPeer, OwnCli, writePayload } from '../../shared/engine/test/interop/peers/index.js';
import { withPeer } from './downloads.js';
import type { TorrentSnapshot } from '../src/rpc/types.js';
import { copyExtension, givePermission } from './extension-copy.js';
import { setPreferences } from './profile.js';
import { ExtensionBrowser, type RpcPage } from './harness.js';

const TRANSFER_TIMEOUT_MS = 60_000;
/** Some that a browser would show or run, and one whose name Chrome does not take. */
const FILES = ['x.html', 'evil.js', 'x.svg', 'sub/x.pdf', 'sub/.hidden', 'film.mkv'].map((path, index) => ({
  path,
  length: 40_000 + index,
}));

describe('saving to the downloads of Chrome', () => {
  const lab = Lab.open();
  let browser: ExtensionBrowser;
  let rpc: RpcPage;
  let infoHash: string;

  beforeAll(async () => {
    await writePayload(lab.path('seed', 'site'), { files: FILES, seed: 'site' });
    await mkdir(lab.path('downloads'));
    await setPreferences(lab.path('profile'), { download: { default_directory: lab.path('downloads') } });
    const extension = await copyExtension(lab.path('extension'), givePermission('downloads'));
    browser = await ExtensionBrowser.launch({ helper: 'registered', profile: lab.path('profile'), extension });
    const session = await browser.context.browser()?.newBrowserCDPSession();
    await session?.send('Browser.setDownloadBehavior', { behavior: 'default' });
    rpc = await browser.openRpc();
    await rpc.keepToThisMachine();
    await rpc.waitFor(({ bridge }) => bridge.kind === 'ready');

    const torrentFile = lab.path('site.torrent');
    const magnet = await OwnCli.run('create', lab.path('seed', 'site'), '-o', torrentFile);
    infoHash = /btih:([0-9a-f]{40})/.exec(magnet)?.[1] ?? '';
    const seeder = lab.use(await LibtorrentPeer.start());
    await seeder.seed({ torrentFile, dataDir: lab.path('seed') });
    await rpc.request('addMagnet', { magnet: withPeer(magnet, seeder.endpoint), chooseFilesFirst: false });
    await rpc.waitForTorrent(infoHash, ({ state }) => state.kind === 'seeding', TRANSFER_TIMEOUT_MS);
  });

  afterAll(() => browser.close());

  test('hostile 53: all files arrive whole under their names, and nothing of them is shown', async () => {
    const manager = await browser.openView('manager');
    await manager.getByRole('row', { name: /^site, / }).click();
    const opened: string[] = [];
    browser.context.on('page', (page) => opened.push(page.url()));
    await manager.getByRole('button', { name: 'Save to Downloads', exact: true }).click();
    await manager.getByText('Saved to Downloads: site').waitFor();

    const { 'site/sub/.hidden': hidden, ...others } = await hashTree(lab.path('seed'));
    expect(await hashTree(lab.path('downloads'))).toEqual({ ...others, 'site/sub/_hidden': hidden });
    expect(opened).toEqual([]);
    await manager.close();
  });

  test('the URLs that named the files end with their downloads', async () => {
    const urls = (await browser.evaluateInServiceWorker(
      'chrome.downloads.search({}).then((items) => items.map(({ url }) => url))',
    )) as readonly string[];
    expect(urls).toHaveLength(FILES.length);
    for (const url of urls) {
      expect(url).toMatch(/^blob:/);
      const attempt = `fetch(${JSON.stringify(url)}).then(() => 'alive', () => 'gone')`;
      expect(await browser.evaluateInEngine(attempt)).toBe('gone');
    }
  });

  test('the files of a paused one are checked from the menu: what is wrong is found, and it stays paused', async () => {
    await rpc.request('stop', { torrentId: infoHash });
    const damaged =
      await browser.evaluateInEngine(`navigator.storage.getDirectory().then(async function damage(folder) {
      for await (const entry of folder.values()) {
        if (entry.kind === 'directory') {
          if (await damage(entry)) return true;
        } else if (entry.name === 'film.mkv') {
          const file = await entry.createWritable({ keepExistingData: true });
          await file.write(new Uint8Array(8));
          await file.close();
          return true;
        }
      }
      return false;
    })`);
    expect(damaged).toBe(true);
    const manager = await browser.openView('manager');
    await manager.getByRole('row', { name: /^site, / }).click({ button: 'right' });
    await manager.getByRole('menuitem', { name: 'Check files' }).click();
    const isFound = ({ state, wantedDoneBytes, wantedBytes }: TorrentSnapshot) =>
      state.kind === 'stopped' && wantedDoneBytes < wantedBytes;
    await rpc.waitForTorrent(infoHash, isFound, TRANSFER_TIMEOUT_MS);
    await manager.close();
    await rpc.request('start', { torrentId: infoHash });
    await rpc.waitForTorrent(infoHash, ({ state }) => state.kind === 'seeding', TRANSFER_TIMEOUT_MS);
  });

  test('the question before a removal gives the focus back', async () => {
    const view = await browser.openView('manager');
    const focus = () => view.evaluate(() => document.activeElement?.getAttribute('data-torrent') ?? 'none');
    const row = view.locator(`[data-torrent="${infoHash}"]`);
    await row.focus();
    await row.press('Delete');
    await view.getByRole('button', { name: 'Cancel' }).click();
    expect(await focus()).toBe(infoHash);
    await row.press('Delete');
    await view.getByRole('dialog').press('Escape');
    await view.getByRole('dialog').waitFor({ state: 'detached' });
    expect(await focus()).toBe(infoHash);
    await view.close();
  });

  test('one file alone is saved, and none of a torrent that is gone', async () => {
    const saving = rpc.request('saveToDownloads', { torrentId: infoHash, fileIndices: [FILES.length - 1] });
    await expect(saving).resolves.toBeNull();
    await rpc.request('stop', { torrentId: infoHash });
    await rpc.request('remove', { torrentId: infoHash, deleteFiles: true });
    await expect(rpc.request('saveToDownloads', { torrentId: infoHash, fileIndices: [0] })).rejects.toThrow(
      'unknown-torrent',
    );
  });
});
