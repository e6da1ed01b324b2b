import { mkdir, readdir, readFile, readlink, writeFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { encodeBencode } from '@jstorrent/engine';
import { NATIVE_HOST_NAME } from '@jstorrent/bridge-protocol';
import { Lab } from '../../shared/engine/test/interop/lab.js';
import { LibtorrentPeer, OwnCli, waitUntil, writePayload } from '../../shared/engine/test/interop/peers/index.js';
import { VIEW_PORT_NAME } from '../src/rpc/runtime-port.js';
import { addTorrentFile, withPeer } from './downloads.js';
import { ExtensionBrowser, type RpcPage } from './harness.js';
import { WebPage } from './web-page.js';

const DOWNLOAD_TIMEOUT_MS = 90_000;
/** Runs if it is ever taken for markup. No slash, so that a file can have this name. */
const HOSTILE = '<img src=x onerror=globalThis.owned=1>';
const EVIL_FILES = {
  'x.html': '<!doctype html><script src="evil.js"></script><script>globalThis.owned = 1</script>',
  'evil.js': 'globalThis.owned = 1;',
  'x.svg': '<svg xmlns="http://www.w3.org/2000/svg"><script>globalThis.owned = 1</script></svg>',
} as const;

describe('the local surface', () => {
  const lab = Lab.open();
  let browser: ExtensionBrowser;
  let rpc: RpcPage;
  let strangerId: string;

  beforeAll(async () => {
    const stranger = lab.path('stranger');
    await writeStranger(stranger);
    browser = await ExtensionBrowser.launch({ helper: 'registered', stranger });
    rpc = await browser.openRpc();
    await rpc.keepToThisMachine();
    await rpc.waitFor(({ client }) => client.listenPort !== undefined);
    const isStranger = (id: string) => id !== browser.extensionId;
    const findStranger = () =>
      browser.context
        .serviceWorkers()
        .map((worker) => new URL(worker.url()).host)
        .find(isStranger);
    strangerId = await waitUntil(findStranger, { timeoutMs: 60_000, what: 'the other extension runs' });
  });

  afterAll(() => browser.close());

  /** An extension that may speak to native hosts, as anybody's may. */
  async function writeStranger(folder: string): Promise<void> {
    await mkdir(folder, { recursive: true });
    const manifest = {
      manifest_version: 3,
      name: 'Stranger',
      version: '1',
      permissions: ['nativeMessaging'],
      background: { service_worker: 'worker.js' },
    };
    await writeFile(`${folder}/manifest.json`, JSON.stringify(manifest));
    await writeFile(`${folder}/worker.js`, '');
    await writeFile(`${folder}/page.html`, '<!doctype html>');
  }

  async function openWebPage(): Promise<Page> {
    const { url } = lab.use(await WebPage.serve('<!doctype html><title>web</title>'));
    const page = await browser.context.newPage();
    await page.goto(url);
    return page;
  }

  test('hostile 44: another extension reaches neither the helper nor the engine', async () => {
    const page = await browser.context.newPage();
    await page.goto(`chrome-extension://${strangerId}/page.html`);
    const attempts = await page.evaluate(
      async ([host, ourId, portName]) => {
        const whyEnded = (port: chrome.runtime.Port) =>
          new Promise<string>((resolve) => {
            port.onMessage.addListener(() => resolve('got a message'));
            port.onDisconnect.addListener(() => resolve(chrome.runtime.lastError?.message ?? 'ended'));
          });
        const native = chrome.runtime.connectNative(host);
        const view = chrome.runtime.connect(ourId, { name: portName });
        const ends = [whyEnded(native), whyEnded(view)];
        view.postMessage({ type: 'subscribeList' });
        const answers = ['openBridge', 'whenReady', 'ensureEngine'].map((type) =>
          chrome.runtime.sendMessage(ourId, { type }).then(
            () => 'answered',
            (error: unknown) => String(error),
          ),
        );
        return Promise.all([...ends, ...answers]);
      },
      [NATIVE_HOST_NAME, browser.extensionId, VIEW_PORT_NAME] as const,
    );
    const nobody = expect.stringContaining('Receiving end does not exist') as string;
    expect(attempts).toEqual([
      'Access to the specified native messaging host is forbidden.',
      nobody,
      nobody,
      nobody,
      nobody,
    ]);
    await page.close();
  });

  test('hostile 44: a web page can neither speak to the extension nor frame nor read it', async () => {
    const page = await openWebPage();
    const ours = `chrome-extension://${browser.extensionId}`;
    const attempts = await page.evaluate(async (base) => {
      const scope = globalThis as { chrome?: { runtime?: unknown } };
      const canRead = async (path: string) =>
        fetch(`${base}/${path}`).then(
          () => true,
          () => false,
        );
      const frame = async (path: string) => {
        const element = document.createElement('iframe');
        const loaded = new Promise((resolve) => element.addEventListener('load', resolve));
        element.src = `${base}/${path}`;
        document.body.append(element);
        await loaded;
      };
      await frame('extension/src/ui/manager/index.html');
      await frame('extension/src/ui/magnet/index.html');
      return {
        hasRuntime: scope.chrome?.runtime !== undefined,
        readsManifest: await canRead('manifest.json'),
        readsManager: await canRead('extension/src/ui/manager/index.html'),
      };
    }, ours);
    expect(attempts).toEqual({ hasRuntime: false, readsManifest: false, readsManager: false });
    // What a frame shows instead of a page that was refused.
    const refused = 'chrome-error://chromewebdata/';
    expect(page.frames().map((frame) => frame.url())).toEqual([page.url(), refused, refused]);
    await page.close();
  });

  test('hostile 43: once the fast lane is open, the helper listens for nobody but peers', async () => {
    const { client, bridge } = await rpc.snapshot();
    expect(bridge).toMatchObject({ kind: 'ready', lane: 'fast' });
    const [pid] = await browser.helperPids();
    expect(await listeningPorts(pid ?? 0)).toEqual([client.listenPort]);
  });

  test('hostile 45: names with markup in them are text in every view, whoever sent them', async () => {
    const file = `${HOSTILE}.bin`;
    await writePayload(lab.path('hostile', HOSTILE), { files: [{ path: file, length: 2_000_000 }], seed: 'hostile' });
    const tracker = lab.use(await WebPage.serve(Buffer.from(encodeBencode({ 'failure reason': HOSTILE }))));
    const torrentFile = lab.path('hostile.torrent');
    // So slow that it stays for as long as this test looks.
    const seeder = lab.use(await LibtorrentPeer.start({ settings: { user_agent: HOSTILE } }));
    await seeder.createTorrent({
      path: lab.path('hostile', HOSTILE),
      out: torrentFile,
      pieceLength: 16_384,
      trackers: [`${tracker.url}announce`],
    });
    const { infoHash } = await seeder.describe(torrentFile);
    await seeder.seed({ torrentFile, dataDir: lab.path('hostile'), uploadBytesPerSecond: 50_000 });
    await addTorrentFile(rpc, torrentFile);
    const link = withPeer(`magnet:?xt=urn:btih:${infoHash}`, seeder.endpoint);
    await rpc.request('addMagnet', { magnet: link, chooseFilesFirst: false });
    const magnet = `magnet:?xt=urn:btih:${'7'.repeat(40)}&dn=${encodeURIComponent(HOSTILE)}`;
    await rpc.page.evaluate((offered) => chrome.runtime.sendMessage({ type: 'takeMagnet', magnet: offered }), magnet);

    const manager = await browser.openView('manager');
    await manager.locator('.row-name').getByText(HOSTILE).waitFor();
    await manager.locator(`[data-torrent="${infoHash}"]`).click();
    await manager.locator('.file-path').getByText('.bin').waitFor();
    await manager.getByRole('tab', { name: 'Peers (1)' }).click();
    await manager.locator('.peer-client').getByText(HOSTILE).waitFor();
    await manager.getByRole('tab', { name: 'Trackers (1)' }).click();
    await manager.locator('.tracker-message').getByText(HOSTILE).waitFor();
    await expectNoMarkup(manager);
    for (const name of ['manager', 'popup', 'sidepanel'] as const) {
      const view = await browser.openView(name);
      await view.locator('.card-name').getByText(HOSTILE).waitFor();
      await view.locator('.row-name, .brief-name').getByText(HOSTILE).waitFor();
      await expectNoMarkup(view);
      await view.close();
    }
    await manager.close();
    await rpc.request('remove', { torrentId: infoHash, deleteFiles: true });
  });

  test('hostile 53: files that are pages and scripts have no URL of ours, and are only saved', async () => {
    await mkdir(lab.path('evil', 'site'), { recursive: true });
    for (const [name, text] of Object.entries(EVIL_FILES)) await writeFile(lab.path('evil', 'site', name), text);
    const torrentFile = lab.path('evil.torrent');
    const magnet = await OwnCli.run('create', lab.path('evil', 'site'), '-o', torrentFile);
    const seeder = lab.use(await LibtorrentPeer.start());
    await seeder.seed({ torrentFile, dataDir: lab.path('evil') });
    const link = withPeer(magnet, seeder.endpoint);
    const { torrentId } = await rpc.request('addMagnet', { magnet: link, chooseFilesFirst: false });
    await rpc.waitForTorrent(torrentId, ({ state }) => state.kind === 'seeding', DOWNLOAD_TIMEOUT_MS);

    const manager = await browser.openView('manager');
    await manager.locator(`[data-torrent="${torrentId}"]`).click();
    await manager.getByRole('button', { name: 'Save x.html' }).waitFor();
    expect(await manager.locator('a, iframe, object, embed, video, audio').count()).toBe(0);

    const ours = `chrome-extension://${browser.extensionId}`;
    const folders = ['', 'downloads/site/', 'site/', `stream/${torrentId}/`, 'stream/', 'temporary/site/'];
    const urls = folders.flatMap((folder) => Object.keys(EVIL_FILES).map((name) => `${ours}/${folder}${name}`));
    urls.push(...[0, 1, 2].map((index) => `${ours}/stream/${torrentId}/${index}`));
    urls.push(`filesystem:${ours}/temporary/downloads/site/x.html`);
    const page = await browser.context.newPage();
    for (const url of urls) {
      const outcome = await page.goto(url).then(
        (response) => `${url}: ${response?.status() ?? 'a page'}`,
        () => 'refused',
      );
      expect(outcome).toBe('refused');
      const asScript = await manager.evaluate((src) => {
        const script = document.createElement('script');
        const outcome = new Promise<string>((resolve) => {
          script.onload = () => resolve(`${src} ran`);
          script.onerror = () => resolve('refused');
        });
        script.src = src;
        document.body.append(script);
        return outcome;
      }, url);
      expect(asScript).toBe('refused');
    }
    await expectNoMarkup(manager);

    // Chrome's question and its dialog are not ours; the file behind the answer is real.
    await manager.evaluate(async () => {
      Object.assign(chrome.permissions, { request: () => Promise.resolve(false) });
      const folder = await navigator.storage.getDirectory();
      const handle = await folder.getFileHandle('saved', { create: true });
      Object.assign(globalThis, { showSaveFilePicker: () => Promise.resolve(handle) });
    });
    await manager.getByRole('button', { name: 'Save x.html' }).click();
    await manager.getByText('Saved: x.html').waitFor();
    const saved = await manager.evaluate(async () => {
      const folder = await navigator.storage.getDirectory();
      return (await (await folder.getFileHandle('saved')).getFile()).text();
    });
    expect(saved).toBe(EVIL_FILES['x.html']);
    await page.close();
    await manager.close();
  });
});

/** Nothing that was foreign became an element, and no script of it ran. */
async function expectNoMarkup(page: Page): Promise<void> {
  const found = await page.evaluate(() => ({
    images: document.images.length,
    frames: document.querySelectorAll('iframe, object, embed').length,
    isOwned: 'owned' in globalThis,
  }));
  expect(found).toEqual({ images: 0, frames: 0, isOwned: false });
}

/** TCP ports on which a process listens. */
async function listeningPorts(pid: number): Promise<readonly number[]> {
  const links = await Promise.all(
    (await readdir(`/proc/${pid}/fd`)).map((fd) => readlink(`/proc/${pid}/fd/${fd}`).catch(() => '')),
  );
  const inodes = new Set(links.map((link) => /^socket:\[(\d+)\]$/.exec(link)?.[1]));
  const tables = await Promise.all(['tcp', 'tcp6'].map((name) => readFile(`/proc/${pid}/net/${name}`, 'utf8')));
  const rows = tables.flatMap((table) =>
    table
      .trim()
      .split('\n')
      .slice(1)
      .map((row) => row.trim().split(/\s+/)),
  );
  const isListening = (row: readonly string[]) => row[3] === '0A' && inodes.has(row[9]);
  return rows.filter(isListening).map((row) => Number.parseInt(row[1]?.split(':')[1] ?? '', 16));
}
