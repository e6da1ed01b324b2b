import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium } from 'playwright-core';

const NAMES = ['chromium', 'chromium-browser'];

/**
 * A Chromium that loads unpacked extensions from the command line; branded Chrome does not. `JSTORRENT_CHROMIUM` names another one. Throws
 * with a line that says what to install.
 */
export function findChromium(): string {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const candidates = [
    process.env['JSTORRENT_CHROMIUM'] ?? '',
    ...folders.flatMap((folder) => NAMES.map((name) => join(folder, name))),
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
    chromium.executablePath(),
  ];
  const found = candidates.find((path) => path !== '' && isExecutable(path));
  if (found === undefined) throw new Error('Chromium is missing: install it, or name one in JSTORRENT_CHROMIUM');
  return found;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
