import type { PlainKey } from '../../i18n/t.js';
import type { TorrentSnapshot, TorrentState } from '../../rpc/types.js';
import { isComplete } from './progress.js';

/** Kinds of torrents that the list can be narrowed to. */
export interface StateFilter {
  readonly id: 'all' | 'downloading' | 'seeding' | 'completed' | 'stopped' | 'active' | 'stalled' | 'errored';
  readonly label: PlainKey;
  matches(torrent: TorrentSnapshot): boolean;
}

export type StateFilterId = StateFilter['id'];

const UNFINISHED: ReadonlySet<TorrentState['kind']> = new Set(['queued', 'checking', 'metadata', 'awaiting-choice']);

const isMoving = ({ downloadRate, uploadRate }: TorrentSnapshot): boolean => downloadRate >= 1 || uploadRate >= 1;

const isDownloading = (torrent: TorrentSnapshot): boolean =>
  torrent.state.kind === 'downloading' || (UNFINISHED.has(torrent.state.kind) && !isComplete(torrent));

const hasError = ({ state, attention }: TorrentSnapshot): boolean => state.kind === 'failed' || attention !== undefined;

/** In the order in which they are shown. */
export const STATE_FILTERS: readonly StateFilter[] = [
  { id: 'all', label: 'filterAll', matches: () => true },
  { id: 'downloading', label: 'filterDownloading', matches: isDownloading },
  { id: 'seeding', label: 'filterSeeding', matches: ({ state }) => state.kind === 'seeding' },
  { id: 'completed', label: 'filterCompleted', matches: isComplete },
  { id: 'stopped', label: 'filterStopped', matches: ({ state }) => state.kind === 'stopped' },
  { id: 'active', label: 'filterActive', matches: isMoving },
  {
    id: 'stalled',
    label: 'filterStalled',
    matches: (torrent) =>
      (torrent.state.kind === 'downloading' || torrent.state.kind === 'metadata') && torrent.downloadRate < 1,
  },
  { id: 'errored', label: 'filterErrored', matches: hasError },
];

/** Which torrents the list shows: those that pass all of it. */
export interface ListFilter {
  readonly state: StateFilterId;
  /** `''` is for those without one. */
  readonly label?: string;
  /** The host of a tracker. */
  readonly tracker?: string;
}

const TRACKER = /[?&]tr=([^&]+)/g;

/** Hosts of the trackers that a magnet link names, each once. */
export function trackerHosts(magnet: string): readonly string[] {
  const hosts = new Set<string>();
  for (const [, encoded = ''] of magnet.matchAll(TRACKER)) {
    const host = hostOf(encoded);
    if (host) hosts.add(host);
  }
  return [...hosts];
}

function hostOf(encoded: string): string | undefined {
  try {
    const url = decodeURIComponent(encoded);
    return /^[a-z]+:\/\/(?:[^/?#@]*@)?(\[[^\]]*\]|[^/?#:]+)/i.exec(url)?.[1]?.toLowerCase();
  } catch {
    return undefined;
  }
}
