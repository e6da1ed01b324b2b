import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ViewPages } from './view-pages.js';

/** Every view on a fake feed, in Chromium, looked at by axe-core. */

/** Off: the name of a row sums up what is in it, and that of a day is its whole name; both begin with what is seen. */
const OFF = { 'label-content-name-mismatch': { enabled: false } };
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

interface View {
  readonly name: string;
  readonly query: string;
  readonly width: number;
  readonly theme?: 'dark';
  readonly forcedColors?: 'active';
  /** What is done before the look. */
  readonly act?: (page: Page) => Promise<void>;
}

const tab =
  (name: RegExp) =>
  (page: Page): Promise<void> =>
    page.getByRole('tab', { name }).click();

const VIEWS: readonly View[] = [
  { name: 'the popup', query: 'view=popup&scene=busy', width: 380 },
  { name: 'the popup with a question, dark', query: 'view=popup&scene=link-clicked', width: 380, theme: 'dark' },
  { name: 'the panel', query: 'view=manager&scene=busy&open=a', width: 360 },
  {
    name: 'the panel with the question what to add',
    query: 'view=manager&scene=busy',
    width: 360,
    act: (page) => page.getByRole('button', { name: 'Add', exact: true }).click(),
  },
  { name: 'the panel, dark', query: 'view=manager&scene=folder-lost', width: 400, theme: 'dark' },
  { name: 'the panel with a choice of files', query: 'view=manager&scene=choosing', width: 400 },
  { name: 'the manager', query: 'view=manager&scene=removed&open=a', width: 1280 },
  { name: 'the manager, dark', query: 'view=manager&scene=busy&open=c', width: 1280, theme: 'dark' },
  { name: 'the manager in Arabic', query: 'view=manager&scene=busy&open=a&lang=ar', width: 800 },
  {
    name: 'the manager in forced colours',
    query: 'view=manager&scene=busy&open=a',
    width: 1280,
    theme: 'dark',
    forcedColors: 'active',
  },
  { name: 'the panel in forced colours', query: 'view=manager&scene=choosing', width: 400, forcedColors: 'active' },
  { name: 'peers', query: 'view=manager&scene=busy&open=a', width: 1280, act: tab(/^Peers/) },
  { name: 'trackers', query: 'view=manager&scene=busy&open=a', width: 1280, act: tab(/^Trackers/) },
  { name: 'pieces', query: 'view=manager&scene=busy&open=a', width: 1280, act: tab(/^Pieces/) },
  { name: 'speed', query: 'view=manager&scene=busy&open=a', width: 1280, act: tab(/^Speed/) },
  {
    name: 'the speed of everything',
    query: 'view=manager&scene=busy',
    width: 400,
    act: (page) => page.locator('.totals .button').click(),
  },
  { name: 'options', query: 'view=manager&scene=busy&open=a', width: 1280, act: tab(/^Options/) },
  {
    name: 'the context menu',
    query: 'view=manager&scene=busy',
    width: 1280,
    act: (page) => page.locator('[data-torrent]').first().click({ button: 'right' }),
  },
  {
    name: 'the columns',
    query: 'view=manager&scene=busy',
    width: 1280,
    act: (page) => page.getByRole('button', { name: 'Columns and density' }).click(),
  },
  {
    name: 'the keyboard shortcuts',
    query: 'view=manager&scene=busy',
    width: 1280,
    act: (page) => page.keyboard.press('?'),
  },
  { name: 'the settings', query: 'view=manager&scene=folders&settings', width: 400 },
  { name: 'the settings, dark', query: 'view=manager&scene=busy&settings', width: 1280, theme: 'dark' },
  { name: 'the settings in Arabic', query: 'view=manager&scene=folders&settings&lang=ar', width: 800 },
  {
    name: 'the self-test',
    query: 'view=manager&scene=troubled&settings',
    width: 400,
    act: async (page) => {
      await page.getByRole('button', { name: 'Run' }).click();
      await page.locator('.check-row').first().waitFor();
    },
  },
  { name: 'the question before removing', query: 'view=manager&scene=busy&remove', width: 400 },
  { name: 'the setup', query: 'view=setup&scene=helper-missing', width: 1280 },
  { name: 'the setup with downloads, dark', query: 'view=setup&scene=busy', width: 400, theme: 'dark' },
  { name: 'the empty list', query: 'view=manager&scene=empty', width: 1280 },
];

let pages: ViewPages;
let axe: string;

beforeAll(async () => {
  axe = await readFile(fileURLToPath(import.meta.resolve('axe-core/axe.min.js')), 'utf8');
  pages = await ViewPages.build('page');
});

afterAll(() => pages.close());

async function open({ query, width, theme, forcedColors }: View): Promise<Page> {
  const viewport = { width, height: 720 };
  const page = await pages.open(query, {
    viewport,
    colorScheme: theme ?? 'light',
    reducedMotion: 'reduce',
    forcedColors: forcedColors ?? 'none',
  });
  await page.locator('[role=progressbar], .empty, .card, .step, .setting').first().waitFor();
  if (query.includes('open')) await page.locator('[role=tabpanel]').waitFor();
  if (query.includes('settings')) await page.locator('.setting').first().waitFor();
  return page;
}

