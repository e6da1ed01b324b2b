import { numberedPath } from './path-sanitizer.js';
import type { FilePlace, PublishedRecord } from './published-record.js';
import { StagedFiles } from './staged-files.js';
import type { TorrentContent } from './torrent-content.js';
import type { TorrentRecord } from './torrent-record.js';

/** How many other names a file may have got in the folder. */
const MAX_NUMBERED_NAMES = 3;

/**
 * What changes in a record whose places are stale: of wanted files that are not in staging, what is in the folder and of just their length
 * was copied there since the record was made, under their names or those they get instead. It is to be verified. Undefined without metadata.
 * Rejects with `FolderAccessLostError` or `FileSystemError`.
 */
export async function settledPlaces(content: TorrentContent | undefined): Promise<Partial<TorrentRecord> | undefined> {
  if (!content) return undefined;
  const { fileSystem } = content;
  if (!(fileSystem instanceof StagedFiles)) return { arePlacesStale: false };
  return { arePlacesStale: false, published: await findPublished(content, fileSystem) };
}

async function findPublished({ files, progress }: TorrentContent, fileSystem: StagedFiles): Promise<PublishedRecord> {
  const { folder, staging, record } = fileSystem;
  const places: FilePlace[] = [...record.places];
  const names = new Map(record.names);
  const taken = new Set(files.map((_, index) => fileSystem.folderPath(index)));
  for (const [index, { path, length }] of files.entries()) {
    // One without bytes is made anew.
    if (length === 0 || places[index] !== 'staged' || !progress.isWanted(index) || (await staging.stat(path))) continue;
    const others = Array.from({ length: MAX_NUMBERED_NAMES }, (_, count) => numberedPath(path, count + 1));
    for (const there of [fileSystem.folderPath(index), ...others.filter((name) => !taken.has(name))]) {
      const stat = await folder.stat(there);
      if (stat?.isDirectory !== false || stat.size !== length) continue;
      places[index] = 'folder';
      if (there !== path) names.set(index, there);
      taken.add(there);
      break;
    }
  }
  const inParts = await fileSystem.splits.find();
  const splits = new Map([...inParts].filter(([index]) => places[index] === 'staged'));
  return { ...record, places, names, splits };
}
