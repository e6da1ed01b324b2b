import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';

interface Preferences {
  readonly profile?: { readonly default_content_setting_values?: Readonly<Record<string, number>> };
  readonly [name: string]: unknown;
}

/** Gives a profile preferences while its browser does not run; those of before stay beside them. */
export async function setPreferences(profile: string, preferences: Preferences): Promise<void> {
  const file = join(profile, 'Default', 'Preferences');
  const before = await readFile(file, 'utf8').catch(() => '{}');
  const known = JSON.parse(before) as Preferences;
  await mkdir(join(profile, 'Default'), { recursive: true });
  await writeFile(
    file,
    JSON.stringify({ ...known, ...preferences, profile: { ...known.profile, ...preferences.profile } }),
  );
}

/** Lets pages read and write folders that are dropped on them or were before, without a question. */
export const FOLDERS_ALLOWED: Preferences = {
  profile: { default_content_setting_values: { file_system_write_guard: 1, file_system_read_guard: 1 } },
};

/** For folders the user is asked, as anew after each start. */
export const FOLDERS_ASKED: Preferences = { profile: { default_content_setting_values: {} } };

/** Drops a folder of this computer on the page, as a user drags it there. */
export async function dropFolder(page: Page, path: string): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const data = { items: [], files: [path], dragOperationsMask: 1 };
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
    await session.send('Input.dispatchDragEvent', { type, x: 180, y: 300, data });
  }
  await session.detach();
}
