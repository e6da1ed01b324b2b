import { rmSync } from 'node:fs';
import { LibtorrentPeer } from '../../shared/engine/test/interop/peers/libtorrent.js';
import { waitUntil } from '../../shared/engine/test/interop/peers/wait-until.js';
import { type Contestant, preciseNow } from '../contestant.js';
import type { Swarm } from '../sources/swarm.js';
import { FINISH_TIMEOUT_MS, type StartPeer } from './peers.js';

const CONTACT_TIMEOUT_MS = 60_000;

/** A client that alone has all of a swarm's torrent, which a libtorrent leecher fetches into memory from it. It is what is measured. */
export function seeding(
  { name, start }: { readonly name: string; readonly start: StartPeer },
  swarm: Swarm,
): Contestant {
  return {
    name,
    start: async (scratch) => {
      const { torrentFile, dataDir } = swarm;
      const outDir = await scratch.folder('libtorrent', { place: 'memory' });
      const [seeder, leecher] = [await start(), await LibtorrentPeer.start()];
      await seeder.seed({ torrentFile, dataDir });
      await leecher.leech({ source: { torrentFile }, outDir });
      return {
        begin: async () => {
          await leecher.addPeer(seeder.endpoint);
          const isConnected = async () => (await leecher.status()).peers > 0;
          await waitUntil(isConnected, { timeoutMs: CONTACT_TIMEOUT_MS, what: 'the leecher is connected' });
          return seeder.pid;
        },
        finish: async () => {
          await leecher.waitComplete({ timeoutMs: FINISH_TIMEOUT_MS });
          return preciseNow();
        },
        verifiedShare: () => leecher.verifiedShare(),
        close: async () => {
          await Promise.all([seeder.stop(), leecher.stop()]);
          rmSync(outDir, { recursive: true });
        },
      };
    },
  };
}
