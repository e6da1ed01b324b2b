import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';

/** Gives a profile preferences, before its browser is started for the first time. */
export async function setPreferences(profile: string, preferences: object): Promise<void> {
  await mkdir(join(profile, 'Default'), { recursive: true });
  await writeFile(join(profile, 'Default', 'Preferences'), JSON.stringify(preferences));
}

/** Lets pages write into folders that are dropped on them, without a question. */
export const FOLDERS_ALLOWED = { profile: { default_content_setting_values: { file_system_write_guard: 1 } } };

/** Drops a folder of this computer on the page, as a user drags it there. */
export async function dropFolder(page: Page, path: string): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const data = { items: [], files: [path], dragOperationsMask: 1 };
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
    await session.send('Input.dispatchDragEvent', { type, x: 180, y: 300, data });
  }
  await session.detach();
}
