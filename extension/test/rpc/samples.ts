import {
  BROWSER_ROOT,
  type HostStatus,
  type PeerSnapshot,
  type TorrentDetails,
  type TorrentSnapshot,
  type TrackerSnapshot,
} from '../../src/rpc/types.js';

/** A torrent id made of one repeated hex digit. */
export const torrentId = (digit: string): string => digit.repeat(40);

export function sampleTorrent(change: Partial<TorrentSnapshot> = {}): TorrentSnapshot {
  return {
    id: torrentId('a'),
    name: 'Sample',
    entryName: 'Sample',
    state: { kind: 'downloading' },
    totalBytes: 1_000_000,
    wantedBytes: 1_000_000,
    wantedDoneBytes: 250_000,
    downloadRate: 100_000,
    uploadRate: 5_000,
    downloadedBytes: 250_000,
    uploadedBytes: 10_000,
    wastedBytes: 0,
    activeSeconds: 3_700,
    seedingSeconds: 100,
    timesCompleted: 0,
    connectedPeers: 4,
    connectedSeeds: 1,
    unchokedByPeers: 2,
    knownPeers: 12,
    etaSeconds: 90,
    isPrivate: false,
    addedAt: Date.UTC(2026, 0, 1),
    completedAt: undefined,
    queuePosition: 0,
    isForced: false,
    label: undefined,
    isSuperSeeding: false,
    limits: {
      ratioLimitPercent: undefined,
      seedingTimeLimitMinutes: undefined,
      downloadLimitBytesPerSecond: undefined,
      uploadLimitBytesPerSecond: undefined,
    },
    shareRatio: 0.01,
    hasSharedEnough: false,
    root: 'default',
    moveProgress: undefined,
    isInPlace: true,
    attention: undefined,
    magnet: `magnet:?xt=urn:btih:${torrentId('a')}`,
    ...change,
  };
}

export function sampleDetails(change: Partial<TorrentDetails> = {}): TorrentDetails {
  return {
    files: [
      { index: 0, path: 'Sample/one.bin', length: 600_000, doneBytes: 250_000, priority: 4 },
      { index: 1, path: 'Sample/two.bin', length: 400_000, doneBytes: 0, priority: 4 },
    ],
    order: { isSequential: false, firstAndLastFirst: false },
    peers: [],
    trackers: [],
    pieceLength: 16_384,
    pieceCount: 62,
    comment: undefined,
    createdBy: undefined,
    ...change,
  };
}

export function sampleStatus(change: Partial<HostStatus> = {}): HostStatus {
  return {
    client: {
      listenPort: 50_000,
      dhtNodes: undefined,
      downloadRate: 0,
      uploadRate: 0,
      connectedPeers: 0,
      memory: { usedBytes: 0, budgetBytes: 96 * 1024 * 1024 },
      isTurtleOn: false,
      lostRoots: [],
      removed: [],
      damage: undefined,
    },
    bridge: { kind: 'ready', helperVersion: '0.1.0', lane: 'fast' },
    isDhtEnabled: true,
    pending: [],
    notices: [],
    folders: [],
    defaultRoot: BROWSER_ROOT,
    ...change,
  };
}

export function sampleTracker(change: Partial<TrackerSnapshot> = {}): TrackerSnapshot {
  return {
    url: 'http://tracker.example/announce',
    tier: 0,
    status: 'working',
    message: undefined,
    failure: undefined,
    seeds: undefined,
    leechers: undefined,
    downloads: undefined,
    peers: undefined,
    earliestAnnounceAt: 0,
    nextAnnounceAt: undefined,
    ...change,
  };
}

export function samplePeer(change: Partial<PeerSnapshot> = {}): PeerSnapshot {
  return {
    endpoint: { host: '192.0.2.7', port: 6881 },
    client: 'Sample 1.0',
    sources: ['tracker'],
    isIncoming: false,
    progress: 0.5,
    downloadRate: 0,
    uploadRate: 0,
    amChoking: true,
    amInterested: false,
    peerChoking: true,
    peerInterested: false,
    isSnubbed: false,
    outstandingRequests: 0,
    ...change,
  };
}
