import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile, readlink, statfs, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { createInfo, encodeMetainfo } from '@jstorrent/engine';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Lab } from '../../shared/engine/test/interop/lab.js';
import { LibtorrentPeer, OwnCli } from '../../shared/engine/test/interop/peers/index.js';
import { addTorrentFile, withPeer } from './downloads.js';
import { ExtensionBrowser, type RpcPage } from './harness.js';
import { byteOf, describeHuge, seedHuge } from './huge-torrent.js';

const DOWNLOAD_TIMEOUT_MS = 240_000;
const FILES = 5_000;
/** The least recently used are closed beyond 256; a few more are being opened or closed. */
const MAX_OPEN_FILES = 300;
const MIB = 1024 ** 2;
const GIB = 1024 ** 3;
/** Of half a GiB each: more than any disk of a test machine. */
const ENDLESS_PIECES = 2 ** 15;

describe('torrents of unusual size', () => {
  const lab = Lab.open();
  let browser: ExtensionBrowser;
  let rpc: RpcPage;

  beforeAll(async () => {
    browser = await ExtensionBrowser.launch({ helper: 'registered' });
    rpc = await browser.openRpc();
    await rpc.keepToThisMachine({ enablePex: false });
    await rpc.waitFor(({ bridge }) => bridge.kind === 'ready');
  });

  afterAll(() => browser.close());

  /** A file of the private file system on this disk, but for the browser's own index of it. */
  const isPrivateFile = (path: string) =>
    path.startsWith(browser.profile) && /\/File ?System\//.test(path) && !/\/(Paths|Origins)\//.test(path);

  /** Most files of the private file system that one process of the browser has open. */
  async function openFiles(): Promise<number> {
    let most = 0;
    for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
      if (!(await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '')).startsWith('chrom')) continue;
      const descriptors = await readdir(`/proc/${pid}/fd`).catch(() => []);
      const targets = await Promise.all(descriptors.map((fd) => readlink(`/proc/${pid}/fd/${fd}`).catch(() => '')));
      most = Math.max(most, targets.filter(isPrivateFile).length);
    }
    return most;
  }

  /** Bytes that the profile takes on the disk, whatever the lengths of its files are. */
  async function allocatedBytes(): Promise<number> {
    const { stdout } = await promisify(execFile)('du', ['-s', '--block-size=1', browser.profile]);
    return Number(stdout.split('\t')[0]);
  }

  test('5,000 files are downloaded with a few hundred open at most', async () => {
    const folder = lab.path('many', 'files');
    for (let index = 0; index < FILES; index++) {
      const path = join(folder, `${index % 50}`, `${index}.bin`);
      if (index < 50) await mkdir(dirname(path), { recursive: true });
      await writeFile(path, `${index}`.repeat(100 + (index % 300)));
    }
    const torrentFile = lab.path('many.torrent');
    await OwnCli.run('create', folder, '-o', torrentFile);
    const seeder = lab.use(await LibtorrentPeer.start());
    await seeder.seed({ torrentFile, dataDir: lab.path('many') });
    const infoHash = await addTorrentFile(rpc, torrentFile);
    const magnet = withPeer(`magnet:?xt=urn:btih:${infoHash}`, seeder.endpoint);
    await rpc.request('addMagnet', { magnet, chooseFilesFirst: false });
    let mostOpen = 0;
    await expect
      .poll(
        async () => {
          mostOpen = Math.max(mostOpen, await openFiles());
          return (await rpc.snapshot()).torrents.find(({ id }) => id === infoHash)?.state.kind;
        },
        { timeout: DOWNLOAD_TIMEOUT_MS, interval: 3000 },
      )
      .toBe('seeding');
    expect(mostOpen).toBeGreaterThan(0);
    expect(mostOpen).toBeLessThanOrEqual(MAX_OPEN_FILES);
    const { files = [] } = (await rpc.details(infoHash)) ?? {};
    expect(files.filter(({ doneBytes, length }) => doneBytes === length)).toHaveLength(FILES);
    for (const { index, path, length } of files.filter((_, at) => at % 250 === 0)) {
      const { data } = await rpc.request('readFile', { torrentId: infoHash, fileIndex: index, position: 0, length });
      const expected = await readFile(lab.path('many', path));
      expect(Buffer.from(data, 'base64').equals(expected)).toBe(true);
    }
    await rpc.request('remove', { torrentId: infoHash, deleteFiles: true });
  }, 300_000);

  test('of 20 GiB only what was downloaded takes room, at its far end too', async () => {
    const files = [
      { path: 'a.bin', length: 3 * MIB },
      { path: 'huge.bin', length: 20 * GIB },
      { path: 'z.bin', length: 3 * MIB },
    ] as const;
    const torrent = describeHuge('huge', files);
    const inside = [1300, 2600];
    const seeder = lab.use(await seedHuge(torrent, files, 'huge', [0, ...inside, 5120, 5121]));
    const magnet = withPeer(torrent.magnet, { host: '127.0.0.1', port: seeder.port });
    const { torrentId } = await rpc.request('addMagnet', { magnet, chooseFilesFirst: true });
    await rpc.waitForTorrent(torrentId, ({ state }) => state.kind === 'awaiting-choice', DOWNLOAD_TIMEOUT_MS);
    const before = await allocatedBytes();
    const skip = { priority: 0, fileIndices: [1] } as const;
    await rpc.request('setPriorities', { torrentId, changes: [skip] });
    await rpc.waitForTorrent(torrentId, ({ state }) => state.kind === 'seeding', DOWNLOAD_TIMEOUT_MS);
    expect((await allocatedBytes()) - before).toBeLessThan(64 * MIB);

    // The middle of it is wanted too: there is room for that, or it is told with figures.
    const { bavail, bsize } = await statfs(browser.profile);
    await rpc.request('setPriorities', { torrentId, changes: [{ priority: 4, fileIndices: [1] }] });
    if (bavail * bsize < 21 * GIB) {
      const { state } = await rpc.waitForTorrent(
        torrentId,
        ({ state }) => state.kind === 'failed',
        DOWNLOAD_TIMEOUT_MS,
      );
      expect(state).toMatchObject({ problem: { code: 'disk-full', room: {} } });
      return;
    }
    const have = 5 * 4 * MIB - 2 * MIB;
    await rpc.waitForTorrent(torrentId, ({ wantedDoneBytes }) => wantedDoneBytes === have, DOWNLOAD_TIMEOUT_MS);
    await rpc.request('stop', { torrentId });
    expect((await allocatedBytes()) - before).toBeLessThan(96 * MIB);
    for (const position of [0, 1300 * 4 * MIB - 3 * MIB, 2601 * 4 * MIB - 3 * MIB - 10, 20 * GIB - 10]) {
      const range = { torrentId, fileIndex: 1, position, length: 10 };
      const { data } = await rpc.request('readFile', range);
      expect([...Buffer.from(data, 'base64')]).toEqual(Array(10).fill(byteOf(3 * MIB + position)));
    }
    await rpc.request('remove', { torrentId, deleteFiles: true });
    expect((await allocatedBytes()) - before).toBeLessThan(32 * MIB);
  });

  test('hostile 50: more than the disk holds is told with figures before anything is downloaded', async () => {
    const pieces = new Uint8Array(20 * ENDLESS_PIECES);
    const content = { length: ENDLESS_PIECES * (GIB / 2) };
    const info = createInfo({ name: 'endless', pieceLength: GIB / 2, pieces, content, isPrivate: false });
    const metainfo = Buffer.from(encodeMetainfo({ info })).toString('base64');
    const { torrentId } = await rpc.request('addTorrent', { metainfo, chooseFilesFirst: false });
    const { state } = await rpc.waitForTorrent(torrentId, ({ state }) => state.kind === 'failed', DOWNLOAD_TIMEOUT_MS);
    // Until it is verified one of its pieces lies beside the file.
    const room = { neededBytes: content.length + GIB / 2 };
    expect(state).toMatchObject({ problem: { code: 'disk-full', room } });
    const manager = await browser.openView('manager');
    await manager.getByText('It needs 17.6 TB more').waitFor();
    await manager.close();
    await rpc.request('remove', { torrentId, deleteFiles: true });
  });
});
