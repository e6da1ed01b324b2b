import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { extname, join, resolve } from 'node:path';
import { chromium, type Browser } from 'playwright-core';
import { build } from 'vite';

/** Photographs every view on a fake feed, light and dark, narrow and wide, into docs/. Usage: screenshots.js [OUT-DIR [NAMES]], names as a regular expression. */

const ROOT = resolve(import.meta.dirname, '../..');
const PAGE = join(ROOT, 'extension/test/ui/page');
const ORIGIN = 'http://screenshots.test';
const MEDIA_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
};

interface Shot {
  readonly name: string;
  readonly query: string;
  readonly width: number;
  /** What of a long view is shown. */
  readonly part?: string;
  /** The tab of the open details. */
  readonly tab?: RegExp;
}

const NARROW = 400;
const WIDE = 1280;
const WIDEST = 1600;
const SHOTS: readonly Shot[] = [
  { name: 'popup', query: 'view=popup&scene=busy', width: 380 },
  { name: 'popup-link', query: 'view=popup&scene=link-clicked', width: 380 },
  { name: 'popup-link-refused', query: 'view=popup&scene=link-refused', width: 380 },
  { name: 'popup-helper-missing', query: 'view=popup&scene=helper-missing', width: 380 },
  { name: 'panel', query: 'view=manager&scene=busy', width: NARROW },
  { name: 'panel-details', query: 'view=manager&scene=busy&open=a', width: NARROW },
  { name: 'panel-peers', query: 'view=manager&scene=busy&open=a', width: NARROW, tab: /^Peers/ },
  { name: 'panel-trackers', query: 'view=manager&scene=busy&open=a', width: NARROW, tab: /^Trackers/ },
  { name: 'panel-options', query: 'view=manager&scene=busy&open=a', width: NARROW, tab: /^Options/ },
  { name: 'panel-no-peers', query: 'view=manager&scene=busy&open=c', width: NARROW },
  { name: 'panel-settings', query: 'view=manager&scene=busy&settings', width: NARROW },
  { name: 'panel-session', query: 'view=manager&scene=busy&settings', width: NARROW, part: '.session' },
  { name: 'panel-folders', query: 'view=manager&scene=folders', width: 360 },
  { name: 'panel-folder-lost', query: 'view=manager&scene=folder-lost', width: NARROW },
  { name: 'panel-folder-settings', query: 'view=manager&scene=folders&settings', width: NARROW },
  { name: 'panel-choose', query: 'view=manager&scene=choosing', width: NARROW },
  { name: 'panel-remove', query: 'view=manager&scene=busy&remove', width: NARROW },
  { name: 'panel-damaged', query: 'view=manager&scene=damaged', width: NARROW },
  { name: 'panel-removed', query: 'view=manager&scene=removed', width: NARROW },
  { name: 'manager', query: 'view=manager&scene=busy', width: WIDE },
  { name: 'manager-details', query: 'view=manager&scene=busy&open=a', width: WIDE },
  { name: 'manager-peers', query: 'view=manager&scene=busy&open=a', width: WIDE, tab: /^Peers/ },
  { name: 'manager-trackers', query: 'view=manager&scene=busy&open=a', width: WIDE, tab: /^Trackers/ },
  { name: 'manager-pieces', query: 'view=manager&scene=busy&open=a', width: WIDE, tab: /^Pieces/ },
  { name: 'manager-speed', query: 'view=manager&scene=busy&open=a', width: WIDE, tab: /^Speed/ },
  { name: 'panel-speed', query: 'view=manager&scene=busy&open=a', width: NARROW, tab: /^Speed/ },
  { name: 'manager-arabic', query: 'view=manager&scene=busy&open=a&lang=ar', width: WIDE },
  { name: 'panel-arabic', query: 'view=manager&scene=busy&lang=ar', width: 360 },
  { name: 'manager-german', query: 'view=manager&scene=busy&open=a&lang=de', width: 800 },
  { name: 'manager-settings', query: 'view=manager&scene=busy&settings', width: WIDE },
  { name: 'manager-folders', query: 'view=manager&scene=folders', width: WIDE },
  { name: 'manager-folder-lost', query: 'view=manager&scene=folder-lost', width: WIDE },
  { name: 'manager-removed', query: 'view=manager&scene=removed', width: WIDE },
  { name: 'manager-empty', query: 'view=manager&scene=empty', width: WIDE },
  { name: 'manager-choose', query: 'view=manager&scene=choosing', width: WIDE },
  { name: 'manager-beside', query: 'view=manager&scene=busy&open=a', width: WIDEST },
  { name: 'setup', query: 'view=setup&scene=helper-missing', width: WIDE },
];

async function shoot(browser: Browser, pages: string, shot: Shot, theme: 'light' | 'dark', out: string): Promise<void> {
  const context = await browser.newContext({
    colorScheme: theme,
    reducedMotion: 'reduce',
    locale: 'en-GB',
    timezoneId: 'UTC',
    viewport: { width: shot.width, height: shot.width >= WIDE ? 720 : 640 },
  });
  const page = await context.newPage();
  await page.route(`${ORIGIN}/**`, async (route) => {
    const path = new URL(route.request().url()).pathname;
    const contentType = MEDIA_TYPES[extname(path)];
    if (contentType === undefined) await route.fulfill({ status: 404 });
    else await route.fulfill({ contentType, body: await readFile(join(pages, path)) });
  });
  await page.goto(`${ORIGIN}/index.html?${shot.query}`);
  await page.locator('[role=progressbar], .empty, .card, .step, .setting').first().waitFor();
  if (shot.query.includes('open')) await page.locator('[role=tabpanel]').waitFor();
  if (shot.tab) await page.getByRole('tab', { name: shot.tab }).click();
  if (shot.query.includes('settings')) await page.locator('.setting').first().waitFor();
  if (shot.part) await page.locator(shot.part).first().scrollIntoViewIfNeeded();
  await page.screenshot({ path: join(out, `${shot.name}-${theme}.png`), fullPage: true });
  await context.close();
}

async function main(): Promise<void> {
  const out = resolve(process.argv[2] ?? join(ROOT, 'docs'));
  const pages = await mkdtemp(join(tmpdir(), 'jstorrent-screenshots-'));
  await mkdir(out, { recursive: true });
  await build({
    configFile: false,
    logLevel: 'warn',
    root: PAGE,
    resolve: { conditions: ['@jstorrent/source', 'module', 'browser', 'production'] },
    build: { outDir: pages, emptyOutDir: true },
  });
  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
  try {
    for (const shot of SHOTS.filter(({ name }) => new RegExp(process.argv[3] ?? '').test(name)))
      for (const theme of ['light', 'dark'] as const) await shoot(browser, pages, shot, theme, out);
  } finally {
    await browser.close();
    await rm(pages, { recursive: true, force: true });
  }
}

await main();
