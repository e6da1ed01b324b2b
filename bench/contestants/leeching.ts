import { rmSync } from 'node:fs';
import { type Contestant, preciseNow } from '../contestant.js';
import type { Swarm } from '../sources/swarm.js';
import { FINISH_TIMEOUT_MS, type StartPeer } from './peers.js';

export interface LeechingOptions {
  readonly name: string;
  readonly start: StartPeer;
  /** Where it writes. */
  readonly place: 'disk' | 'memory';
}

/** A client that downloads the torrent of a swarm. */
export function leeching({ name, start, place }: LeechingOptions, swarm: Swarm): Contestant {
  return {
    name,
    start: async (scratch) => {
      const outDir = await scratch.folder(name, { place });
      const peer = await start();
      await peer.leech({ source: { torrentFile: swarm.torrentFile }, outDir });
      return {
        begin: async () => {
          if (peer.canDial) await Promise.all(swarm.endpoints.map((endpoint) => peer.addPeer(endpoint)));
          else await swarm.dial(peer.endpoint);
          await swarm.contact();
          return peer.pid;
        },
        finish: async () => {
          await peer.waitComplete({ timeoutMs: FINISH_TIMEOUT_MS });
          return preciseNow();
        },
        servedBytes: () => swarm.servedBytes(),
        ...(peer.verifiedShare ? { verifiedShare: () => peer.verifiedShare?.() ?? Promise.resolve(NaN) } : {}),
        close: async () => {
          await peer.stop();
          rmSync(outDir, { recursive: true });
        },
      };
    },
  };
}
