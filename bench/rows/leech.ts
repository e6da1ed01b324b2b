import { type LeechingOptions, leeching } from '../contestants/leeching.js';
import { type PeerName, PEERS } from '../contestants/peers.js';
import type { Payload } from '../scratch.js';
import { Swarm, type SwarmOptions } from '../sources/swarm.js';
import type { TransferRow } from './row.js';

const MIB = 1024 * 1024;
const SLOW_PEERS_BYTES = 8 * MIB;
const SOME_SECONDS_BYTES = 128 * MIB;
const SCALING_BYTES = 256 * MIB;
/** libtorrent makes none with smaller pieces. */
const SMALLEST_PIECE = 16 * 1024;
const SCALING_RUNS = 3;
const FAST = 4_000_000;
const BLOCKS_PER_CORRUPT = 20;

interface LeechRow extends Omit<TransferRow, 'prepare'>, Pick<SwarmOptions, 'pieceLength' | 'blocksPerCorrupt'> {
  readonly contestants: readonly PeerName[];
  /** One seeder for each, in bytes a second; 0: as fast as it can. */
  readonly uploadLimits: readonly number[];
  readonly place?: LeechingOptions['place'];
  /** As many as were asked for without it. */
  readonly payload?: (askedBytes: number) => Payload;
}

const ALL: readonly PeerName[] = ['engine', 'libtorrent', 'webtorrent', 'aria2'];
const TWO: readonly PeerName[] = ['engine', 'libtorrent'];
const REFERENCES = ['libtorrent', 'webtorrent'];

export const leechRows: readonly TransferRow[] = [
  leechRow({
    name: 'leech-1',
    about: 'leech from 1 libtorrent seeder to disk',
    references: REFERENCES,
    contestants: ALL,
    uploadLimits: [0],
  }),
  leechRow({
    name: 'leech-memory',
    about: 'leech from 1 libtorrent seeder to memory',
    references: REFERENCES,
    contestants: ALL,
    uploadLimits: [0],
    place: 'memory',
  }),
  leechRow({
    name: 'leech-8',
    about: 'leech from 8 libtorrent seeders to disk',
    references: REFERENCES,
    contestants: ALL,
    uploadLimits: seeders(8),
  }),
  leechRow({
    name: 'slow-peers',
    about: 'leech from seeders of 200 and 40 KB/s',
    references: ['libtorrent'],
    contestants: TWO,
    runs: 1,
    uploadLimits: [200_000, 40_000],
    payload: upTo(SLOW_PEERS_BYTES),
  }),
  leechRow({
    name: 'corrupt',
    about: 'leech from 4 seeders of 4 MB/s, one of which sends 5 % wrong blocks',
    references: ['libtorrent'],
    contestants: TWO,
    runs: SCALING_RUNS,
    uploadLimits: [FAST, FAST, FAST, FAST],
    blocksPerCorrupt: BLOCKS_PER_CORRUPT,
    payload: upTo(SOME_SECONDS_BYTES),
  }),
  leechRow({
    name: 'last-percent',
    about: 'leech from 7 seeders of 4 MB/s and one of 40 KB/s',
    references: ['libtorrent'],
    contestants: TWO,
    uploadLimits: [...Array.from({ length: 7 }, () => FAST), 40_000],
    payload: upTo(SOME_SECONDS_BYTES),
  }),
];

/** How the rate changes with one figure alone. */
export const scalingRows: readonly TransferRow[] = [
  ...[1, 8, 20, 100].map((count) =>
    leechRow({
      name: `peers-${count}`,
      about: `leech from ${count} libtorrent ${count === 1 ? 'seeder' : 'seeders'} to memory`,
      references: ['libtorrent'],
      contestants: TWO,
      runs: SCALING_RUNS,
      uploadLimits: seeders(count),
      place: 'memory',
      payload: upTo(SCALING_BYTES),
    }),
  ),
  ...[
    { pieces: 1000, pieceLength: SCALING_BYTES / 1024 },
    { pieces: 20_000, pieceLength: SMALLEST_PIECE },
    { pieces: 100_000, pieceLength: SMALLEST_PIECE },
  ].map(({ pieces, pieceLength }) =>
    leechRow({
      name: `pieces-${pieces}`,
      about: `leech ${pieces} pieces of ${pieceLength / 1024} KiB from 1 libtorrent seeder to memory`,
      references: ['libtorrent'],
      contestants: TWO,
      runs: SCALING_RUNS,
      uploadLimits: [0],
      pieceLength,
      place: 'memory',
      payload: () => ({ sizeBytes: pieces * pieceLength }),
    }),
  ),
  leechRow({
    name: 'files-300',
    about: 'leech 300 files from 1 libtorrent seeder to disk',
    references: ['libtorrent'],
    contestants: TWO,
    runs: SCALING_RUNS,
    uploadLimits: [0],
    payload: (askedBytes) => ({ ...upTo(SCALING_BYTES)(askedBytes), files: 300 }),
  }),
];

/** Only on request: it takes 22 MB/s at best, so a row with it takes minutes. */
export const transmissionRow = leechRow({
  name: 'transmission',
  about: 'leech from 1 libtorrent seeder to disk, transmission too',
  references: ['libtorrent', 'transmission'],
  contestants: ['engine', 'libtorrent', 'transmission'],
  runs: SCALING_RUNS,
  uploadLimits: [0],
  payload: upTo(SCALING_BYTES),
});

/** A row in which leechers fetch one torrent from the same seeders. */
function leechRow(row: LeechRow): TransferRow {
  const { contestants, uploadLimits, place = 'disk', payload = (sizeBytes) => ({ sizeBytes }), ...more } = row;
  return {
    ...more,
    prepare: async ({ scratch, sizeBytes }) => {
      const wanted = payload(sizeBytes);
      const swarm = await Swarm.start({ ...more, payload: wanted, scratch, uploadLimits });
      return {
        contestants: contestants.map((name) => leeching({ name, start: PEERS[name], place }, swarm)),
        sizeBytes: wanted.sizeBytes,
        close: () => swarm.close(),
      };
    },
  };
}

function seeders(count: number): readonly number[] {
  return Array.from({ length: count }, () => 0);
}

function upTo(maxBytes: number): (askedBytes: number) => Payload {
  return (askedBytes) => ({ sizeBytes: Math.min(askedBytes, maxBytes) });
}
