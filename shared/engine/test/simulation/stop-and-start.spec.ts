import { describe, expect, it } from 'vitest';
import { makeTorrent, VirtualSwarm } from './virtual-swarm.js';

const line = { uplinkBytesPerSecond: 100_000, downlinkBytesPerSecond: 100_000, latencyMs: 10 };
const sample = makeTorrent({ name: 'film.bin', seed: 4, pieceLength: 16_384, files: { 'film.bin': 600_000 } });

describe('a torrent that is started while its stop still waits for the tracker', () => {
  it('goes on at once with what it has, and the last word that the tracker hears is not that it stopped', async () => {
    const swarm = new VirtualSwarm(1);
    const { clock, tracker } = swarm;
    const seed = await swarm.node('10.0.0.1', line);
    await swarm.seedFrom(seed, sample);
    const node = await swarm.node('10.0.0.2', line);
    const torrent = await swarm.add(node, { metainfo: sample.metainfo });
    await clock.runUntil(() => torrent.snapshot().wantedDoneBytes > 100_000);
    const { wantedDoneBytes } = torrent.snapshot();
    tracker.isHanging = true;
    let hasStopped = false;
    const stopped = torrent.stop().then(() => (hasStopped = true));
    await clock.advance(1000);
    expect([torrent.state.kind, hasStopped]).toEqual(['stopped', false]);
    tracker.isHanging = false;
    torrent.start();
    await clock.advance(500);
    expect(torrent.state.kind).toBe('downloading');
    expect(torrent.snapshot().wantedDoneBytes).toBeGreaterThanOrEqual(wantedDoneBytes);
    await clock.settle(stopped);
    await swarm.complete([torrent]);
    expect(torrent.snapshot().wastedBytes).toBeLessThan(2 * sample.pieceLength);
    const heard = tracker.log.filter((entry) => entry.startsWith(node.ip));
    expect(heard.at(-1)).not.toBe(`${node.ip} stopped`);
    expect(heard.filter((entry) => entry.endsWith('started')).length).toBeGreaterThanOrEqual(1);
    await swarm.close([seed, node]);
    // The line still carries how the connections ended.
    await clock.advance(1000);
    expect(clock.pendingTimers).toBe(0);
  });
});
