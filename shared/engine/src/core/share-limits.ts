import type { ClientSettings } from './settings.js';
import type { TorrentLimits } from './torrent-limits.js';
import type { TorrentRecord, TorrentSummary } from './torrent-record.js';
import type { TorrentStats } from './torrent-stats.js';

/** What a torrent has given and got, and its own limits. */
interface Sharing {
  readonly uploadedBytes: number;
  readonly downloadedBytes: number;
  readonly wantedBytes: number;
  readonly seedingSeconds: number;
  readonly isComplete: boolean;
  readonly limits: TorrentLimits;
}

interface SharingTorrent {
  readonly record: Pick<TorrentRecord, 'limits'>;
  /** What is known of the content, loaded or not. */
  readonly summary: Pick<TorrentSummary, 'wantedBytes' | 'wantedDoneBytes'> | undefined;
  readonly stats: TorrentStats;
}

const SHARE_LIMITS = ['ratioLimitPercent', 'seedingTimeLimitMinutes'] as const;
type ShareLimit = (typeof SHARE_LIMITS)[number];

/** Whose limits hold where a torrent has none, and what time it is. */
interface SharingContext {
  readonly network: { readonly clock: { now(): number } };
  settings(): Pick<ClientSettings, ShareLimit>;
}

/** Most torrents have none, and this is asked for each of them again and again. */
function hasShareLimits({ record: { limits } }: SharingTorrent, context: SharingContext): boolean {
  const settings = context.settings();
  return SHARE_LIMITS.some((name) => (limits[name] ?? settings[name]) > 0);
}

function sharingOf({ record, summary, stats }: SharingTorrent, { network }: SharingContext): Sharing {
  const { wantedBytes = 0, wantedDoneBytes = -1 } = summary ?? {};
  const totals = stats.totals(network.clock.now());
  return { ...totals, wantedBytes, isComplete: wantedDoneBytes >= wantedBytes, limits: record.limits };
}

/** Uploaded to downloaded, or to the size of files that came another way. Undefined while there is nothing to compare with. */
export function shareRatio(torrent: SharingTorrent, context: SharingContext): number | undefined {
  return ratioOf(sharingOf(torrent, context));
}

/** The limits at which a torrent has shared enough: its own, or else the client's. Usually none, and none before it is complete. */
function reachedShareLimits(torrent: SharingTorrent, context: SharingContext): readonly ShareLimit[] {
  if (!hasShareLimits(torrent, context)) return [];
  const sharing = sharingOf(torrent, context);
  if (!sharing.isComplete) return [];
  const settings = context.settings();
  const reached: Record<ShareLimit, number> = {
    ratioLimitPercent: (ratioOf(sharing) ?? 0) * 100,
    seedingTimeLimitMinutes: sharing.seedingSeconds / 60,
  };
  return SHARE_LIMITS.filter((name) => {
    const limit = sharing.limits[name] ?? settings[name];
    return limit > 0 && reached[name] >= limit;
  });
}

export function hasSharedEnough(torrent: SharingTorrent, context: SharingContext): boolean {
  return reachedShareLimits(torrent, context).length > 0;
}

/** Lifts the limits that are reached: whoever starts such a torrent wants it to go on. */
export function withoutReached(torrent: SharingTorrent, context: SharingContext): Partial<TorrentLimits> {
  return Object.fromEntries(reachedShareLimits(torrent, context).map((name) => [name, 0]));
}

function ratioOf({ uploadedBytes, downloadedBytes, wantedBytes }: Sharing): number | undefined {
  const base = Math.max(downloadedBytes, wantedBytes);
  return base > 0 ? uploadedBytes / base : undefined;
}
