import { language, type PlainKey } from '../../i18n/t.js';
import type { TorrentSnapshot } from '../../rpc/types.js';
import { torrentProgress } from './progress.js';
import { describeTorrent } from './sentences.js';

/** One column of the table: what it is called, how wide it is at first, and what it sorts by. */
export interface Column {
  readonly id: ColumnId;
  readonly label: PlainKey;
  /** Pixels. */
  readonly width: number;
  /** Figures stand at the end. */
  readonly isFigure: boolean;
  readonly isShownAtFirst: boolean;
  /** Undefined comes last in either direction. */
  key(torrent: TorrentSnapshot): number | string | undefined;
}

export type ColumnId =
  | 'name'
  | 'state'
  | 'progress'
  | 'size'
  | 'down'
  | 'up'
  | 'peers'
  | 'seeds'
  | 'time'
  | 'ratio'
  | 'downloaded'
  | 'uploaded'
  | 'label'
  | 'added'
  | 'completed'
  | 'queue';

const figure = { isFigure: true, isShownAtFirst: true } as const;
const text = { isFigure: false, isShownAtFirst: false } as const;
const rare = { isFigure: true, isShownAtFirst: false } as const;

/** In the order in which they stand at first. */
export const COLUMNS: readonly Column[] = [
  { id: 'name', label: 'columnName', width: 112, isFigure: false, isShownAtFirst: true, key: ({ name }) => name },
  {
    id: 'state',
    label: 'columnState',
    width: 170,
    ...text,
    key: (torrent) => describeTorrent(torrent, undefined).text,
  },
  { id: 'progress', label: 'columnProgress', width: 132, ...figure, isFigure: false, key: torrentProgress },
  { id: 'size', label: 'columnSize', width: 80, ...rare, key: ({ totalBytes }) => totalBytes },
  { id: 'down', label: 'columnDown', width: 92, ...figure, key: ({ downloadRate }) => downloadRate },
  { id: 'up', label: 'columnUp', width: 92, ...figure, key: ({ uploadRate }) => uploadRate },
  { id: 'peers', label: 'columnPeers', width: 58, ...figure, key: ({ connectedPeers }) => connectedPeers },
  { id: 'seeds', label: 'columnSeeds', width: 64, ...rare, key: ({ connectedSeeds }) => connectedSeeds },
  { id: 'time', label: 'columnTime', width: 88, ...figure, key: ({ etaSeconds }) => etaSeconds },
  { id: 'ratio', label: 'columnRatio', width: 64, ...rare, key: ({ shareRatio }) => shareRatio },
  { id: 'downloaded', label: 'factDownloaded', width: 96, ...rare, key: ({ downloadedBytes }) => downloadedBytes },
  { id: 'uploaded', label: 'factShared', width: 96, ...rare, key: ({ uploadedBytes }) => uploadedBytes },
  { id: 'label', label: 'optionLabel', width: 110, ...text, key: ({ label }) => label },
  { id: 'added', label: 'factAdded', width: 150, ...rare, key: ({ addedAt }) => addedAt },
  { id: 'completed', label: 'factCompleted', width: 150, ...rare, key: ({ completedAt }) => completedAt },
  { id: 'queue', label: 'columnQueue', width: 60, ...rare, key: ({ queuePosition }) => queuePosition },
];

const BY_ID: ReadonlyMap<string, Column> = new Map(COLUMNS.map((column) => [column.id, column]));

export const columnOf = (id: string): Column | undefined => BY_ID.get(id);

/** By which column the list is sorted. */
export interface Sorting {
  readonly column: ColumnId;
  readonly isDescending: boolean;
}

/** An order without equal ones. */
export type Compare = (a: TorrentSnapshot, b: TorrentSnapshot) => number;

/** The order of the list; equal ones the newest first, so that no row ever jumps without cause. */
export function comparing({ column, isDescending }: Sorting): Compare {
  const sorted = columnOf(column);
  const collator = new Intl.Collator(language(), { numeric: true });
  const sign = isDescending ? -1 : 1;
  return (a, b) => {
    const [one, other] = [sorted?.key(a), sorted?.key(b)];
    if (one !== other) {
      if (one === undefined) return 1;
      if (other === undefined) return -1;
      const order =
        typeof one === 'string' || typeof other === 'string'
          ? collator.compare(String(one), String(other))
          : one - other;
      if (order !== 0) return sign * order;
    }
    return b.addedAt - a.addedAt || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
  };
}
