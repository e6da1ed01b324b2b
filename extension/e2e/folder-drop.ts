import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';

/** Lets pages of this profile write into folders that are dropped on them, without a question. Before the browser is started. */
export async function allowFolders(profile: string): Promise<void> {
  const preferences = { profile: { default_content_setting_values: { file_system_write_guard: 1 } } };
  await mkdir(join(profile, 'Default'), { recursive: true });
  await writeFile(join(profile, 'Default', 'Preferences'), JSON.stringify(preferences));
}

/** Drops a folder of this computer in the middle of the page, as a user drags it there. */
export async function dropFolder(page: Page, path: string): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const data = { items: [], files: [path], dragOperationsMask: 1 };
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
    await session.send('Input.dispatchDragEvent', { type, x: 180, y: 300, data });
  }
  await session.detach();
}
