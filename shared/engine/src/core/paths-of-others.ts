import { caseless } from './path-sanitizer.js';
import type { MetadataRecord, TorrentRecord } from './torrent-record.js';

/** The files belong to another torrent: removing one of the two would empty the other. */
export class FilesOfAnotherError extends Error {
  override readonly name = 'FilesOfAnotherError';
  readonly code = 'files-of-another';
}

/** A torrent, as far as it says which files of its root are its own. */
export interface OwningTorrent {
  readonly record: Pick<TorrentRecord, 'root' | 'published'>;
  /** As `TorrentSnapshot.entryName`; undefined while its files are not known. */
  readonly entryName: string | undefined;
  readonly storage: { load(): Promise<void>; readonly metadata: MetadataRecord | undefined };
}

/** Whether any of these paths in a root is one where another torrent of that root has a file, or will have it. */
export async function areOfAnother(
  paths: readonly string[],
  root: string,
  others: readonly OwningTorrent[],
): Promise<boolean> {
  const wanted = new Set(paths.map(caseless));
  const entries = new Set([...wanted].map((path) => path.split('/', 1)[0]));
  for (const { record, entryName, storage } of others) {
    if (record.root !== root || entryName === undefined) continue;
    const names = record.published?.names ?? new Map<number, string>();
    if ([...names.values()].some((path) => wanted.has(caseless(path)))) return true;
    if (!entries.has(caseless(entryName))) continue;
    await storage.load();
    const own = storage.metadata?.paths.filter((_, index) => !names.has(index)) ?? [];
    if (own.some((path) => wanted.has(caseless(path)))) return true;
  }
  return false;
}
