import { rmSync } from 'node:fs';
import { LibtorrentPeer } from '../../shared/engine/test/interop/peers/libtorrent.js';
import type { RealPeer } from '../../shared/engine/test/interop/peers/real-peer.js';
import { WebTorrentPeer } from '../../shared/engine/test/interop/peers/webtorrent.js';
import { type Contestant, preciseNow } from '../contestant.js';
import type { Swarm } from '../swarm.js';
import { FINISH_TIMEOUT_MS } from './limits.js';

export function libtorrent(swarm: Swarm): Contestant {
  return realClient('libtorrent', () => LibtorrentPeer.start(), swarm);
}

export function webtorrent(swarm: Swarm): Contestant {
  return realClient('webtorrent', () => WebTorrentPeer.start(), swarm);
}

/** Another client as a leecher. */
function realClient(name: string, start: () => Promise<RealPeer>, swarm: Swarm): Contestant {
  return {
    name,
    start: async (scratch) => {
      const outDir = await scratch.folder(name);
      const peer = await start();
      await peer.leech({ source: { torrentFile: swarm.torrentFile }, outDir });
      return {
        begin: async () => {
          await Promise.all(swarm.endpoints.map((endpoint) => peer.addPeer(endpoint)));
          await swarm.contact();
          return peer.pid;
        },
        finish: async () => {
          await peer.waitComplete({ timeoutMs: FINISH_TIMEOUT_MS });
          return preciseNow();
        },
        servedBytes: () => swarm.servedBytes(),
        close: async () => {
          await peer.stop();
          rmSync(outDir, { recursive: true });
        },
      };
    },
  };
}
