import { formatMagnet } from '../protocol/magnet.js';
import { plainText } from '../utils/plain-text.js';
import type { ClientSnapshot, PeerSource, TorrentDetails, TorrentSnapshot, TorrentState } from './snapshots.js';
import type { Peer } from './peer.js';
import type { ClientSettings } from './settings.js';
import { hasSharedEnough, shareRatio } from './share-limits.js';
import type { TorrentContent } from './torrent-content.js';
import type { TorrentPublishing } from './torrent-publishing.js';
import type { TorrentRecord, TorrentSummary } from './torrent-record.js';
import { isInPlace } from './file-places.js';
import type { TorrentStats } from './torrent-stats.js';
import type { TrackerSet } from './tracker-set.js';

/** The parts of a torrent that show. */
interface ShownTorrent {
  readonly id: string;
  readonly infoHash: Uint8Array;
  readonly state: TorrentState;
  readonly record: TorrentRecord;
  readonly publishing: Pick<TorrentPublishing, 'attention' | 'shareOf'>;
  readonly storage: { readonly moveProgress: number | undefined };
  readonly content: TorrentContent | undefined;
  /** What is known of the content, loaded or not. */
  readonly summary: TorrentSummary | undefined;
  readonly peers: ReadonlySet<Peer>;
  readonly knownPeers: number;
  /** Everybody who named the peer, the best first. */
  sourcesOf(peer: Peer): readonly PeerSource[];
  readonly stats: TorrentStats;
}

/** What of a torrent others know. */
interface SnapshotContext {
  readonly network: { readonly clock: { now(): number } };
  readonly queue: { readonly order: { positionOf(id: string): number | undefined } };
  settings(): ClientSettings;
}

/** Bytes a second. Without peers nothing moves, whatever the mean of the last seconds says. */
function ratesOf(
  { peers, stats }: Pick<ShownTorrent, 'peers' | 'stats'>,
  now: number,
): Pick<TorrentSnapshot, 'downloadRate' | 'uploadRate'> {
  if (peers.size === 0) return { downloadRate: 0, uploadRate: 0 };
  return { downloadRate: stats.received.rate(now), uploadRate: stats.sent.rate(now) };
}

/** What goes on with all of `torrents` together at `now` (`IClock.now()`). */
export function trafficOf(
  torrents: readonly Pick<ShownTorrent, 'peers' | 'stats'>[],
  now: number,
): Pick<ClientSnapshot, 'downloadRate' | 'uploadRate' | 'connectedPeers'> {
  const traffic = { downloadRate: 0, uploadRate: 0, connectedPeers: 0 };
  for (const torrent of torrents) {
    const rates = ratesOf(torrent, now);
    traffic.downloadRate += rates.downloadRate;
    traffic.uploadRate += rates.uploadRate;
    traffic.connectedPeers += torrent.peers.size;
  }
  return traffic;
}

/** What is known of a torrent now. */
export function snapshotOf(torrent: ShownTorrent, context: SnapshotContext): TorrentSnapshot {
  const now = context.network.clock.now();
  const { record, summary, peers, stats } = torrent;
  const wantedBytes = summary?.wantedBytes ?? 0;
  const wantedDoneBytes = summary?.wantedDoneBytes ?? 0;
  const rates = ratesOf(torrent, now);
  let connectedSeeds = 0;
  let unchokedByPeers = 0;
  for (const peer of peers) {
    if (peer.isSeed) connectedSeeds++;
    if (!peer.connection.choked) unchokedByPeers++;
  }
  return {
    id: torrent.id,
    name: record.ownName ?? record.name,
    entryName: summary?.entryName,
    state: torrent.state,
    totalBytes: summary?.totalBytes,
    wantedBytes,
    wantedDoneBytes,
    ...rates,
    ...stats.totals(now),
    connectedPeers: peers.size,
    connectedSeeds,
    unchokedByPeers,
    knownPeers: torrent.knownPeers,
    etaSeconds: etaOf(torrent, wantedBytes - wantedDoneBytes, rates.downloadRate),
    queuePosition: context.queue.order.positionOf(torrent.id) ?? 0,
    isForced: record.isForced,
    label: record.label,
    isSuperSeeding: record.isSuperSeeding,
    limits: record.limits,
    shareRatio: shareRatio(torrent, context),
    hasSharedEnough: hasSharedEnough(torrent, context),
    isPrivate: summary?.isPrivate ?? false,
    addedAt: record.addedAt,
    completedAt: record.completedAt,
    root: record.root,
    moveProgress: torrent.storage.moveProgress,
    isInPlace: isInPlace(record),
    attention: torrent.publishing.attention,
    magnet: formatMagnet({ infoHash: torrent.infoHash, name: record.name, trackers: record.trackers.flat() }),
  };
}

export function detailsOf(torrent: ShownTorrent, trackers: TrackerSet): TorrentDetails {
  const { content, peers } = torrent;
  const { comment, createdBy } = content?.metadata ?? {};
  return {
    files:
      content?.fileSnapshots().map((file) => ({ ...file, publishedShare: torrent.publishing.shareOf(file.index) })) ??
      [],
    order: torrent.record.order,
    peers: [...peers].map((peer) => peer.snapshot(torrent.sourcesOf(peer))),
    trackers: trackers.snapshot(),
    pieceLength: content?.layout.pieceLength,
    pieceCount: content?.layout.pieceCount,
    comment: comment && plainText(comment),
    createdBy: createdBy && plainText(createdBy),
  };
}

/** Seconds; rates under a byte a second say nothing. */
function etaOf(torrent: ShownTorrent, missingBytes: number, bytesPerSecond: number): number | undefined {
  if (torrent.state.kind !== 'downloading' || bytesPerSecond < 1) return undefined;
  return Math.ceil(missingBytes / bytesPerSecond);
}
