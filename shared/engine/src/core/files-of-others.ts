import type { IPublishedFiles } from '../interfaces/download-root.js';
import { FileSystemError } from '../interfaces/filesystem.js';

/** Entries of a folder that are looked into. */
const MAX_CANDIDATES = 1000;
/** Files of a torrent that are looked for in each. */
const MAX_PROBES = 20;

interface WantedFile {
  readonly path: string;
  readonly length: number;
}

/** Where a file of a torrent lies when the torrent's own folder, or its only file, is `top`; `''`: when that is the folder itself. */
export function pathBelow(top: string, path: string): string {
  const end = path.indexOf('/');
  if (end < 0) return top;
  return top === '' ? path.slice(end + 1) : top + path.slice(end);
}

/**
 * Looks in a folder for files of a torrent that came there some other way, whatever their folder, or their only file, is called now: for
 * the entry in which most files are found by name and length, of those that are not taken by somebody, if there is any. `''` for the folder
 * itself, undefined when there is none. Rejects with `FileSystemError`.
 */
export async function findTop(
  files: readonly WantedFile[],
  folder: IPublishedFiles,
  isTaken: (top: string) => Promise<boolean>,
): Promise<string | undefined> {
  const [first] = files;
  if (!first) return undefined;
  const [entry = ''] = first.path.split('/', 1);
  const isSingle = entry === first.path;
  const others = (await folder.list('')).filter(({ isDirectory }) => isDirectory !== isSingle).map(({ name }) => name);
  const candidates = new Set([entry, ...(isSingle ? [] : ['']), ...others.slice(0, MAX_CANDIDATES)]);
  // A file without bytes is like any other of that name.
  const probes = files.filter(({ length }) => length > 0).slice(0, MAX_PROBES);
  let best: { readonly top: string; readonly found: number } | undefined;
  let taken: string | undefined;
  for (const top of candidates) {
    const found = await countThere(probes, top, folder);
    if (found <= (best?.found ?? 0)) continue;
    if (await isTaken(top)) taken ??= top;
    else best = { top, found };
  }
  return best?.top ?? taken;
}

async function countThere(files: readonly WantedFile[], top: string, folder: IPublishedFiles): Promise<number> {
  let count = 0;
  for (const { path, length } of files) {
    const stat = await statIn(folder, pathBelow(top, path));
    if (stat && !stat.isDirectory && stat.size === length) count++;
  }
  return count;
}

/** What is no file of ours may be in the way. */
async function statIn(folder: IPublishedFiles, path: string) {
  try {
    return await folder.stat(path);
  } catch (error) {
    if (error instanceof FileSystemError && (error.code === 'not-a-file' || error.code === 'invalid-path'))
      return undefined;
    throw error;
  }
}