/** `rule: element` of everything that axe finds. */
async function violations(page: Page): Promise<readonly string[]> {
  await page.evaluate(axe);
  const found = await page.evaluate(
    `axe.run({ runOnly: { type: 'tag', values: ${JSON.stringify(RULES)} }, rules: ${JSON.stringify(OFF)} }).then(({ violations }) =>
      violations.flatMap(({ id, nodes }) => nodes.map(({ html, any }) => id + ': ' + html.slice(0, 160) + ' ' + (any[0]?.message ?? ''))))`,
  );
  return found as readonly string[];
}

test.each(VIEWS)('axe finds nothing in $name', async (view) => {
  const page = await open(view);
  await view.act?.(page);
  expect(await violations(page)).toEqual([]);
  await page.close();
});

/** What is cut off at an edge of the page, where nothing scrolls to it: `button: Pause`. */
function cutOff(): readonly string[] {
  const isReachable = (element: Element): boolean => {
    for (let box = element.parentElement; box; box = box.parentElement)
      if (/auto|scroll/.test(getComputedStyle(box).overflowX) && box.scrollWidth > box.clientWidth) return true;
    return false;
  };
  return [...document.querySelectorAll('button, input, select, [role=tab]')]
    .filter((element) => {
      const { left, right, width } = element.getBoundingClientRect();
      return width > 1 && (left < -1 || right > innerWidth + 1) && !isReachable(element);
    })
    .map((element) => `${element.tagName}: ${element.getAttribute('aria-label') ?? element.textContent}`);
}

const ZOOMED: readonly View[] = [
  { name: 'the manager', query: 'view=manager&scene=busy&open=a', width: 640 },
  { name: 'the choice of files', query: 'view=manager&scene=choosing', width: 320 },
  { name: 'the panel in Arabic', query: 'view=manager&scene=busy&open=a&lang=ar', width: 320 },
  { name: 'the panel in German', query: 'view=manager&scene=folder-lost&open=b&lang=de', width: 320 },
  { name: 'the settings', query: 'view=manager&scene=folders&settings', width: 320 },
  { name: 'the setup', query: 'view=setup&scene=helper-missing', width: 320 },
];

test.each(ZOOMED)('nothing is cut off in $name, $width pixels wide, as where 1280 are magnified', async (view) => {
  const page = await open(view);
  expect(await page.evaluate(cutOff)).toEqual([]);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(view.width);
  await page.close();
});

test('nothing moves by itself where the user wants less motion', async () => {
  const page = await open({ name: '', query: 'view=manager&scene=busy&open=a', width: 1280 });
  const moving = await page.evaluate(() =>
    document
      .getAnimations()
      .filter(({ effect }) => effect?.getComputedTiming().iterations === Infinity)
      .map((animation) => (animation instanceof CSSAnimation ? animation.animationName : animation.id)),
  );
  expect(moving).toEqual([]);
  await page.close();
});

test('from 1500 pixels on the details stand beside the list, and their edge follows the keys', async () => {
  const page = await open({ name: '', query: 'view=manager&scene=busy&open=a', width: 1600 });
  const [list, pane] = [await page.locator('.list').boundingBox(), await page.locator('.pane').boundingBox()];
  expect(pane?.x).toBeGreaterThan((list?.x ?? NaN) + (list?.width ?? NaN));
  expect(list?.height).toBe(pane?.height);
  await page.locator('.pane-edge').press('ArrowLeft');
  const wider = await page.locator('.pane').boundingBox();
  expect(wider?.width).toBe((pane?.width ?? NaN) + 24);
  expect(await violations(page)).toEqual([]);
  await page.close();
});

test('the speed graph says how fast it was where the pointer is, and where it is wider after that', async () => {
  const page = await open({ name: '', query: 'view=manager&scene=busy&open=a', width: 1280 });
  await page.getByRole('tab', { name: /^Speed/ }).click();
  const plot = page.locator('.speed-chart .u-over');
  await plot.hover();
  const time = page.locator('.speeds-head .figure').nth(2);
  await expect.poll(() => time.textContent()).toMatch(/\d:\d\d/);
  const width = (await plot.boundingBox())?.width ?? NaN;
  await page.setViewportSize({ width: 1400, height: 720 });
  await expect.poll(async () => (await plot.boundingBox())?.width).toBe(width + 120);
  await page.mouse.move(0, 0);
  await expect.poll(() => time.count()).toBe(0);
  await page.close();
});

test('the speeds in the header lead to how fast everything was', async () => {
  const page = await open({ name: '', query: 'view=manager&scene=busy', width: 400 });
  await page.locator('.totals .button').click();
  const dialog = page.getByRole('dialog', { name: 'Speed of all downloads' });
  await dialog.locator('.u-over').waitFor();
  await page.keyboard.press('Escape');
  await expect.poll(() => dialog.count()).toBe(0);
  await page.close();
});

test('the columns shown at first fit a table of every width', async () => {
  const page = await open({ name: '', query: 'view=manager&scene=busy', width: 1280 });
  const list = page.locator('.list[role=grid]');
  for (const width of [720, 959, 960, 1059, 1060, 1280]) {
    await page.setViewportSize({ width, height: 720 });
    await expect.poll(() => list.evaluate((box) => box.scrollWidth - box.clientWidth)).toBe(0);
  }
  await page.close();
});
