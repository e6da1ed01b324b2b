import { describe, expect, it } from 'vitest';
import { makeTorrent, VirtualSwarm } from '../simulation/virtual-swarm.js';
import { VirtualUdpTracker } from '../tracker/virtual-udp-tracker.js';
import { heapMiB, printFigures } from './figures.js';

const WEEKS = 4;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const TORRENTS = 20;
/** What both trackers ask for. */
const INTERVAL_MS = HOUR_MS / 2;
/** The UDP tracker says nothing on one day a week. */
const SILENT_WEEKDAY = 3;

describe('a client with twenty torrents, each on an HTTP and a UDP tracker', () => {
  it('announces at the interval for four weeks, through silent days of a tracker, and grows nowhere', async () => {
    const started = performance.now();
    const swarm = new VirtualSwarm(8);
    const { clock, random, tracker } = swarm;
    const udp = await VirtualUdpTracker.start(swarm.network.host('10.0.0.9', { latencyMs: 20 }), {
      clock,
      random,
      port: 80,
    });
    const node = await swarm.node('10.0.0.1', { settings: { announceToAllTrackers: true } });
    for (let index = 0; index < TORRENTS; index++) {
      const name = `file-${index}`;
      const sample = makeTorrent({ name, seed: index, pieceLength: 16_384, files: { [name]: 1000 } });
      const torrent = await swarm.seedFrom(node, sample);
      torrent.setTrackers([...torrent.record.trackers, ['udp://10.0.0.9:80/announce']]);
    }
    const heaps: number[] = [];
    const announces = { http: 0, udp: 0, silent: 0 };
    for (let day = 0; day < 7 * WEEKS; day++) {
      const isSilent = day % 7 === SILENT_WEEKDAY;
      udp.interfere = () => (isSilent ? 'ignore' : undefined);
      await clock.advance(DAY_MS);
      announces.http += tracker.lefts.get(node.ip)?.length ?? 0;
      announces[isSilent ? 'silent' : 'udp'] += udp.taken().filter((action) => action !== 'scrape').length;
      tracker.lefts.clear();
      tracker.log.length = 0;
      node.http.requests.length = 0;
      heaps.push(heapMiB());
    }
    const perTorrentDay = announces.http / (TORRENTS * 7 * WEEKS);
    const most = DAY_MS / INTERVAL_MS;
    printFigures(`Trackers of ${TORRENTS} torrents, ${WEEKS} weeks`, {
      'real seconds': (performance.now() - started) / 1000,
      'announces by HTTP a torrent and day': perTorrentDay,
      'UDP packets a torrent and working day': announces.udp / (TORRENTS * 6 * WEEKS),
      'UDP packets a torrent and silent day': announces.silent / (TORRENTS * WEEKS),
      'MiB of heap after day 2': heaps[1] ?? NaN,
      'MiB of heap at the end': heaps.at(-1) ?? NaN,
    });
    expect(perTorrentDay).toBeLessThanOrEqual(most + 1);
    expect(perTorrentDay).toBeGreaterThan(0.9 * most);
    const states = node.client.torrents.flatMap((torrent) => torrent.details().trackers);
    expect(states.filter(({ status }) => status === 'working')).toHaveLength(2 * TORRENTS);
    expect(heaps.at(-1)).toBeLessThan(1.5 * (heaps[1] ?? NaN));
    await swarm.close([node]);
    expect(clock.pendingTimers).toBe(0);
  });
});
