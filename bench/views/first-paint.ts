import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { copyExtension } from '../../extension/e2e/extension-copy.js';
import { ExtensionBrowser } from '../../extension/e2e/harness.js';
import type { Scratch } from '../scratch.js';

const EMPTY_PAGE = 'empty.html';

/** The extension with a page beside its views that shows one word. */
export class PaintBrowser {
  private constructor(private readonly browser: ExtensionBrowser) {}

  static async launch(scratch: Scratch): Promise<PaintBrowser> {
    const extension = await copyExtension(await scratch.folder('painted-extension'), (manifest) => manifest);
    await writeFile(join(extension, EMPTY_PAGE), '<!doctype html><meta charset="utf-8"><title>Empty</title><p>Empty');
    const browser = await ExtensionBrowser.launch({ helper: 'registered', extension });
    const rpc = await browser.openRpc();
    await rpc.keepToThisMachine();
    return new PaintBrowser(browser);
  }

  /** Milliseconds from the start of a page to what it paints first. */
  async firstPaintMs(path: string): Promise<number> {
    const page = await this.browser.context.newPage();
    try {
      await page.goto(`chrome-extension://${this.browser.extensionId}/${path}`);
      return await page.evaluate(
        () =>
          new Promise<number>((resolve) => {
            const observer = new PerformanceObserver((list) => {
              const paint = list.getEntriesByName('first-contentful-paint')[0];
              if (paint) resolve(paint.startTime);
            });
            observer.observe({ type: 'paint', buffered: true });
          }),
      );
    } finally {
      await page.close();
    }
  }

  emptyPaintMs(): Promise<number> {
    return this.firstPaintMs(EMPTY_PAGE);
  }

  close(): Promise<void> {
    return this.browser.close();
  }
}
