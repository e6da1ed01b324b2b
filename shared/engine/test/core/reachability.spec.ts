import fc from 'fast-check';
import { beforeEach, expect, it } from 'vitest';
import { Reachability } from '../../src/core/reachability.js';
import { VirtualClock } from '../mocks/virtual-clock.js';

let clock: VirtualClock;
let stored: Map<string, () => Uint8Array>;
let saves: number;
beforeEach(() => {
  clock = new VirtualClock();
  stored = new Map();
  saves = 0;
});

const create = (): Reachability =>
  new Reachability({
    clock,
    session: {
      loadState: (name) => Promise.resolve(stored.get(name)?.()),
      saveState: (name, current) => {
        saves++;
        const record = current();
        stored.set(name, () => record);
      },
    },
  });

it('knows when a peer and when a DHT node came, over a restart', async () => {
  const first = create();
  expect(first.reachedAt).toEqual({ peerAt: undefined, queryAt: undefined });
  const start = clock.wallTime();
  first.peerCame('203.0.113.7');
  expect(first.reachedAt).toEqual({ peerAt: start, queryAt: undefined });
  await clock.advance(2 * 3_600_000);
  first.queryCame('2001:db8::1');
  const second = create();
  await second.load();
  expect(second.reachedAt).toEqual({ peerAt: start, queryAt: start + 2 * 3_600_000 });
});

it('does not take its own machine or its LAN for the Internet', () => {
  const reachability = create();
  for (const host of ['127.0.0.1', '192.168.1.7', '10.0.0.1', '::1', 'fe80::1', '::ffff:127.0.0.1', '']) {
    reachability.peerCame(host);
    reachability.queryCame(host);
  }
  expect(reachability.reachedAt).toEqual({ peerAt: undefined, queryAt: undefined });
});

it('writes once an hour at most, however often others come', async () => {
  const reachability = create();
  for (let minute = 0; minute < 120; minute++) {
    reachability.queryCame('203.0.113.7');
    await clock.advance(60_000);
  }
  expect(saves).toBe(2);
});

it('hostile 48: takes no record for a time that makes no sense', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 32 }), async (record) => {
      stored.set('reachability', () => record);
      const reachability = create();
      await reachability.load();
      for (const at of Object.values(reachability.reachedAt)) {
        if (at === undefined) continue;
        expect(at).toBeGreaterThan(0);
        expect(at).toBeLessThanOrEqual(clock.wallTime());
      }
    }),
  );
});
