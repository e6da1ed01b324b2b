import { PEERS, type PeerName } from '../contestants/peers.js';
import { seeding } from '../contestants/seeding.js';
import { Swarm } from '../sources/swarm.js';
import type { TransferRow } from './row.js';

const SEEDERS: readonly PeerName[] = ['engine', 'libtorrent', 'webtorrent', 'aria2'];

export const seedRow: TransferRow = {
  name: 'seed-1',
  about: 'as the only seeder of a libtorrent leecher',
  references: ['libtorrent', 'webtorrent'],
  prepare: async ({ scratch, sizeBytes }) => {
    const swarm = await Swarm.start({ payload: { sizeBytes }, scratch, uploadLimits: [0] });
    return {
      contestants: SEEDERS.map((name) => seeding({ name, start: PEERS[name] }, swarm)),
      sizeBytes,
      close: () => swarm.close(),
    };
  },
};
