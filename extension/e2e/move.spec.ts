import { cp, mkdir, readdir } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Lab } from '../../shared/engine/test/interop/lab.js';
import { LibtorrentPeer } from '../../shared/engine/test/interop/peers/index.js';
import { addTorrentFile } from './downloads.js';
import { ExtensionBrowser, type RpcPage } from './harness.js';
import { dropFolder, FOLDERS_ALLOWED, setPreferences } from './profile.js';

const TRANSFER_TIMEOUT_MS = 90_000;

/** Has the page's picker answer with the folder that was dropped on it before. */
const PICK_THE_DROPPED = `new Promise((resolve) => {
  indexedDB.open('jstorrent-folders').onsuccess = ({ target: { result: database } }) => {
    const reading = database.transaction('folders').objectStore('folders').getAll();
    reading.onsuccess = () => {
      database.close();
      window.showDirectoryPicker = () => Promise.resolve(reading.result[0].handle);
      resolve();
    };
  };
})`;

describe('the place of a torrent', () => {
  const lab = Lab.open();
  let browser: ExtensionBrowser;
  let rpc: RpcPage;
  let manager: Page;
  let infoHash: string;
  let torrentFile: string;

  beforeAll(async () => {
    await mkdir(lab.path('picked'));
    await setPreferences(lab.path('profile'), FOLDERS_ALLOWED);
    browser = await ExtensionBrowser.launch({ helper: 'registered', profile: lab.path('profile') });
    rpc = await browser.openRpc();
    await rpc.waitFor(({ bridge, client }) => bridge.kind === 'ready' && client.listenPort !== undefined);
    await rpc.keepToThisMachine();
    manager = await browser.openView('manager');
    await manager.getByText('Nothing here yet').waitFor();
    await dropFolder(manager, lab.path('picked'));
    await manager.getByText('Downloads can go to picked now.').waitFor();
    ({ infoHash, torrentFile } = await lab.createTorrent('moving'));
  });

  afterAll(() => browser.close());

  async function openOptions(): Promise<void> {
    await manager.locator(`[data-torrent="${infoHash}"]`).click();
    await manager.getByRole('tab', { name: 'Options' }).click();
  }

  test('changes to a folder and back into the browser, and nothing is downloaded again', async () => {
    const seeder = lab.use(await LibtorrentPeer.start());
    await seeder.seed({ torrentFile, dataDir: lab.path('data') });
    await addTorrentFile(rpc, torrentFile);
    await seeder.addPeer({ host: '127.0.0.1', port: (await rpc.snapshot()).client.listenPort ?? 0 });
    const { downloadedBytes } = await rpc.waitForTorrent(
      infoHash,
      ({ state }) => state.kind === 'seeding',
      TRANSFER_TIMEOUT_MS,
    );
    await seeder.stop();
    await openOptions();
    const place = manager.getByLabel('Place of the files');
    await place.selectOption({ label: 'picked' });
    await rpc.waitForTorrent(
      infoHash,
      ({ root, state, isInPlace }) => root !== 'default' && state.kind === 'seeding' && isInPlace,
      TRANSFER_TIMEOUT_MS,
    );
    await manager.getByText('saved in picked').waitFor();
    await lab.expectSample(lab.path('picked'));
    await place.selectOption({ label: 'In the browser' });
    const back = await rpc.waitForTorrent(
      infoHash,
      ({ root, state }) => root === 'default' && state.kind === 'seeding',
      TRANSFER_TIMEOUT_MS,
    );
    expect(back.downloadedBytes).toBe(downloadedBytes);
    expect(await readdir(lab.path('picked'))).toEqual([]);
  });

  test('is kept under another name, in a folder and in the browser, and nothing is downloaded again', async () => {
    const [before] = (await rpc.snapshot()).torrents;
    const place = manager.getByLabel('Place of the files');
    const isSeedingAs = (name: string) =>
      rpc.waitForTorrent(
        infoHash,
        ({ state, entryName, isInPlace }) => state.kind === 'seeding' && entryName === name && isInPlace,
        TRANSFER_TIMEOUT_MS,
      );
    const disk = manager.getByLabel('Name on the disk');
    await disk.fill('In the browser');
    await disk.press('Enter');
    await isSeedingAs('In the browser');
    await place.selectOption({ label: 'picked' });
    await isSeedingAs('In the browser');
    expect(await readdir(lab.path('picked'))).toEqual(['In the browser']);
    await disk.fill('In a folder');
    await disk.press('Enter');
    await isSeedingAs('In a folder');
    expect(await readdir(lab.path('picked'))).toEqual(['In a folder']);
    await manager.getByRole('tab', { name: /^Files/ }).click();
    const file = manager.locator('.file:not([data-folder])').first();
    await file.hover();
    await file.getByRole('button', { name: /^Rename: / }).click();
    await manager.locator('.file-rename').fill('renamed.bin');
    await manager.locator('.file-rename').press('Enter');
    await manager.getByText('renamed.bin').waitFor();
    const after = await isSeedingAs('In a folder');
    expect(after.downloadedBytes).toBe(before?.downloadedBytes);
    const found = await readdir(lab.path('picked'), { recursive: true });
    expect(found.some((path) => path.endsWith('renamed.bin'))).toBe(true);
    await rpc.request('remove', { torrentId: infoHash, deleteFiles: true });
    await manager.getByText('Nothing here yet').waitFor();
    expect(await readdir(lab.path('picked'))).toEqual([]);
  });

  test('is where the user has the files already, whatever their folder is called', async () => {
    const [name = ''] = await readdir(lab.path('data'));
    await cp(lab.path('data', name), lab.path('picked', 'My own copy'), { recursive: true });
    await addTorrentFile(rpc, torrentFile);
    await rpc.waitForTorrent(infoHash, ({ state }) => state.kind === 'downloading');
    await manager.evaluate(PICK_THE_DROPPED);
    await openOptions();
    await manager.getByLabel('I already have these files').click();
    const found = await rpc.waitForTorrent(infoHash, ({ state }) => state.kind === 'seeding', TRANSFER_TIMEOUT_MS);
    expect(found).toMatchObject({ downloadedBytes: 0, isInPlace: true });
    expect(await readdir(lab.path('picked'))).toEqual(['My own copy']);
  });
});
