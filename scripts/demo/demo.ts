import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BrowserContext, Page } from 'playwright-core';
import type { TorrentSnapshot } from '../../extension/src/rpc/types.js';
import { askEngine, waitForList } from '../browser/engine.js';
import { launchBrowser, PAGES, registerHelper } from '../browser/launch.js';
import { hashPrivateFiles } from '../browser/private-files.js';
import { serveDemoPage } from './page.js';
import { writeSamples } from './samples.js';
import { createTorrent, startSeeder } from './seeder.js';
import { startDemoTracker } from './tracker.js';

const TORRENT_NAME = 'JSTorrent demo';
const HELPER_TIMEOUT_MS = 30_000;
const LINK_TIMEOUT_MS = 30_000;
const DOWNLOAD_TIMEOUT_MS = 120_000;

export interface DemoOptions {
  readonly isHeadless: boolean;
  /** Clicks and answers by itself, checks every file, and ends. Otherwise the user does, until the browser is closed. */
  readonly isUnattended: boolean;
  readonly interrupted: AbortSignal;
  readonly say: (line: string) => void;
}

/** The whole job on this machine alone: tracker, two seeders, a page with a link, and the extension. Throws when it does not work. */
export async function runDemo(options: DemoOptions): Promise<void> {
  const { say } = options;
  const cleanUps: (() => Promise<void>)[] = [];
  const folder = await mkdtemp(join(tmpdir(), 'jstorrent-demo-'));
  cleanUps.push(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
  try {
    const hashes = await writeSamples(join(folder, 'seed', TORRENT_NAME));
    say(`Made ${hashes.size} sample files`);
    const tracker = await startDemoTracker();
    cleanUps.push(() => tracker.close());
    const torrentFile = join(folder, 'demo.torrent');
    const magnet = await createTorrent(join(folder, 'seed', TORRENT_NAME), torrentFile, tracker.announceUrl);
    say(`Tracker: ${tracker.announceUrl}`);
    for (const name of ['first', 'second']) {
      cleanUps.push(await startSeeder(torrentFile, join(folder, 'seed')));
      say(`The ${name} seeder is ready`);
    }
    const page = await serveDemoPage(magnet);
    cleanUps.push(() => page.close());

    const profile = join(folder, 'profile');
    await registerHelper(profile);
    const context = await launchBrowser({ profile, isHeadless: options.isHeadless });
    cleanUps.push(() => context.close());
    say(`Chromium is running${options.isHeadless ? ' (headless)' : ''}; the helper is registered for its profile only`);
    await setUp(context);
    say('The extension found its helper and handles magnet links');

    const web = context.pages()[0] ?? (await context.newPage());
    await web.goto(page.url);
    if (options.isUnattended) await clickThrough(context, web, hashes, say);
    else await leaveToUser(context, page.url, options);
  } finally {
    for (const cleanUp of cleanUps.reverse()) await cleanUp();
  }
}

/** What a user does once in the setup page, and the one setting that a swarm on loopback needs. */
async function setUp(context: BrowserContext): Promise<void> {
  const page = await context.newPage();
  const session = await context.newCDPSession(page);
  await session.send('Page.enable');
  await session.send('Page.setRPHRegistrationMode', { mode: 'autoAccept' });
  await page.goto(PAGES.setup);
  const isReady = (kind: string) => (kind === 'ready' ? true : undefined);
  const options = { timeoutMs: HELPER_TIMEOUT_MS, what: 'the helper is found' };
  await waitForList(page, ({ bridge }) => isReady(bridge.kind), options);
  await askEngine(page, 'updateSettings', { allowLocalPeers: true, enableDht: false, enableLsd: false });
  await page.getByRole('button', { name: 'Open magnet links' }).click();
  await page.close();
}

async function leaveToUser(context: BrowserContext, url: string, { say, interrupted }: DemoOptions): Promise<void> {
  say(`Now click the link on ${url} and answer in the popup. Close the browser or press Ctrl-C to end.`);
  await untilClosed(context, interrupted);
}

/** Ends when the user closes the browser or interrupts. */
export function untilClosed(context: BrowserContext, interrupted: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    context.once('close', () => resolve());
    interrupted.addEventListener('abort', () => resolve());
  });
}

/** Clicks the link, says yes in the popup, waits for the end, and compares every file with its original. */
async function clickThrough(
  context: BrowserContext,
  web: Page,
  hashes: ReadonlyMap<string, string>,
  say: (line: string) => void,
): Promise<void> {
  const started = performance.now();
  await web.locator('#magnet').click();
  say('Clicked the link');
  const popup = await context.newPage();
  await popup.goto(PAGES.popup);
  await popup.getByRole('button', { name: 'Download', exact: true }).click({ timeout: LINK_TIMEOUT_MS });
  say('Said yes in the popup');
  let lastPercent = -1;
  const finished = ({ torrents }: { readonly torrents: readonly TorrentSnapshot[] }) => {
    const [torrent] = torrents;
    if (!torrent) return undefined;
    if (torrent.state.kind === 'failed') throw new Error(`the download failed: ${torrent.state.problem.message}`);
    const percent = torrent.wantedBytes === 0 ? 0 : Math.floor((100 * torrent.wantedDoneBytes) / torrent.wantedBytes);
    if (percent !== lastPercent) say(`${torrent.name}: ${torrent.state.kind}, ${percent} %`);
    lastPercent = percent;
    return torrent.state.kind === 'seeding' ? torrent : undefined;
  };
  await waitForList(popup, finished, { timeoutMs: DOWNLOAD_TIMEOUT_MS, what: 'the download is complete' });
  say(`Complete after ${((performance.now() - started) / 1000).toFixed(1)} s`);
  const found = await hashPrivateFiles(popup);
  for (const [path, hash] of hashes) {
    const suffix = `/${TORRENT_NAME}/${path}`;
    const [, actual] = [...found].find(([place]) => place.endsWith(suffix)) ?? [];
    if (actual !== hash) throw new Error(`${path}: ${actual === undefined ? 'missing' : 'differs from the original'}`);
    say(`${path}: SHA-256 ${hash.slice(0, 16)}… equal`);
  }
}
