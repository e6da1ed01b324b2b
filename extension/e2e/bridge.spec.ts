import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { Lab } from '../../shared/engine/test/interop/lab.js';
import { hashTree, LibtorrentPeer } from '../../shared/engine/test/interop/peers/index.js';
import { PAGE_PATHS } from '../src/rpc/pages.js';
import { ExtensionBrowser, type RpcPage } from './harness.js';

const lab = Lab.open();
const open: { close(): Promise<void> }[] = [];

afterEach(async () => {
  for (const thing of open.splice(0).reverse()) await thing.close();
});

async function launch(options: Parameters<typeof ExtensionBrowser.launch>[0]): Promise<ExtensionBrowser> {
  const browser = await ExtensionBrowser.launch(options);
  open.push(browser);
  return browser;
}

/** The engine runs and peers can reach it. */
async function waitListening(rpc: RpcPage): Promise<number> {
  const { client } = await rpc.waitFor(
    ({ bridge, client: { listenPort } }) => bridge.kind === 'ready' && listenPort !== undefined,
  );
  return client.listenPort ?? 0;
}

async function waitForFreshHelper(browser: ExtensionBrowser, before: readonly number[]): Promise<void> {
  const isFresh = async () => (await browser.helperPids()).some((pid) => !before.includes(pid));
  await expect.poll(isFresh, { timeout: 60_000 }).toBe(true);
}

describe('the bridge in Chromium', () => {
  it.each(['fast', 'native'] as const)('carries a download byte for byte by the %s lane', async (lane) => {
    const browser = await launch({ helper: 'registered' });
    const rpc = await browser.openRpc();
    await rpc.keepToThisMachine({ useFastLane: lane === 'fast' });
    await rpc.waitFor(({ bridge }) => bridge.kind === 'ready' && bridge.lane === lane);
    await waitListening(rpc);

    const seeder = lab.use(await LibtorrentPeer.start());
    const { torrentFile, magnet, infoHash } = await lab.createTorrent(lane);
    await seeder.seed({ torrentFile, dataDir: lab.path('data') });
    const link = `${magnet}&x.pe=${seeder.endpoint.host}:${seeder.endpoint.port}`;
    await rpc.request('addMagnet', { magnet: link, chooseFilesFirst: false });
    await rpc.waitFor(({ torrents }) => torrents[0]?.state.kind === 'seeding', 60_000);

    expect(await rpc.hashFiles(infoHash)).toEqual(
      Object.fromEntries(
        Object.entries(await hashTree(lab.path('data', 'sample'))).map(([path, hash]) => [join('sample', path), hash]),
      ),
    );
    const report = await rpc.request('runSelfTest', null);
    expect(report).toMatchObject({ bridge: { kind: 'ready', lane }, isUdpWorking: true, isDhtEnabled: false });
    for (const rate of [report.laneBytesPerSecond, report.hashBytesPerSecond]) expect(rate).toBeGreaterThan(1_000_000);
    expect(report.roundTripMs).toBeGreaterThan(0);
    expect(report.disk).toHaveProperty('readBytesPerSecond');
  });

  it('hostile 51: says that the helper is missing, and goes on once it is there', async () => {
    const browser = await launch({ helper: 'missing' });
    const rpc = await browser.openRpc();
    await rpc.waitFor(({ bridge }) => bridge.kind === 'missing');
    // The demo does without, down to the disk.
    await rpc.request('updateSettings', { badge: 'percent' });
    const { torrentId } = await rpc.request('addDemo', { label: 'Demo' });
    const title = () => browser.evaluateInServiceWorker('chrome.action.getTitle({})');
    const badge = () => browser.evaluateInServiceWorker('chrome.action.getBadgeText({})');
    await expect.poll(badge, { timeout: 20_000 }).toMatch(/^\d+%$/);
    await expect.poll(title, { timeout: 20_000 }).toMatch(/^JSTorrent\n↓ .+\/s {2}↑ .+\/s\n1 download, \d+ %$/);
    await rpc.waitForTorrent(torrentId, ({ state, label }) => state.kind === 'seeding' && label === 'Demo');
    await expect.poll(badge, { timeout: 20_000 }).toBe('');
    expect(Object.keys(await rpc.hashFiles(torrentId))).toHaveLength(2);
    await browser.registerHelper();
    await rpc.request('retryBridge', null);
    expect((await rpc.waitFor(({ bridge }) => bridge.kind === 'ready')).bridge).toMatchObject({ lane: 'fast' });
    await waitListening(rpc);
  });

  it('hostile 51: asks the trackers at once when the helper comes long after the start', async () => {
    const announces: URL[] = [];
    const tracker = createServer((request, response) => {
      announces.push(new URL(request.url ?? '/', 'http://tracker'));
      response.end('d8:completei0e10:incompletei1e8:intervali1800e5:peers0:e');
    });
    await new Promise<void>((resolve) => tracker.listen(0, '127.0.0.1', resolve));
    open.push({
      close: async () => {
        tracker.closeAllConnections();
        await new Promise((resolve) => tracker.close(resolve));
      },
    });
    const url = `http://127.0.0.1:${(tracker.address() as AddressInfo).port}/announce`;
    const browser = await launch({ helper: 'missing' });
    const rpc = await browser.openRpc();
    await rpc.keepToThisMachine();
    const torrentId = '7'.repeat(40);
    const magnet = `magnet:?xt=urn:btih:${torrentId}&tr=${encodeURIComponent(url)}`;
    await rpc.request('addMagnet', { magnet, chooseFilesFirst: false });
    const isPatient = async () =>
      ((await rpc.details(torrentId))?.trackers[0]?.nextAnnounceAt ?? 0) > Date.now() + 45_000;
    await expect.poll(isPatient, { timeout: 60_000 }).toBe(true);
    await browser.registerHelper();
    await rpc.request('retryBridge', null);
    const port = await waitListening(rpc);
    await expect.poll(() => announces.length, { timeout: 20_000 }).toBe(1);
    expect(announces[0]?.searchParams.get('event')).toBe('started');
    expect(announces[0]?.searchParams.get('port')).toBe(String(port));
  });

  it('hostile 47: kill -9 of the helper brings a new one, and the same port, once', async () => {
    const browser = await launch({ helper: 'registered' });
    const rpc = await browser.openRpc();
    const port = await waitListening(rpc);
    const before = await browser.helperPids();
    await browser.killHelpers();
    await waitForFreshHelper(browser, before);
    expect(await waitListening(rpc)).toBe(port);
    expect(await browser.helperPids()).toHaveLength(1);
  });

  it('hostile 47: the end of the service worker costs neither the engine nor the port', async () => {
    const browser = await launch({ helper: 'registered' });
    const rpc = await browser.openRpc();
    const port = await waitListening(rpc);
    await browser.evaluateInEngine('globalThis.isTheSame = true');
    const before = await browser.helperPids();
    await browser.stopServiceWorker();
    await waitForFreshHelper(browser, before);
    expect(await waitListening(rpc)).toBe(port);
    expect(await browser.helperPids()).toHaveLength(1);
    expect(await browser.evaluateInEngine('globalThis.isTheSame')).toBe(true);
  });

  it('hostile 47: kill -9 of the browser loses no torrent, no setting and no link that waits for an answer', async () => {
    const first = await ExtensionBrowser.launch({ helper: 'registered' });
    const rpc = await first.openRpc();
    const port = await waitListening(rpc);
    await rpc.keepToThisMachine({ useFastLane: false });
    const magnet = `magnet:?xt=urn:btih:${'5'.repeat(40)}&dn=kept`;
    await rpc.request('addMagnet', { magnet, chooseFilesFirst: false });
    const clicked = `magnet:?xt=urn:btih:${'6'.repeat(40)}&dn=clicked`;
    await rpc.page.evaluate((link) => chrome.runtime.sendMessage({ type: 'takeMagnet', magnet: link }), clicked);
    await first.kill();

    const second = await launch({ helper: 'registered', profile: first.profile });
    const again = await second.openRpc();
    expect(await waitListening(again)).toBe(port);
    const { torrents, bridge, pending } = await again.snapshot();
    expect(torrents.map(({ name }) => name)).toEqual(['kept']);
    expect(pending.map(({ name }) => name)).toEqual(['clicked']);
    expect(bridge).toMatchObject({ kind: 'ready', lane: 'native' });
  });
});

