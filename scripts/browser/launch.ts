import { chromium, type BrowserContext } from 'playwright-core';
import { findChromium } from './chromium.js';

export interface LaunchOptions {
  /** The profile's folder; kept. */
  readonly profile: string;
  /** The built extension. */
  readonly extension: string;
  readonly isHeadless: boolean;
}

export interface LaunchedBrowser {
  readonly context: BrowserContext;
  readonly extensionId: string;
}

const START_TIMEOUT_MS = 30_000;

/** Starts Chromium with the extension loaded and waits until its service worker runs. */
export async function launchBrowser({ profile, extension, isHeadless }: LaunchOptions): Promise<LaunchedBrowser> {
  const isRoot = process.getuid?.() === 0;
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: findChromium(),
    headless: isHeadless,
    // Chromium refuses its sandbox to root.
    chromiumSandbox: !isRoot,
    viewport: null,
    ignoreDefaultArgs: ['--disable-extensions'],
    args: [
      `--disable-extensions-except=${extension}`,
      `--load-extension=${extension}`,
      '--no-first-run',
      '--disable-default-apps',
    ],
  });
  const isOurs = (url: string) => url.startsWith('chrome-extension://');
  const worker =
    context.serviceWorkers().find((running) => isOurs(running.url())) ??
    (await context.waitForEvent('serviceworker', {
      predicate: (started) => isOurs(started.url()),
      timeout: START_TIMEOUT_MS,
    }));
  return { context, extensionId: new URL(worker.url()).host };
}
