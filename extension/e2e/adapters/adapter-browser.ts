import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium, type Page } from 'playwright-core';
import { build, preview } from 'vite';
import { LOOPBACK_ONLY } from '../loopback-only.js';
import { dropFolder, FOLDERS_ALLOWED, setPreferences } from '../profile.js';

/** A page of a real browser that has the adapters, with a folder of the user's. */
export interface AdapterBrowser {
  readonly page: Page;
  /** The folder that was dropped on the page, on this machine's disk. */
  readonly picked: string;
  close(): Promise<void>;
}

export async function openAdapterBrowser(): Promise<AdapterBrowser> {
  const folder = await mkdtemp(join(tmpdir(), 'jstorrent-adapters-'));
  const shared = {
    configFile: false as const,
    root: fileURLToPath(new URL('.', import.meta.url)),
    logLevel: 'warn' as const,
    build: { outDir: join(folder, 'page'), emptyOutDir: true, target: 'chrome148' },
  };
  const conditions = ['@jstorrent/source', 'module', 'browser', 'development|production'];
  // Without a profile on disk the file system would live in memory and follow other rules.
  const profile = join(folder, 'profile');
  await build({ ...shared, resolve: { conditions }, worker: { format: 'es' } });
  const server = await preview({ ...shared, preview: { host: '127.0.0.1', port: 0 } });
  await setPreferences(profile, FOLDERS_ALLOWED);
  const browser = await chromium.launchPersistentContext(profile, {
    executablePath: process.env['JSTORRENT_CHROMIUM'] ?? '/usr/bin/chromium',
    args: ['--no-sandbox', LOOPBACK_ONLY],
  });
  const page = await browser.newPage();
  await page.goto(server.resolvedUrls?.local[0] ?? '');
  const picked = join(folder, 'picked');
  await mkdir(picked);
  await dropFolder(page, picked);
  return {
    page,
    picked,
    close: async () => {
      await browser.close();
      await server.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
