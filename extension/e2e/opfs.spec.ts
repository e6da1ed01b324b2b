import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Lab } from '../../shared/engine/test/interop/lab.js';
import { hashTree, LibtorrentPeer } from '../../shared/engine/test/interop/peers/index.js';
import type { TorrentState } from '../src/rpc/types.js';
import { withPeer } from './downloads.js';
import { copyExtension, type Manifest } from './extension-copy.js';
import { ExtensionBrowser, type RpcPage } from './harness.js';

const DOWNLOAD_TIMEOUT_MS = 90_000;
/** Room for a part of the sample: of its biggest file also for the end, which takes up all of it and may come first. */
const SMALL_QUOTA_BYTES = 2_600_000;
const END_STATES: readonly TorrentState['kind'][] = ['failed', 'seeding'];

describe('the private file system of the extension', () => {
  const lab = Lab.open();
  let browser: ExtensionBrowser;
  let rpc: RpcPage;

  beforeAll(async () => {
    const extension = await copyExtension(lab.path('extension'), limitStorage);
    browser = await ExtensionBrowser.launch({ helper: 'registered', extension });
    rpc = await browser.openRpc();
    await rpc.keepToThisMachine();
    await rpc.waitFor(({ bridge }) => bridge.kind === 'ready');
  });

  afterAll(() => browser.close());

  /** Only without this permission does the browser keep to a quota, which stands for a disk here. */
  function limitStorage({ permissions, ...manifest }: Manifest): Manifest {
    return { ...manifest, permissions: permissions.filter((name) => name !== 'unlimitedStorage') };
  }

  test('hostile 50: when it is full the download stops with that reason, keeps what it has, and goes on when there is room', async () => {
    const { torrentFile, magnet, infoHash } = await lab.createTorrent('full');
    const seeder = lab.use(await LibtorrentPeer.start());
    await seeder.seed({ torrentFile, dataDir: lab.path('data') });
    const origin = `chrome-extension://${browser.extensionId}`;
    const session = await browser.context.newCDPSession(rpc.page);
    await session.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: SMALL_QUOTA_BYTES });
    await rpc.request('addMagnet', { magnet: withPeer(magnet, seeder.endpoint), chooseFilesFirst: false });
    const full = await rpc.waitForTorrent(
      infoHash,
      ({ state }) => END_STATES.includes(state.kind),
      DOWNLOAD_TIMEOUT_MS,
    );
    expect(full.state).toMatchObject({ kind: 'failed', problem: { code: 'disk-full' } });
    expect(full.wantedDoneBytes).toBeGreaterThan(0);

    const manager = await browser.openView('manager');
    await manager.getByText('The disk is full. Make some room, then resume.').waitFor();
    await session.send('Storage.overrideQuotaForOrigin', { origin });
    await rpc.waitForTorrent(infoHash, ({ state }) => state.kind === 'seeding', DOWNLOAD_TIMEOUT_MS);
    expect(await rpc.hashFiles(infoHash)).toEqual(await hashTree(lab.path('data')));
    await manager.close();
  });
});
