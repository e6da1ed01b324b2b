import { appendFile, mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Lab } from '../../shared/engine/test/interop/lab.js';
import {
  hashTree,
  LibtorrentPeer,
  OwnCli,
  waitUntil,
  writePayload,
} from '../../shared/engine/test/interop/peers/index.js';
import { addTorrentFile, withPeer } from './downloads.js';
import { ExtensionBrowser, type RpcPage } from './harness.js';
import type { TorrentSnapshot } from '../src/rpc/types.js';
import { dropFolder, FOLDERS_ALLOWED, FOLDERS_ASKED, setPreferences } from './profile.js';
import { VirtualScreen } from './virtual-screen.js';

const TRANSFER_TIMEOUT_MS = 90_000;
/** Copied in more than a moment. */
const BIG_BYTES = 200 * 1024 * 1024;
/** Where the button of Chrome's question is, in its window of 1280 pixels. */
const ALLOW = { x: 790, y: 203 };

const isSeeding = ({ state, attention }: { state: { kind: string }; attention: unknown }) =>
  state.kind === 'seeding' && attention === undefined;

/** All that the private file system holds below the folder of downloads. */
const STORED_FILES = `(async () => {
  const found = [];
  const walk = async (folder, path) => {
    for await (const [name, handle] of folder.entries()) {
      if (handle.kind === 'directory') await walk(handle, path + name + '/');
      else found.push(path + name);
    }
  };
  const storage = await navigator.storage.getDirectory();
  await walk(await storage.getDirectoryHandle('downloads', { create: true }), '');
  return found;
})()`;

