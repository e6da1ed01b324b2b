import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { EXTENSION_ID } from '@jstorrent/bridge-protocol';
import { chromium, type BrowserContext } from 'playwright-core';
import { findChromium } from './chromium.js';

const ROOT = join(import.meta.dirname, '../../..');
const EXTENSION = join(ROOT, 'dist/extension');
const HELPER = join(ROOT, 'daemon-bridge/bin/jstorrent-bridge.js');

/** Pages of the extension, by what they are for. */
export const PAGES = {
  manager: `chrome-extension://${EXTENSION_ID}/extension/src/ui/manager/index.html`,
  popup: `chrome-extension://${EXTENSION_ID}/extension/src/ui/popup/index.html`,
  setup: `chrome-extension://${EXTENSION_ID}/extension/src/ui/setup/index.html`,
} as const;

/** Registers the helper for one profile only, so that nothing outside of it changes. */
export async function registerHelper(profile: string): Promise<void> {
  const folder = join(profile, 'NativeMessagingHosts');
  await promisify(execFile)(process.execPath, [HELPER, 'install', '--manifest-dir', folder]);
}

/** Starts Chromium with the built extension. The profile is kept. */
export function launchBrowser(options: {
  readonly profile: string;
  readonly isHeadless: boolean;
}): Promise<BrowserContext> {
  // Playwright's own headless mode would look for a browser of its own.
  const mode = options.isHeadless ? ['--headless=new'] : [];
  return chromium.launchPersistentContext(options.profile, {
    executablePath: findChromium(),
    headless: false,
    // Chromium refuses its sandbox to root.
    chromiumSandbox: process.getuid?.() !== 0,
    viewport: null,
    handleSIGINT: false,
    ignoreDefaultArgs: ['--disable-extensions'],
    args: [
      ...mode,
      `--disable-extensions-except=${EXTENSION}`,
      `--load-extension=${EXTENSION}`,
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}
