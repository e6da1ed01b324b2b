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

/** The UDP tracker there. */
const at = (host: string, port = 80) => ({ host, origin: `udp://${host}:${port}` });

describe('the families of a tracker', () => {
  it('are one for an address, whatever the machine has', () => {
    const { families } = setUp();
    expect(['192.0.2.1', '2001:db8::1', 'tracker.example'].map((host) => families.of(at(host)))).toEqual([
      [undefined],
      [undefined],
      [4, 6],
    ]);
  });

  it('are known by its address, however that is written, for ten minutes', async () => {
    const { clock, families } = setUp();
    expect(await clock.settle(families.ask(at('Tracker.example'), byIpv4Alone))).toEqual([4]);
    expect(families.of(at('tracker.EXAMPLE'))).toEqual([4]);
    expect(families.of(at('other.example'))).toEqual([4, 6]);
    await clock.advance(10 * 60_000);
    expect(families.of(at('tracker.example'))).toEqual([4, 6]);
  });

  it('are others for another port or protocol of the same host', async () => {
    const { clock, families } = setUp();
    await clock.settle(families.ask(at('tracker.example'), byIpv4Alone));
    expect(families.of(at('tracker.example'))).toEqual([4]);
    expect(families.of(at('tracker.example', 81))).toEqual([4, 6]);
    expect(families.of({ host: 'tracker.example', origin: 'http://tracker.example:80' })).toEqual([4, 6]);
  });

  it('are not given up for a limit of our own', async () => {
    const { clock, families } = setUp();
    const busy = (family: IpFamily | undefined) =>
      family === 6 ? Promise.reject(new TrackerError('busy', 'too many')) : Promise.resolve(family);
    expect(await clock.settle(families.ask(at('tracker.example'), busy))).toEqual([4]);
    expect(families.of(at('tracker.example'))).toEqual([4, 6]);
  });

  it('are remembered of a bounded number of hosts', async () => {
    const { clock, families } = setUp();
    const hosts = Array.from({ length: 513 }, (_, index) => `t${index}.example`);
    for (const host of hosts) await clock.settle(families.ask(at(host), byIpv4Alone));
    expect(families.of(at('t0.example'))).toEqual([4, 6]);
    expect(families.of(at('t1.example'))).toEqual([4]);
    expect(families.of(at('t512.example'))).toEqual([4]);
  });

  it('all fail with what was no tracker error, as it is', async () => {
    const { clock, families } = setUp();
    const bug = new TypeError('a bug');
    const outcome = families.ask(at('tracker.example'), () => Promise.reject(bug)).catch((error: unknown) => error);
    expect(await clock.settle(outcome)).toBe(bug);
    expect(clock.pendingTimers).toBe(0);
  });
});
