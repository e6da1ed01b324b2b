import { extension } from '../contestants/extension.js';
import { leeching } from '../contestants/leeching.js';
import { EnginePeer } from '../engine/engine-peer.js';
import { makeSession } from '../session/make-session.js';
import { Swarm } from '../sources/swarm.js';
import type { TransferRow } from './row.js';

const MIB = 1024 * 1024;
const GIB = 1024 * MIB;
const TORRENTS_BYTES = 256 * MIB;
const LARGE_BYTES = 20 * GIB;

/** Rows of our engine alone: what its load costs. */
export const loadRows: readonly TransferRow[] = [
  {
    name: 'torrents',
    about: 'leech from 1 libtorrent seeder to memory beside seeding torrents without peers',
    references: ['1 torrent'],
    runs: 3,
    prepare: async ({ scratch, sizeBytes: askedBytes }) => {
      const sizeBytes = Math.min(askedBytes, TORRENTS_BYTES);
      const [hundred, thousand] = [await makeSession(scratch, 99), await makeSession(scratch, 999)];
      const swarm = await Swarm.start({ payload: { sizeBytes }, scratch, uploadLimits: [0] });
      const start = (folder: string) => () =>
        EnginePeer.start({ session: { folder: `${folder}/started`, files: `${folder}/files` } });
      return {
        contestants: [
          leeching({ name: '1 torrent', start: () => EnginePeer.start(), place: 'memory' }, swarm),
          leeching({ name: '100 torrents', start: start(hundred), place: 'memory' }, swarm),
          leeching({ name: '1000 torrents', start: start(thousand), place: 'memory' }, swarm),
        ],
        sizeBytes,
        close: () => swarm.close(),
      };
    },
  },
  {
    name: 'memory-extension',
    about: 'peak memory of the engine in the browser (document and workers) during a download, fast lane',
    references: [],
    runs: 1,
    prepare: async ({ scratch, sizeBytes }) => {
      const swarm = await Swarm.start({ payload: { sizeBytes }, scratch, uploadLimits: [0] });
      return {
        contestants: [extension(swarm, 'fast', { watchesHeap: true })],
        sizeBytes,
        close: () => swarm.close(),
      };
    },
  },
  ...[GIB, LARGE_BYTES].map((sizeBytes): TransferRow => ({
    name: `memory-${sizeBytes / GIB}`,
    about: `peak memory of a download of ${sizeBytes / GIB} GiB that is verified and thrown away`,
    references: [],
    runs: 1,
    prepare: async ({ scratch }) => {
      const swarm = await Swarm.start({ payload: { sizeBytes, isSparse: true }, scratch, uploadLimits: [0] });
      const start = () => EnginePeer.start({ isDiscarded: true });
      return {
        contestants: [leeching({ name: 'engine', start, place: 'memory' }, swarm)],
        sizeBytes,
        writtenBytes: 0,
        close: () => swarm.close(),
      };
    },
  })),
];
