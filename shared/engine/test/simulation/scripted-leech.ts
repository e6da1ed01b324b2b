import type { UploadRequest } from '../../src/core/upload-queue.js';
import type { ISocketFactory } from '../../src/interfaces/socket.js';
import { VirtualSwarm, type SampleTorrent } from './virtual-swarm.js';
import { blockOf, WirePeer, type WireScript } from './wire-peer.js';

/** Sends a block of a torrent as asked. */
export const serving =
  (sample: SampleTorrent) =>
  (peer: WirePeer, request: UploadRequest): void => {
    peer.send({ type: 'piece', index: request.index, begin: request.begin, block: blockOf(sample, request) });
  };

interface ScriptedLeechOptions {
  readonly swarm?: VirtualSwarm;
  /** Of each peer. */
  readonly uplinkBytesPerSecond?: number;
  /** The leech's; its host is 10.0.0.1. */
  readonly sockets?: ISocketFactory;
}

/** A leech that has dialled scripted peers, one a script and in that order. */
export async function scriptedLeech(
  sample: SampleTorrent,
  scripts: readonly WireScript[],
  { swarm = new VirtualSwarm(1), uplinkBytesPerSecond = 400_000, sockets }: ScriptedLeechOptions = {},
) {
  const leech = await swarm.node('10.0.0.1', sockets ? { sockets } : {});
  const peers: WirePeer[] = [];
  const endpoints = [];
  for (const [index, script] of scripts.entries()) {
    const host = swarm.network.host(`10.1.0.${index + 1}`, { uplinkBytesPerSecond, latencyMs: 10 });
    await WirePeer.listen(swarm.clock, host, 6881, {
      ...script,
      onHandshake: (peer) => {
        peers[index] = peer;
        script.onHandshake?.(peer);
      },
    });
    endpoints.push({ host: host.ip, port: 6881 });
  }
  const torrent = await swarm.add(leech, { metainfo: sample.metainfo }, { peers: endpoints });
  await swarm.clock.runUntil(() => torrent.peers.size === scripts.length);
  return { swarm, clock: swarm.clock, leech, torrent, peers, close: () => swarm.close([leech]) };
}
