import { describe, expect, it } from 'vitest';
import { FaultInjector } from '../faults/fault-injector.js';
import { SleepyClock } from '../faults/sleepy-clock.js';
import { hasAllFiles, makeTorrent, VirtualSwarm } from './virtual-swarm.js';

const LINE = { uplinkBytesPerSecond: 50_000, latencyMs: 10 };
const DAY_MS = 86_400_000;
const NIGHT_MS = 8 * 3_600_000;
/** A dead connection is noticed after 2 minutes, and its peer tried again after one more. */
const RECOVERY_MS = 10 * 60_000;
/** Half an hour, as the tracker asks for, and some. */
const ANNOUNCE_INTERVAL_MS = 40 * 60_000;

const sample = makeTorrent({ name: 'night.bin', seed: 3, pieceLength: 32_768, files: { 'night.bin': 900_000 } });

/** A seed, and a client in the middle of a download on a machine that can sleep. */
async function setUp(options: { readonly countsSleep: boolean }) {
  const swarm = new VirtualSwarm(5);
  const seedHost = swarm.network.host('10.0.0.1', LINE);
  const seed = await swarm.node('10.0.0.1', { sockets: seedHost });
  await swarm.seedFrom(seed, sample);
  const host = swarm.network.host('10.0.0.2', LINE);
  const machine = new SleepyClock(swarm.clock, options);
  const faults = new FaultInjector({ clock: machine, plan: () => undefined });
  const sockets = faults.sockets(host);
  const leech = await swarm.node('10.0.0.2', { sockets, faults });
  const torrent = await swarm.add(leech, { metainfo: sample.metainfo });
  await swarm.clock.runUntil(() => torrent.snapshot().wantedDoneBytes > 200_000);
  const expectCompletion = async () => {
    await swarm.complete([torrent], { maxMs: RECOVERY_MS });
    expect(hasAllFiles(leech, sample)).toBe(true);
    const announces = () => swarm.tracker.lefts.get('10.0.0.2')?.length ?? 0;
    const before = announces();
    await swarm.clock.runUntil(() => announces() > before, { maxMs: ANNOUNCE_INTERVAL_MS });
    await swarm.close([seed, leech]);
  };
  return { swarm, seedHost, host, machine, sockets, torrent, expectCompletion };
}

describe('a download goes on by itself', () => {
  it.each([true, false])(
    'hostile 52: after the machine slept for a night (a clock that counts sleep: %s)',
    async (countsSleep) => {
      const { swarm, seedHost, host, machine, torrent, expectCompletion } = await setUp({ countsSleep });
      swarm.network.partition([host], [seedHost]);
      machine.sleep();
      await swarm.clock.advance(NIGHT_MS);
      expect(torrent.state.kind).toBe('downloading');
      swarm.network.heal();
      machine.wake();
      await expectCompletion();
    },
  );

  it.each([DAY_MS, -DAY_MS])('hostile 52: when the time of day jumps by %d ms', async (jumpMs) => {
    const { machine, expectCompletion } = await setUp({ countsSleep: true });
    machine.jump(jumpMs);
    await expectCompletion();
  });

  it('hostile 52: when the machine moves to another network, where no connection lives on', async () => {
    const { sockets, expectCompletion } = await setUp({ countsSleep: true });
    sockets.cutOff();
    await expectCompletion();
  });

  it('hostile 51: when the helper is lost in the middle, and back later', async () => {
    const { swarm, sockets, torrent, expectCompletion } = await setUp({ countsSleep: true });
    sockets.loseBridge();
    expect(torrent.peers.size).toBe(0);
    await swarm.clock.advance(60_000);
    expect(torrent.state.kind).toBe('downloading');
    sockets.restoreBridge();
    await expectCompletion();
  });
});
