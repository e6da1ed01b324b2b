import type { PeerSnapshot, TorrentDetails, TrackerSnapshot } from '../../../src/rpc/types.js';
import { sampleDetails, torrentId } from '../../rpc/samples.js';
import type { FakeEngine } from '../fake-engine.js';

const MB = 1_000_000;
const GB = 1000 * MB;
const addedAt = (position: number): number => Date.UTC(2026, 0, 20, 12) - position * 3_600_000;

const PEERS: readonly PeerSnapshot[] = [
  ['203.0.113.17', 51413, 'Transmission 4.0.5', 1, 4.2 * MB, 0],
  ['198.51.100.4', 6881, 'qBittorrent 4.6.3', 1, 3.1 * MB, 0],
  ['2001:db8:20::7', 49160, 'libtorrent 2.0.10', 0.62, 1.4 * MB, 220_000],
  ['192.0.2.88', 50112, 'JSTorrent 0.1.0', 0.31, 0, 410_000],
  ['203.0.113.201', 16881, '', 0.04, 0, 0],
].map(([host, port, client, progress, downloadRate, uploadRate]) => ({
  endpoint: { host: String(host), port: Number(port) },
  client: String(client),
  sources: ['tracker'],
  isIncoming: false,
  progress: Number(progress),
  downloadRate: Number(downloadRate),
  uploadRate: Number(uploadRate),
  amChoking: false,
  amInterested: true,
  peerChoking: false,
  peerInterested: false,
  isSnubbed: false,
  outstandingRequests: 12,
}));

const TRACKERS: readonly TrackerSnapshot[] = [
  {
    url: 'https://tracker.example.org/announce',
    tier: 0,
    status: 'working',
    message: undefined,
    seeds: 214,
    leechers: 38,
    downloads: 4021,
    peers: 50,
    nextAnnounceAt: undefined,
  },
  {
    url: 'udp://open.example.net:6969/announce',
    tier: 1,
    status: 'failed',
    message: 'Connection timed out',
    seeds: undefined,
    leechers: undefined,
    downloads: undefined,
    peers: undefined,
    nextAnnounceAt: undefined,
  },
];

function filmDetails(): TorrentDetails {
  const folder = 'Sintel (2010, Blender Foundation)/';
  const files = [
    ['sintel-2048-surround.mp4', 2.1 * GB, 0.71 * GB, true],
    ['sintel-1280-stereo.webm', 640 * MB, 640 * MB, true],
    ['Extras/the-making-of.mp4', 390 * MB, 0, false],
    ['Subtitles/sintel_русский.srt', 42_000, 42_000, true],
    ['poster.jpg', 1.3 * MB, 1.3 * MB, true],
  ] as const;
  return sampleDetails({
    files: files.map(([path, length, doneBytes, isWanted], index) => ({
      index,
      path: folder + path,
      length,
      doneBytes,
      isWanted,
    })),
    peers: PEERS,
    trackers: TRACKERS,
    comment: 'The third open film of the Blender Institute.',
    createdBy: 'libtorrent',
  });
}

/** Torrents in every state that a person meets. */
function busy(engine: FakeEngine): void {
  engine.put(
    {
      id: torrentId('a'),
      name: 'Sintel (2010, Blender Foundation)',
      addedAt: addedAt(0),
      totalBytes: 3.13 * GB,
      wantedBytes: 2.74 * GB,
      wantedDoneBytes: 1.35 * GB,
      downloadRate: 8.7 * MB,
      uploadRate: 630_000,
      connectedPeers: 23,
      etaSeconds: 160,
    },
    filmDetails(),
  );
  engine.put({
    id: torrentId('b'),
    name: 'debian-13.1.0-amd64-netinst.iso',
    addedAt: addedAt(1),
    totalBytes: 784 * MB,
    wantedBytes: 784 * MB,
    wantedDoneBytes: 784 * MB,
    state: { kind: 'seeding' },
    downloadRate: 0,
    uploadRate: 1.2 * MB,
    connectedPeers: 7,
    etaSeconds: undefined,
    completedAt: addedAt(0),
  });
  engine.put({
    id: torrentId('c'),
    name: 'Public-domain books in forty languages, collected and proofread, spring edition with illustrations',
    addedAt: addedAt(2),
    totalBytes: undefined,
    wantedBytes: 0,
    wantedDoneBytes: 0,
    state: { kind: 'metadata' },
    downloadRate: 0,
    uploadRate: 0,
    connectedPeers: 0,
    etaSeconds: undefined,
  });
  engine.put({
    id: torrentId('d'),
    name: 'Field recordings — δάσος — лес',
    addedAt: addedAt(3),
    totalBytes: 12.4 * GB,
    wantedBytes: 12.4 * GB,
    wantedDoneBytes: 9.8 * GB,
    state: { kind: 'failed', problem: { code: 'disk-full', message: '' } },
    downloadRate: 0,
    uploadRate: 0,
    connectedPeers: 0,
    etaSeconds: undefined,
  });
  engine.put({
    id: torrentId('f'),
    name: 'Big Buck Bunny',
    addedAt: addedAt(4),
    totalBytes: 276 * MB,
    wantedBytes: 276 * MB,
    wantedDoneBytes: 61 * MB,
    state: { kind: 'stopped' },
    downloadRate: 0,
    uploadRate: 0,
    connectedPeers: 0,
    etaSeconds: undefined,
  });
}

function choosing(engine: FakeEngine): void {
  busy(engine);
  const details = filmDetails();
  engine.put(
    { id: torrentId('a'), state: { kind: 'awaiting-choice' }, downloadRate: 0, uploadRate: 0, wantedDoneBytes: 0 },
    { ...details, files: details.files.map((file) => ({ ...file, doneBytes: 0 })) },
  );
}

const PENDING = { pendingId: torrentId('9'), magnet: 'magnet:?xt=urn:btih:9', name: 'Tears of Steel (4K, open film)' };

/** What a page of the fake feed can start with, by the `scene` of its address. */
export const SCENES: Readonly<Record<string, (engine: FakeEngine) => void>> = {
  empty: () => undefined,
  busy,
  choosing,
  'link-clicked': (engine) => {
    busy(engine);
    engine.setStatus({ pending: [PENDING] });
  },
  'helper-missing': (engine) => {
    engine.setStatus({ bridge: { kind: 'missing' }, pending: [PENDING] });
  },
};
