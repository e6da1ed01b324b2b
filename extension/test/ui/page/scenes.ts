import type { FolderStatus, PeerSnapshot, PieceMap, TorrentDetails, TrackerSnapshot } from '../../../src/rpc/types.js';
import { sampleDetails, samplePeer, torrentId } from '../../rpc/samples.js';
import type { FakeEngine } from '../fake-engine.js';

const MB = 1_000_000;
const GB = 1000 * MB;
const addedAt = (position: number): number => Date.UTC(2026, 0, 20, 12) - position * 3_600_000;

const PEERS: readonly PeerSnapshot[] = [
  samplePeer({
    endpoint: { host: '203.0.113.17', port: 51413 },
    client: 'Transmission 4.0.5',
    sources: ['tracker', 'dht', 'pex'],
    progress: 1,
    downloadRate: 4.2 * MB,
    amInterested: true,
    peerChoking: false,
  }),
  samplePeer({
    endpoint: { host: '198.51.100.4', port: 6881 },
    client: 'qBittorrent 4.6.3',
    sources: ['dht'],
    progress: 1,
    downloadRate: 3.1 * MB,
    amInterested: true,
    peerChoking: false,
  }),
  samplePeer({
    endpoint: { host: '2001:db8:20::7', port: 49160 },
    client: 'libtorrent 2.0.10',
    sources: ['pex'],
    progress: 0.62,
    downloadRate: 1.4 * MB,
    uploadRate: 220_000,
    amInterested: true,
    amChoking: false,
    peerChoking: false,
    peerInterested: true,
  }),
  samplePeer({
    endpoint: { host: '192.0.2.88', port: 50112 },
    client: 'JSTorrent 0.1.0',
    sources: ['lsd', 'incoming'],
    isIncoming: true,
    progress: 0.31,
    uploadRate: 410_000,
    amInterested: true,
    amChoking: false,
    peerInterested: true,
  }),
  samplePeer({
    endpoint: { host: '203.0.113.201', port: 16881 },
    client: '',
    sources: ['resume'],
    progress: 0.04,
    peerInterested: true,
  }),
];

const TRACKERS: readonly TrackerSnapshot[] = [
  {
    url: 'https://tracker.example.org/announce',
    tier: 0,
    status: 'working',
    message: undefined,
    failure: undefined,
    seeds: 214,
    leechers: 38,
    downloads: 4021,
    peers: 50,
    earliestAnnounceAt: Date.now() - 60_000,
    nextAnnounceAt: Date.now() + 27 * 60_000 - 20_000,
  },
  {
    url: 'udp://open.example.net:6969/announce',
    tier: 1,
    status: 'failed',
    message: 'Connection timed out',
    failure: { code: 'timeout', detail: undefined },
    seeds: undefined,
    leechers: undefined,
    downloads: undefined,
    peers: undefined,
    earliestAnnounceAt: Date.now() - 60_000,
    nextAnnounceAt: Date.now() + 4 * 60_000 - 20_000,
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
      priority: isWanted ? 4 : 0,
    })),
    peers: PEERS,
    trackers: TRACKERS,
    comment: 'The third open film of the Blender Institute.',
    createdBy: 'libtorrent',
  });
}

const PIECES = 748;

/** The first half of the pieces and some of the rest; the others with few peers. */
const pieces = (): PieceMap => ({
  pieceCount: PIECES,
  haveCount: 369,
  have: Uint8Array.from({ length: PIECES }, (_, place) => (place < 340 || place % 14 === 0 ? 255 : 0)).toBase64(),
  availability: Uint8Array.from({ length: PIECES }, (_, place) => (place > 700 ? 0 : 1 + ((place * 7) % 9))).toBase64(),
});

const wave = (length: number, mean: number): readonly number[] =>
  Array.from({ length }, (_, place) =>
    Math.round(mean * (1 + 0.25 * Math.sin(place / 31) + 0.08 * Math.sin(place * 1.7))),
  );

