import { parseInfo } from '../protocol/metainfo.js';
import { ASIDE_FOLDER } from './aside-folders.js';
import { caseless, isSameName, numbered, safeElement, safePaths } from './path-sanitizer.js';
import type { MetadataRecord } from './torrent-record.js';

/**
 * Chooses where the files of a torrent lie. Two torrents of one name must not write into each other's files: beside others, whose entries in
 * the same download root are `takenNames`, it gets a name of its own, as it does beside the client's folder. Throws `MetainfoError` or
 * `TooManyDuplicatesError`.
 */
export function placeFiles(
  info: Uint8Array,
  takenNames: readonly string[],
  limits: { readonly maxBytes: number },
): MetadataRecord {
  const taken = new Set(takenNames.map(caseless));
  const { name, files, isSingleFile } = parseInfo(info, limits);
  let freeName = name;
  const isTaken = (element: string) => taken.has(caseless(element)) || isSameName(element, ASIDE_FOLDER);
  for (let count = 1; isTaken(safeElement(freeName)); count++) freeName = numbered(name, count);
  const paths = safePaths({ name: freeName, files: isSingleFile ? undefined : files.map(({ path }) => path) });
  return { info: info.slice(), paths, comment: undefined, createdBy: undefined };
}

/** Whether a path that somebody else made is one that we could have made: it leads nowhere else, on no platform. */
export function isSafePath(path: string): boolean {
  const elements = path.split('/');
  return elements.every((element) => element === safeElement(element)) && !isSameName(elements[0] ?? '', ASIDE_FOLDER);
}

/** Whether the files of a torrent can lie at paths that somebody else made: safe, all apart, below an entry that no other torrent has. */
export function arePathsUsable(
  paths: readonly string[],
  { fileCount, takenNames }: { readonly fileCount: number; readonly takenNames: readonly string[] },
): boolean {
  const [entry = ''] = paths[0]?.split('/', 1) ?? [];
  const files = new Set(paths.map(caseless));
  const folders = new Set(paths.flatMap((path) => foldersAbove(caseless(path))));
  return (
    paths.length === fileCount &&
    files.size === fileCount &&
    paths.every((path) => isSafePath(path) && path.split('/', 1)[0] === entry) &&
    ![...folders].some((folder) => files.has(folder)) &&
    !takenNames.some((name) => caseless(name) === caseless(entry))
  );
}

function foldersAbove(path: string): string[] {
  const elements = path.split('/');
  return elements.slice(1).map((_, index) => elements.slice(0, index + 1).join('/'));
}
