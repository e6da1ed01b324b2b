import { statfs } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { errorCode } from './file-errors.js';

/** Bytes that may still be written below `directory`, which need not exist yet; undefined where the system does not say. */
export async function freeBytes(directory: string): Promise<number | undefined> {
  for (let path = resolve(directory); ; path = dirname(path)) {
    try {
      const { bavail, bsize } = await statfs(path);
      return bavail * bsize;
    } catch (error) {
      if (errorCode(error) !== 'ENOENT' || path === dirname(path)) return undefined;
    }
  }
}
