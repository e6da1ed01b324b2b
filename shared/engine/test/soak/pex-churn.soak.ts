import { describe, expect, it } from 'vitest';
import type { Torrent } from '../../src/core/torrent.js';
import { makeTorrent, VirtualSwarm, type SwarmNode } from '../simulation/virtual-swarm.js';
import { heapMiB, median, printFigures } from './figures.js';

const HOURS = 12;
const MINUTE = 60_000;
const PORT = 6881;
const PEERS = 100;
/** They have the files from the start and stay; nobody else is there all the time. */
const SEEDS = 3;
/** One goes and one comes so often: a peer stays for three hours on average. */
const CHURN_INTERVAL_MS = (180 * MINUTE) / PEERS;
/** Of those who stayed so long, nearly all must have the files. */
const PATIENCE_MS = 30 * MINUTE;
const line = { uplinkBytesPerSecond: 50_000, downlinkBytesPerSecond: 200_000, latencyMs: 30 };

interface Member {
  readonly node: SwarmNode;
  readonly torrent: Torrent;
  readonly joinedAt: number;
  isComplete: boolean;
}

describe('a swarm of a hundred without trackers', () => {
  it('holds together by peer exchange for half a day, while peers stay for three hours', async () => {
    const started = performance.now();
    const swarm = new VirtualSwarm(12);
    const { clock, random } = swarm;
    const sample = makeTorrent({ name: 'film.bin', seed: 5, pieceLength: 64 * 1024, files: { 'film.bin': 3_000_000 } });
    const settings = { maxConnectionsPerTorrent: 20, listenPort: PORT };
    const members: Member[] = [];
    const durationsMs: number[] = [];
    let hosts = 0;

    const join = async (): Promise<void> => {
      const ip = `10.${hosts >> 16}.${(hosts >> 8) & 255}.${(hosts & 255) + 1}`;
      const node = await swarm.node(ip, { ...line, settings });
      const peers = Array.from({ length: members.length === 0 ? 0 : 3 }, () => ({
        host: (members[random.integer(members.length)] as Member).node.ip,
        port: PORT,
      }));
      const isSeed = hosts++ < SEEDS;
      if (isSeed) swarm.writeFiles(node, sample);
      const source = isSeed ? { metainfo: sample.metainfo } : { magnet: `magnet:?xt=urn:btih:${sample.id}` };
      const torrent = await swarm.add(node, source, { peers });
      members.push({ node, torrent, joinedAt: clock.now(), isComplete: false });
    };
    const leave = async (): Promise<void> => {
      const [member] = members.splice(SEEDS + random.integer(members.length - SEEDS), 1) as [Member];
      await swarm.close([member.node]);
    };
    const look = (): void => {
      for (const member of members) {
        if (member.isComplete || member.torrent.state.kind !== 'seeding') continue;
        member.isComplete = true;
        durationsMs.push(clock.now() - member.joinedAt);
      }
    };

    while (members.length < PEERS) {
      await join();
      await clock.advance(1000);
    }
    const heaps: number[] = [];
    for (let hour = 0; hour < HOURS; hour++) {
      for (let past = 0; past < 60 * MINUTE; past += CHURN_INTERVAL_MS) {
        await leave();
        await join();
        await clock.advance(CHURN_INTERVAL_MS);
        look();
      }
      heaps.push(heapMiB());
    }
    const stuck = members.filter(({ isComplete, joinedAt }) => !isComplete && clock.now() - joinedAt > PATIENCE_MS);
    const known = members.map(({ torrent }) => torrent.snapshot().knownPeers);
    printFigures(`PEX swarm of ${PEERS}, ${HOURS} h`, {
      'real seconds': (performance.now() - started) / 1000,
      'peers in all': hosts,
      'downloads that ended well': durationsMs.length,
      'seconds to the last piece, median': median(durationsMs) / 1000,
      'peers there for 30 min without the files': stuck.length,
      'addresses known to a peer, median': median(known),
      'MiB of heap after hour 2': heaps[1] ?? NaN,
      'MiB of heap at the end': heaps.at(-1) ?? NaN,
    });
    await swarm.close(members.map(({ node }) => node));
    expect(stuck.length).toBeLessThanOrEqual(PEERS / 20);
    expect(durationsMs.length).toBeGreaterThan(0.9 * hosts);
    expect(heaps.at(-1)).toBeLessThan(1.5 * (heaps[1] ?? NaN));
    expect(clock.pendingTimers).toBe(0);
  });
});