describe('magnet links', () => {
  /** A web page whose links lead where the registered protocol handler would. */
  async function openSite(extensionId: string, magnets: readonly string[]): Promise<string> {
    const handler = `chrome-extension://${extensionId}/${PAGE_PATHS.magnet}?magnet=`;
    const links = magnets.map(
      (magnet, index) => `<a id="m${index}" href="${handler}${encodeURIComponent(magnet)}">m</a>`,
    );
    const frame = `<iframe src="${handler}${encodeURIComponent('magnet:?xt=urn:btih:' + 'f'.repeat(40))}"></iframe>`;
    const server: Server = createServer((_request, response) => {
      response.setHeader('content-type', 'text/html').end(links.join('') + frame);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    open.push({
      close: () => {
        server.closeAllConnections();
        return new Promise((resolve) => server.close(() => resolve()));
      },
    });
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  }

  it('hostile 46: a link clicked again and again is one question, and the page stays', async () => {
    const browser = await launch({ helper: 'missing' });
    const rpc = await browser.openRpc();
    await rpc.keepToThisMachine();
    await rpc.snapshot();
    const magnets = ['a', 'b'].map((digit) => `magnet:?xt=urn:btih:${digit.repeat(40)}&dn=${digit}`);
    const url = await openSite(browser.extensionId, magnets);
    const page = await browser.context.newPage();
    await page.goto(url);
    // Playwright's own click would wait for a navigation that never comes.
    await page.evaluate(async () => {
      for (let times = 0; times < 20; times++) {
        document.getElementById('m0')?.click();
        await new Promise((resolve) => setTimeout(resolve));
      }
      document.getElementById('m1')?.click();
    });
    const { pending, torrents } = await rpc.waitFor((list) => list.pending.length === 2);
    expect(pending.map(({ name }) => name)).toEqual(['a', 'b']);
    expect(torrents).toEqual([]);
    expect(page.url()).toBe(url);
    expect(browser.context.pages().filter((open) => open.url().includes('ui/magnet'))).toEqual([]);

    const pendingId = pending[0]?.pendingId ?? '';
    await rpc.request('confirmPending', { pendingId, chooseFilesFirst: false });
    const after = await rpc.waitFor((list) => list.pending.length === 1);
    expect(after.torrents.map(({ name }) => name)).toEqual(['a']);
  });
});
