import { rmSync } from 'node:fs';
import { OwnCli } from '../../shared/engine/test/interop/peers/own-cli.js';
import type { PeerEndpoint } from '../../shared/engine/test/interop/peers/real-peer.js';
import { type Contestant, preciseNow } from '../contestant.js';
import type { Swarm } from '../swarm.js';
import { FINISH_TIMEOUT_MS } from './limits.js';

/** Our engine on Node: `jstorrent download` as a process of its own. */
export function ownEngine(swarm: Swarm): Contestant {
  return {
    name: 'engine',
    start: async (scratch) => {
      const out = await scratch.folder('engine');
      // It goes on seeding, so that its figures can be read once it is complete.
      const options = ['--out', out, '--allow-local', '--seed', ...swarm.endpoints.flatMap(peerOption)];
      let cli: OwnCli | undefined;
      return {
        begin: async () => {
          cli = OwnCli.start('download', swarm.torrentFile, ...options);
          await swarm.contact();
          return cli.pid;
        },
        finish: async () => {
          await cli?.waitComplete({ timeoutMs: FINISH_TIMEOUT_MS });
          return preciseNow();
        },
        servedBytes: () => swarm.servedBytes(),
        close: async () => {
          await cli?.stop();
          rmSync(out, { recursive: true });
        },
      };
    },
  };
}

function peerOption({ host, port }: PeerEndpoint): string[] {
  return ['--peer', `${host}:${port}`];
}
