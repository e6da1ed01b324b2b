import { describe, expect, it } from 'vitest';
import { DhtAnnouncer } from '../../src/dht/dht-announcer.js';
import type { FindPeersOptions } from '../../src/dht/dht.js';
import { SeededRandom, VirtualClock } from '../mocks/index.js';

const MINUTE = 60_000;

/** An announcer over a DHT whose searches the test ends by hand. */
const create = () => {
  const clock = new VirtualClock();
  const searches: { readonly number: number; readonly at: number; readonly options: FindPeersOptions }[] = [];
  const dht = {
    findPeers: (infoHash: Uint8Array, options: FindPeersOptions) =>
      void searches.push({ number: infoHash[0] ?? -1, at: clock.now(), options }),
  };
  const announcer = new DhtAnnouncer({ dht, clock, random: new SeededRandom(1) });
  const add = (number: number) =>
    announcer.add({
      infoHash: new Uint8Array(20).fill(number),
      announcement: () => ({ port: 6881 }),
      wantsSeeds: () => true,
      onPeer: () => undefined,
    });
  const finish = (index: number, peers: number) =>
    searches[index]?.options.onDone?.({ answered: 8, peers, rounds: 1, announcedTo: 8 });
  return { clock, searches, announcer, add, finish };
};

describe('DHT announcer', () => {
  it('searches at once, then about every 15 minutes', async () => {
    const { clock, searches, add, finish } = create();
    add(1);
    expect(searches).toHaveLength(1);
    expect(searches[0]?.options.announce).toEqual({ port: 6881 });
    for (let round = 0; round < 10; round++) {
      finish(round, 5);
      await clock.runUntil(() => searches.length === round + 2);
      const pauseMs = (searches[round + 1]?.at ?? 0) - (searches[round]?.at ?? 0);
      expect(pauseMs).toBeGreaterThanOrEqual(13.5 * MINUTE);
      expect(pauseMs).toBeLessThanOrEqual(15 * MINUTE);
    }
    expect(clock.pendingTimers).toBeLessThanOrEqual(1);
  });

  it('tries again sooner while nobody is found, less and less often', async () => {
    const { clock, searches, add, finish } = create();
    add(1);
    const pauses: number[] = [];
    for (let round = 0; round < 6; round++) {
      finish(round, 0);
      await clock.runUntil(() => searches.length === round + 2);
      pauses.push(Math.round(((searches[round + 1]?.at ?? 0) - (searches[round]?.at ?? 0)) / MINUTE));
    }
    expect(pauses.slice(0, 3)).toEqual([1, 2, 4]);
    expect(Math.max(...pauses)).toBeLessThanOrEqual(15);
  });

  it('runs four searches at a time; newcomers come before what is due again', async () => {
    const { clock, searches, add, finish } = create();
    for (let number = 1; number <= 6; number++) add(number);
    expect(searches.map(({ number }) => number)).toEqual([1, 2, 3, 4]);
    finish(0, 5);
    finish(1, 5);
    expect(searches.map(({ number }) => number)).toEqual([1, 2, 3, 4, 5, 6]);
    await clock.advance(60 * MINUTE);
    add(7);
    finish(2, 5);
    expect(searches.at(-1)?.number).toBe(7);
    finish(3, 5);
    expect([1, 2]).toContain(searches.at(-1)?.number);
  });

  it('announces now when asked to', async () => {
    const { clock, searches, add, finish } = create();
    const schedule = add(1);
    finish(0, 5);
    await clock.advance(MINUTE);
    schedule.announceNow();
    expect(searches).toHaveLength(2);
    // Again, in the middle of a search: a minute after its beginning, however often.
    for (let clicks = 0; clicks < 10; clicks++) schedule.announceNow();
    await clock.advance(1000);
    finish(1, 5);
    await clock.advance(MINUTE - 1001);
    expect(searches).toHaveLength(2);
    await clock.advance(1);
    expect(searches).toHaveLength(3);
    finish(2, 5);
    await clock.advance(10 * MINUTE);
    expect(searches).toHaveLength(3);
  });

  it('hostile 52: searches everything anew once the network is back, also what is being searched, and as often afterwards as at first', async () => {
    const { clock, searches, announcer, add, finish } = create();
    add(1);
    add(2);
    for (let fails = 0; fails < 6; fails++) {
      finish(
        searches.findLastIndex(({ number }) => number === 1),
        0,
      );
      await clock.advance(20 * MINUTE);
    }
    const before = searches.length;
    expect(searches[1]?.options.signal?.aborted).toBe(false);
    announcer.networkIsBack();
    expect(searches.slice(before).map(({ number, at }) => [number, at])).toEqual([
      [1, clock.now()],
      [2, clock.now()],
    ]);
    // It was still under way.
    expect(searches[1]?.options.signal?.aborted).toBe(true);
    finish(before, 0);
    await clock.advance(MINUTE);
    expect(searches).toHaveLength(before + 3);
  });

  it('stops: the search under way is aborted and gives its place to the next', async () => {
    const { clock, searches, announcer, add } = create();
    const schedules = [1, 2, 3, 4, 5].map(add);
    schedules[0]?.stop();
    schedules[0]?.stop();
    expect(searches[0]?.options.signal?.aborted).toBe(true);
    expect(searches.map(({ number }) => number)).toEqual([1, 2, 3, 4, 5]);
    announcer.close();
    expect(searches.every(({ options }) => options.signal?.aborted)).toBe(true);
    await clock.advance(60 * MINUTE);
    expect(searches).toHaveLength(5);
  });
});
