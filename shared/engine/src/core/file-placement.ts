import { parseInfo } from '../protocol/metainfo.js';
import { ASIDE_FOLDER } from './aside-folders.js';
import { isSameName, numbered, safeElement, safePaths } from './path-sanitizer.js';
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
  const taken = new Set(takenNames.map((name) => name.toLowerCase()));
  const { name, files, isSingleFile } = parseInfo(info, limits);
  let freeName = name;
  const isTaken = (element: string) => taken.has(element.toLowerCase()) || isSameName(element, ASIDE_FOLDER);
  for (let count = 1; isTaken(safeElement(freeName)); count++) freeName = numbered(name, count);
  const paths = safePaths({ name: freeName, files: isSingleFile ? undefined : files.map(({ path }) => path) });
  return { info: info.slice(), paths, comment: undefined, createdBy: undefined };
}
