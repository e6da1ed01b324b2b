import type { Page } from 'playwright-core';

/** SHA-256 in hex of every file in the extension's private file system (OPFS), by its path. `page` is any page of the extension. */
export async function hashPrivateFiles(page: Page): Promise<ReadonlyMap<string, string>> {
  const entries = await page.evaluate(async () => {
    const found: [path: string, hash: string][] = [];
    const visit = async (folder: FileSystemDirectoryHandle, path: string): Promise<void> => {
      for await (const [name, handle] of folder.entries()) {
        const place = path === '' ? name : `${path}/${name}`;
        if (handle instanceof FileSystemDirectoryHandle) {
          await visit(handle, place);
        } else if (handle instanceof FileSystemFileHandle) {
          const bytes = await (await handle.getFile()).arrayBuffer();
          const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
          found.push([place, Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('')]);
        }
      }
    };
    await visit(await navigator.storage.getDirectory(), '');
    return found;
  });
  return new Map(entries);
}
