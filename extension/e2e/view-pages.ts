import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { build } from 'vite';
import { CHROMIUM } from './harness.js';

const PAGES = join(import.meta.dirname, '../test/ui');
const ORIGIN = 'http://views.test';
const MEDIA_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
};

/** The views without the extension around them, in Chromium: on the fake feed (`page`), or with very many torrents (`load`). */
export class ViewPages {
  private constructor(
    private readonly browser: Browser,
    private readonly folder: string,
  ) {}

  static async build(name: 'page' | 'load'): Promise<ViewPages> {
    const folder = await mkdtemp(join(tmpdir(), 'jstorrent-views-'));
    await build({
      configFile: false,
      logLevel: 'warn',
      root: join(PAGES, name),
      resolve: { conditions: ['@jstorrent/source', 'module', 'browser', 'production'] },
      build: { outDir: folder, emptyOutDir: true },
    });
    return new ViewPages(await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] }), folder);
  }

  /** Opens one view in a context of its own, which closing the page closes. */
  async open(query: string, options: BrowserContextOptions): Promise<Page> {
    const page = await this.browser.newPage(options);
    await page.route(`${ORIGIN}/**`, async (route) => {
      const path = new URL(route.request().url()).pathname;
      const contentType = MEDIA_TYPES[extname(path)];
      if (contentType === undefined) await route.fulfill({ status: 404 });
      else await route.fulfill({ contentType, body: await readFile(join(this.folder, path)) });
    });
    await page.goto(`${ORIGIN}/index.html?${query}`);
    return page;
  }

  async close(): Promise<void> {
    await this.browser.close();
    await rm(this.folder, { recursive: true, force: true });
  }
}