/** Torrents in every state that a person meets. */
function busy(engine: FakeEngine): void {
  engine.pieces = pieces();
  engine.speeds = { down: wave(420, 7.4 * MB), up: wave(420, 0.6 * MB) };
  engine.imported = [
    { torrent: { id: torrentId('a'), name: 'Sintel (2010, Blender Foundation)' }, outcome: 'known' },
    { torrent: { id: torrentId('7'), name: 'Cosmos Laundromat' }, outcome: 'added' },
    { torrent: undefined, outcome: 'refused', reason: 'damaged' },
  ];
  engine.put(
    {
      id: torrentId('a'),
      queuePosition: 0,
      name: 'Sintel (2010, Blender Foundation)',
      entryName: 'Sintel (2010, Blender Foundation)',
      label: 'Films',
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
    queuePosition: 1,
    name: 'debian-13.1.0-amd64-netinst.iso',
    label: 'Systems',
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
  const lonely = sampleDetails({
    files: [],
    trackers: TRACKERS.slice(1),
    pieceLength: undefined,
    pieceCount: undefined,
  });
  engine.put(
    {
      id: torrentId('c'),
      queuePosition: 2,
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
      knownPeers: 0,
    },
    lonely,
  );
  engine.put({
    id: torrentId('d'),
    queuePosition: 3,
    name: 'Field recordings — δάσος — лес',
    addedAt: addedAt(3),
    totalBytes: 12.4 * GB,
    wantedBytes: 12.4 * GB,
    wantedDoneBytes: 9.8 * GB,
    state: {
      kind: 'failed',
      problem: { code: 'disk-full', message: '', room: { neededBytes: 2.6 * GB, freeBytes: 310 * MB } },
    },
    downloadRate: 0,
    uploadRate: 0,
    connectedPeers: 0,
    etaSeconds: undefined,
  });
  engine.put({
    id: torrentId('f'),
    queuePosition: 4,
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

const FOLDERS: readonly FolderStatus[] = [
  { id: 'folder-1', name: 'Films', access: 'granted' },
  { id: 'folder-2', name: 'Backup disk', access: 'missing' },
];

/** Downloads that go to folders of the user's. */
function folders(engine: FakeEngine): void {
  busy(engine);
  engine.put({ id: torrentId('a'), root: 'folder-1' });
  engine.put({ id: torrentId('b'), root: 'folder-1' });
  engine.settings = { ...engine.settings, defaultRoot: 'folder-1' };
  engine.setStatus({ folders: FOLDERS });
}

const PENDING = { pendingId: torrentId('9'), name: 'Tears of Steel (4K, open film)' };

/** What a page of the fake feed can start with, by the `scene` of its address. */
export const SCENES: Readonly<Record<string, (engine: FakeEngine) => void>> = {
  empty: () => undefined,
  folders,
  'folder-lost': (engine) => {
    folders(engine);
    engine.put({ id: torrentId('b'), attention: { code: 'folder-access-lost', message: '' } });
    engine.setStatus({ folders: FOLDERS.map((folder) => ({ ...folder, access: 'prompt' })) });
  },
  busy,
  choosing,
  'link-clicked': (engine) => {
    busy(engine);
    engine.setStatus({ pending: [PENDING] });
  },
  'link-refused': (engine) => {
    busy(engine);
    engine.setStatus({ notices: [{ noticeId: '1', code: 'v2-unsupported', subject: 'Elephants Dream (2006)' }] });
  },
  removed: (engine) => {
    busy(engine);
    const id = torrentId('f');
    const torrent = engine.torrents.get(id);
    if (torrent) engine.removed.set(id, torrent);
    engine.remove(id);
  },
  damaged: (engine) => {
    busy(engine);
    engine.damage = { lostTorrents: 1, areSettingsLost: false, newerTorrents: 0, repaired: 2 };
  },
  troubled: (engine) => {
    folders(engine);
    engine.setStatus({ bridge: { kind: 'ready', helperVersion: '0.1.0', lane: 'native' } });
    engine.selfTest = {
      ...engine.selfTest,
      laneBytesPerSecond: 38 * MB,
      peerAt: undefined,
      isUdpWorking: false,
      dhtNodes: 0,
    };
  },
  'helper-missing': (engine) => {
    engine.setStatus({ bridge: { kind: 'missing' }, pending: [PENDING] });
  },
};
