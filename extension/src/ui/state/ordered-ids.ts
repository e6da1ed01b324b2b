import type { TorrentSnapshot } from '../../rpc/types.js';
import type { Compare } from './columns.js';

type Find = (torrentId: string) => TorrentSnapshot | undefined;

/** The first place whose torrent does not come before `torrent`; where `torrent` is, when it is among them. */
export function placeIn(ids: readonly string[], torrent: TorrentSnapshot, compare: Compare, find: Find): number {
  let [low, high] = [0, ids.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    const other = find(ids[middle] ?? '');
    if (other && compare(other, torrent) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Without what is at `places`, which go upwards. */
export function takeOut(ids: readonly string[], places: readonly number[]): readonly string[] {
  const parts: (readonly string[])[] = [];
  let from = 0;
  for (const place of places) {
    if (place > from) parts.push(ids.slice(from, place));
    from = place + 1;
  }
  return ([] as string[]).concat(...parts, ids.slice(from));
}

/** With `coming`, which is in order, between those that are there. */
export function putIn(
  ids: readonly string[],
  coming: readonly TorrentSnapshot[],
  compare: Compare,
  find: Find,
): readonly string[] {
  const parts: (readonly string[])[] = [];
  let from = 0;
  for (const torrent of coming) {
    const place = placeIn(ids, torrent, compare, find);
    if (place > from) parts.push(ids.slice(from, place));
    parts.push([torrent.id]);
    from = place;
  }
  return ([] as string[]).concat(...parts, ids.slice(from));
}
