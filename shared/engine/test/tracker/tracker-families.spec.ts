import { describe, expect, it } from 'vitest';
import { TrackerError } from '../../src/interfaces/tracker.js';
import type { IpFamily } from '../../src/protocol/node-info.js';
import { TrackerFamilies } from '../../src/tracker/tracker-families.js';
import { VirtualClock } from '../mocks/virtual-clock.js';

function setUp() {
  const clock = new VirtualClock();
  const families = new TrackerFamilies({ clock, onThisMachine: () => [4, 6] });
  return { clock, families };
}

const byIpv4Alone = (family: IpFamily | undefined) =>
  family === 6 ? Promise.reject(new TrackerError('network', 'no way')) : Promise.resolve(family);

describe('the families of a tracker', () => {
  it('are one for an address, whatever the machine has', () => {
    const { families } = setUp();
    expect(['192.0.2.1', '2001:db8::1', 'tracker.example'].map((host) => families.of(host))).toEqual([
      [undefined],
      [undefined],
      [4, 6],
    ]);
  });

  it('are known by host, however it is written, for ten minutes', async () => {
    const { clock, families } = setUp();
    expect(await clock.settle(families.ask('Tracker.example', byIpv4Alone))).toEqual([4]);
    expect(families.of('tracker.EXAMPLE')).toEqual([4]);
    expect(families.of('other.example')).toEqual([4, 6]);
    await clock.advance(10 * 60_000);
    expect(families.of('tracker.example')).toEqual([4, 6]);
  });

  it('are remembered of a bounded number of hosts', async () => {
    const { clock, families } = setUp();
    const hosts = Array.from({ length: 513 }, (_, index) => `t${index}.example`);
    for (const host of hosts) await clock.settle(families.ask(host, byIpv4Alone));
    expect(families.of('t0.example')).toEqual([4, 6]);
    expect(families.of('t1.example')).toEqual([4]);
    expect(families.of('t512.example')).toEqual([4]);
  });

  it('all fail with what was no tracker error, as it is', async () => {
    const { clock, families } = setUp();
    const bug = new TypeError('a bug');
    const outcome = families.ask('tracker.example', () => Promise.reject(bug)).catch((error: unknown) => error);
    expect(await clock.settle(outcome)).toBe(bug);
    expect(clock.pendingTimers).toBe(0);
  });
});
