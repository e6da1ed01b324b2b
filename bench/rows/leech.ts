import type { Contestant } from '../contestant.js';
import { ownEngine } from '../contestants/own-engine.js';
import { libtorrent, webtorrent } from '../contestants/real-client.js';
import { Swarm } from '../swarm.js';
import type { TransferRow } from './row.js';

interface LeechRow extends Omit<TransferRow, 'prepare'> {
  readonly contestants: readonly ((swarm: Swarm) => Contestant)[];
  /** One seeder for each, in bytes a second; 0: as fast as it can. */
  readonly uploadLimits: readonly number[];
  /** More would take too long. */
  readonly maxBytes?: number;
}

const SLOW_PEERS_BYTES = 8 * 1024 * 1024;

export const leechRows: readonly TransferRow[] = [
  leechRow({
    name: 'leech-1',
    about: 'leech from 1 libtorrent seeder to disk',
    references: ['libtorrent', 'webtorrent'],
    contestants: [ownEngine, libtorrent, webtorrent],
    uploadLimits: [0],
  }),
  leechRow({
    name: 'leech-8',
    about: 'leech from 8 libtorrent seeders to disk',
    references: ['libtorrent', 'webtorrent'],
    contestants: [ownEngine, libtorrent, webtorrent],
    uploadLimits: Array.from({ length: 8 }, () => 0),
  }),
  leechRow({
    name: 'slow-peers',
    about: 'leech from seeders of 200 and 40 KB/s',
    references: ['libtorrent'],
    contestants: [ownEngine, libtorrent],
    uploadLimits: [200_000, 40_000],
    maxBytes: SLOW_PEERS_BYTES,
  }),
];

/** A row in which leechers fetch one torrent from the same seeders. */
function leechRow({ contestants, uploadLimits, maxBytes = Infinity, ...row }: LeechRow): TransferRow {
  return {
    ...row,
    prepare: async ({ scratch, sizeBytes: askedBytes }) => {
      const sizeBytes = Math.min(askedBytes, maxBytes);
      const swarm = await Swarm.start({ sizeBytes, scratch, uploadLimits });
      return {
        contestants: contestants.map((contestant) => contestant(swarm)),
        sizeBytes,
        close: () => swarm.close(),
      };
    },
  };
}