describe('a folder of the user', () => {
  const lab = Lab.open();
  let browser: ExtensionBrowser;
  let rpc: RpcPage;

  beforeAll(async () => {
    await mkdir(lab.path('picked'));
    await setPreferences(lab.path('profile'), FOLDERS_ALLOWED);
    await launch();
    await rpc.keepToThisMachine();
  });

  afterAll(() => browser.close());

  async function launch(screen?: VirtualScreen): Promise<void> {
    browser = await ExtensionBrowser.launch({
      helper: 'registered',
      profile: lab.path('profile'),
      ...(screen && { display: screen.display }),
    });
    rpc = await browser.openRpc();
    await rpc.waitFor(({ bridge, client }) => bridge.kind === 'ready' && client.listenPort !== undefined);
  }

  /** The id of the one folder. */
  async function folderId(): Promise<string> {
    return (await rpc.snapshot()).folders[0]?.id ?? '';
  }

  /** A torrent of one big file and its seeder. */
  async function seedBig(name: string): Promise<{ torrentFile: string; infoHash: string; seeder: LibtorrentPeer }> {
    const payload = [{ path: `${name}.bin`, length: BIG_BYTES }];
    await writePayload(lab.path(name), { files: payload, seed: name });
    const torrentFile = lab.path(`${name}.torrent`);
    const magnet = await OwnCli.run('create', lab.path(name, `${name}.bin`), '-o', torrentFile);
    const seeder = lab.use(await LibtorrentPeer.start());
    await seeder.seed({ torrentFile, dataDir: lab.path(name) });
    return { torrentFile, infoHash: /btih:([0-9a-f]{40})/.exec(magnet)?.[1] ?? '', seeder };
  }

  /** Downloads a big file while the folder is away, so that the copy begins when the test wants it to. */
  async function downloadWithoutFolder(name: string): Promise<string> {
    const { infoHash, torrentFile, seeder } = await seedBig(name);
    await rpc.request('updateSettings', { defaultRoot: await folderId() });
    await rename(lab.path('picked'), lab.path('away'));
    await addTorrentFile(rpc, torrentFile);
    await seeder.addPeer({ host: '127.0.0.1', port: (await rpc.snapshot()).client.listenPort ?? 0 });
    await rpc.waitForTorrent(infoHash, ({ wantedDoneBytes }) => wantedDoneBytes === BIG_BYTES, TRANSFER_TIMEOUT_MS);
    await seeder.stop();
    return infoHash;
  }

  async function storedFiles(): Promise<readonly string[]> {
    return (await browser.evaluateInEngine(STORED_FILES)) as readonly string[];
  }

  test('takes what is downloaded, file by file, out of the browser, and is seeded from', async () => {
    const { torrentFile, magnet, infoHash } = await lab.createTorrent('folder');
    const seeder = lab.use(await LibtorrentPeer.start());
    await seeder.seed({ torrentFile, dataDir: lab.path('data') });

    const manager = await browser.openView('manager');
    await manager.getByText('Nothing here yet').waitFor();
    await dropFolder(manager, lab.path('picked'));
    await manager.getByText('Downloads can go to picked now.').waitFor();
    await manager.getByLabel('Where new downloads go').selectOption({ label: 'picked' });
    await manager.getByRole('textbox', { name: 'Magnet link' }).fill(withPeer(magnet, seeder.endpoint));
    await manager.getByRole('button', { name: 'Add', exact: true }).click();
    await rpc.waitForTorrent(infoHash, isSeeding, TRANSFER_TIMEOUT_MS);
    await manager.getByText('saved in picked').waitFor();
    await seeder.stop();

    await lab.expectSample(lab.path('picked'));
    expect(await storedFiles()).toEqual([]);
    const leecher = lab.use(await LibtorrentPeer.start());
    await leecher.leech({ source: { torrentFile }, outDir: lab.path('out') });
    await leecher.addPeer({ host: '127.0.0.1', port: (await rpc.snapshot()).client.listenPort ?? 0 });
    await leecher.waitComplete({ timeoutMs: TRANSFER_TIMEOUT_MS });
    await lab.expectSample(lab.path('out'));
    await manager.close();
  });

  test('hostile 50: that is away holds no download up, and one click has it copied when it is back', async () => {
    const infoHash = await downloadWithoutFolder('away-one');
    const manager = await browser.openView('manager');
    await manager.getByText('The folder picked is not there').waitFor();
    expect(await storedFiles()).toEqual(['away-one.bin']);
    await rename(lab.path('away'), lab.path('picked'));
    await manager.getByRole('button', { name: 'Look again' }).click();
    await rpc.waitForTorrent(infoHash, isSeeding, TRANSFER_TIMEOUT_MS);
    expect(await manager.getByText('The folder picked is not there').count()).toBe(0);
    const { 'away-one.bin': copy } = await hashTree(lab.path('picked'));
    expect({ 'away-one.bin': copy }).toEqual(await hashTree(lab.path('away-one')));
    expect(await storedFiles()).toEqual([]);
    await manager.close();
  });

  test('hostile 50: a file that the user edited is not replaced at the next start: one click repairs it', async () => {
    const { id } = (await rpc.snapshot()).torrents.find(({ name }) => name === 'away-one.bin') ?? { id: '' };
    const place = lab.path('picked', 'away-one.bin');
    await browser.close({ keepProfile: true });
    const mine = new Uint8Array(BIG_BYTES + 1).fill(1, 0, 100);
    mine.set((await readFile(place)).subarray(100), 100);
    await writeFile(place, mine);
    await launch();
    const isFailed = ({ state }: TorrentSnapshot) =>
      state.kind === 'failed' && state.problem.code === 'files-changed' && state.problem.files?.[0] === 'away-one.bin';
    await rpc.waitForTorrent(id, isFailed, TRANSFER_TIMEOUT_MS);
    expect((await readFile(place)).equals(mine)).toBe(true);
    const manager = await browser.openView('manager');
    await manager.getByText('“away-one.bin” changed or disappeared.').waitFor();
    // Its seeder is gone: what is wrong waits for one, and the copy of the user stays until then.
    await manager.getByRole('button', { name: 'Download again: away-one.bin' }).click();
    await rpc.waitForTorrent(id, ({ state }) => state.kind === 'downloading', TRANSFER_TIMEOUT_MS);
    expect((await readFile(place)).equals(mine)).toBe(true);
    const seeder = lab.use(await LibtorrentPeer.start());
    await seeder.seed({ torrentFile: lab.path('away-one.torrent'), dataDir: lab.path('away-one') });
    await seeder.addPeer({ host: '127.0.0.1', port: (await rpc.snapshot()).client.listenPort ?? 0 });
    await rpc.waitForTorrent(id, isSeeding, TRANSFER_TIMEOUT_MS);
    await seeder.stop();
    expect(await hashTree(lab.path('away-one'))).toEqual({
      'away-one.bin': (await hashTree(lab.path('picked')))['away-one.bin'],
    });
    expect(await storedFiles()).toEqual([]);
    await appendFile(place, 'added by the user');
    await rename(lab.path('picked'), lab.path('away'));
    await rpc.request('refreshFolders', null);
    await rpc.waitForTorrent(id, ({ state }) => state.kind === 'failed');
    await rename(lab.path('away'), lab.path('picked'));
    await rpc.request('refreshFolders', null);
    await rpc.waitForTorrent(id, isSeeding, TRANSFER_TIMEOUT_MS);
    await manager.close();
  });

  test('hostile 47: kill -9 in the middle of a copy loses nothing, leaves nothing, and the copy is made', async () => {
    const infoHash = await downloadWithoutFolder('killed');
    await rename(lab.path('away'), lab.path('picked'));
    await rpc.request('refreshFolders', null);
    const isCopying = async () => (await readdir(lab.path('picked'))).some((name) => name.endsWith('.crswap'));
    await waitUntil(isCopying, { timeoutMs: 20_000, what: 'the copy begins' });
    await browser.kill();
    await launch();
    await rpc.waitForTorrent(infoHash, isSeeding, TRANSFER_TIMEOUT_MS);
    const found = await hashTree(lab.path('picked'));
    expect({ 'killed.bin': found['killed.bin'] }).toEqual(await hashTree(lab.path('killed')));
    expect(Object.keys(found).filter((path) => path.includes('killed'))).toEqual(['killed.bin']);
    expect(await storedFiles()).toEqual([]);
  });

  test('hostile 50: that Chrome forgot over a restart is asked for with one button; given back, all goes on', async () => {
    await browser.close({ keepProfile: true });
    await setPreferences(lab.path('profile'), FOLDERS_ASKED);
    const screen = lab.use(await VirtualScreen.open());
    await launch(screen);
    const manager = await browser.openView('manager');
    await manager.bringToFront();
    await manager.getByText('Folder access lost: picked').waitFor();
    expect((await rpc.snapshot()).folders).toMatchObject([{ name: 'picked', access: 'prompt' }]);
    expect((await rpc.snapshot()).torrents.filter(isSeeding)).toEqual([]);
    await manager.getByRole('button', { name: 'Allow again' }).click();
    // Chrome's question stands above the page, which takes no clicks that come too early or too late for it.
    await manager.evaluate(`for (const type of ['pointerdown', 'mousedown', 'click'])
      addEventListener(type, (event) => { event.preventDefault(); event.stopPropagation(); }, true)`);
    const isGranted = async () => (await rpc.snapshot()).folders[0]?.access === 'granted';
    // Chrome heeds no click that comes too soon after another.
    const clickAllow = async () => {
      await screen.click(ALLOW.x, ALLOW.y);
      return waitUntil(isGranted, { timeoutMs: 3000, what: 'the click counts' }).then(
        () => true,
        () => false,
      );
    };
    await waitUntil(clickAllow, { timeoutMs: 60_000, what: 'Chrome allows the folder again' });
    const list = await rpc.waitFor(({ torrents }) => torrents.every(isSeeding), TRANSFER_TIMEOUT_MS);
    expect(list.torrents).toHaveLength(3);
    expect(await manager.getByText('Folder access lost: picked').count()).toBe(0);
    await browser.close({ keepProfile: true });

    await setPreferences(lab.path('profile'), FOLDERS_ALLOWED);
    await launch();
    await rpc.waitFor(({ torrents }) => torrents.every(isSeeding), TRANSFER_TIMEOUT_MS);
  });
});
