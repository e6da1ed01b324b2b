import { priorityOf } from './file-priorities.js';
import type { TorrentRecord } from './torrent-record.js';

/** A record is never changed, and asked often. */
const known = new WeakMap<TorrentRecord, boolean>();

/** As `TorrentSnapshot.isInPlace`. */
export function isInPlace(record: TorrentRecord): boolean {
  const before = known.get(record);
  if (before !== undefined) return before;
  const isSo = areFilesInFolder(record);
  known.set(record, isSo);
  return isSo;
}

function areFilesInFolder({ published, priorities, summary }: TorrentRecord): boolean {
  if (!published) return true;
  for (let index = 0; index < (summary?.fileCount ?? 0); index++) {
    const place = published.places[index] ?? 'staged';
    if (priorityOf(priorities, index) > 0 && place !== 'folder' && place !== 'both') return false;
  }
  return true;
}
