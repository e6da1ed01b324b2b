import { mkdir, readdir, readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Lab } from '../../shared/engine/test/interop/lab.js';
import {
  hashTree,
  LibtorrentPeer,
  OwnCli,
  waitUntil,
  writePayload,
} from '../../shared/engine/test/interop/peers/index.js';
import { CHROMIUM, ExtensionBrowser, type RpcPage } from './harness.js';
import { dropFolder, FOLDERS_ALLOWED, setPreferences } from './profile.js';
import { writeSmallDiskBrowser } from './small-disk.js';

const DOWNLOAD_TIMEOUT_MS = 90_000;
const MIB = 1024 * 1024;
/** The browser's own files, what is left to the host, one part of 64 MiB, and a little. */
const DISK_MIB = 180;

describe('beside a browser whose disk is small', () => {
  const lab = Lab.open();
  let browser: ExtensionBrowser;
  let rpc: RpcPage;

  beforeAll(async () => {
    const profile = lab.path('profile');
    await setPreferences(profile, FOLDERS_ALLOWED);
    const executable = lab.path('small-disk-browser');
    await writeSmallDiskBrowser(executable, { browser: CHROMIUM, profile, mebibytes: DISK_MIB });
    browser = await ExtensionBrowser.launch({ helper: 'registered', profile, executable });
    rpc = await browser.openRpc();
    await rpc.keepToThisMachine();
    await rpc.waitFor(({ bridge }) => bridge.kind === 'ready');
  });

  afterAll(() => browser.close());

  test('hostile 50: a torrent bigger than it comes to a folder all the same: file after file, the biggest in parts', async () => {
    const files = [30, 30, 200].map((mib, index) => ({ path: `album/${index}.bin`, length: mib * MIB }));
    await writePayload(lab.path('seed'), { files, seed: 'short' });
    const torrentFile = lab.path('album.torrent');
    const magnet = await OwnCli.run('create', lab.path('seed', 'album'), '-o', torrentFile);
    const infoHash = /btih:([0-9a-f]{40})/.exec(magnet)?.[1] ?? '';
    const seeder = lab.use(await LibtorrentPeer.start());
    await seeder.seed({ torrentFile, dataDir: lab.path('seed') });

    const picked = lab.path('picked');
    await mkdir(picked);
    const manager = await browser.openView('manager');
    await manager.getByRole('button', { name: 'Add', exact: true }).waitFor();
    await dropFolder(manager, picked);
    await manager.getByText('Downloads can go to picked now.').waitFor();
    const root = (await rpc.snapshot()).folders[0]?.id ?? '';
    const metainfo = (await readFile(torrentFile)).toString('base64');
    await rpc.request('addTorrent', { metainfo, chooseFilesFirst: true, root });
    await manager.getByText('album', { exact: true }).first().click();
    await manager.getByText('and the biggest in parts').waitFor();
    await manager.getByRole('button', { name: 'Download', exact: true }).click();
    await rpc.waitForTorrent(infoHash, ({ state }) => state.kind === 'downloading', DOWNLOAD_TIMEOUT_MS);
    await seeder.addPeer({ host: '127.0.0.1', port: (await rpc.snapshot()).client.listenPort ?? 0 });
    const isInParts = async () => (await readdir(picked)).includes('.jstorrent');
    await waitUntil(isInParts, { timeoutMs: DOWNLOAD_TIMEOUT_MS, what: 'a part is in the folder' });
    await rpc.waitForTorrent(infoHash, ({ isInPlace }) => isInPlace, DOWNLOAD_TIMEOUT_MS);
    const isPutTogether = async () => !(await isInParts());
    await waitUntil(isPutTogether, { timeoutMs: DOWNLOAD_TIMEOUT_MS, what: 'no part is left' });
    expect(await hashTree(picked)).toEqual(await hashTree(lab.path('seed')));
  });
});
