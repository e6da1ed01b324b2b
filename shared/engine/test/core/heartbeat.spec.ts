import { describe, expect, it } from 'vitest';
import { Heartbeat } from '../../src/core/heartbeat.js';
import { VirtualClock } from '../mocks/index.js';

class Living {
  ticks = 0;
  isOnline = true;

  readonly state = { kind: 'seeding' };
  readonly peers: { size: number };

  constructor(peers: number) {
    this.peers = { size: peers };
  }

  tick(): void {
    this.ticks++;
  }
}

function setUp() {
  const clock = new VirtualClock();
  const [busy, quiet] = [new Living(1), new Living(0)];
  const heartbeat = new Heartbeat({ clock, torrents: () => [busy, quiet], onBeat: () => undefined });
  return { clock, busy, quiet, heartbeat };
}

describe('Heartbeat', () => {
  it('looks after every torrent each second, but after those that seed to nobody every tenth', async () => {
    const { clock, busy, quiet, heartbeat } = setUp();
    heartbeat.wake();
    await clock.advance(60_000);
    expect(busy.ticks).toBe(60);
    // The first beat is for all.
    expect(quiet.ticks).toBe(6);
    quiet.peers.size = 1;
    await clock.advance(5000);
    expect(quiet.ticks).toBe(11);
    // Once more, when the peer has just left.
    quiet.peers.size = 0;
    await clock.advance(3000);
    expect(quiet.ticks).toBe(12);
    heartbeat.close();
  });

  it('has one timer for all, and none while nobody is online', async () => {
    const { clock, busy, quiet, heartbeat } = setUp();
    heartbeat.wake();
    heartbeat.wake();
    expect(clock.pendingTimers).toBe(1);
    busy.isOnline = quiet.isOnline = false;
    await clock.advance(1000);
    expect(clock.pendingTimers).toBe(0);
    expect(busy.ticks).toBe(0);
  });
});
