import { describe, expect, it } from 'vitest';
import { BackOff } from '../../src/core/back-off.js';
import { VirtualClock } from '../mocks/index.js';

function setUp() {
  const clock = new VirtualClock();
  const backOff = new BackOff(clock, { firstMs: 1000, longestMs: 4000 });
  const calls: number[] = [];
  /** What is tried fails every time. */
  const fail = () => {
    backOff.schedule(() => {
      calls.push(clock.now());
      fail();
    });
  };
  return { clock, backOff, calls, fail, start: clock.now() };
}

describe('trying again', () => {
  it('comes after twice as long each time, up to the longest', async () => {
    const { clock, calls, fail, start } = setUp();
    fail();
    await clock.advance(16_000);
    expect(calls.map((at) => at - start)).toEqual([1000, 3000, 7000, 11_000, 15_000]);
  });

  it('comes once however often it is asked for, and not at all when it is given up', async () => {
    const { clock, backOff } = setUp();
    const calls: number[] = [];
    for (const name of [1, 2]) backOff.schedule(() => calls.push(name));
    await clock.advance(1000);
    backOff.schedule(() => calls.push(3));
    backOff.cancel();
    await clock.advance(100_000);
    expect([calls, clock.pendingTimers]).toEqual([[1], 0]);
  });

  it('begins anew after a long time without a failure', async () => {
    const { clock, backOff } = setUp();
    const calls: number[] = [];
    const tryAgain = () => backOff.schedule(() => calls.push(clock.now()));
    tryAgain();
    await clock.advance(1000);
    tryAgain();
    await clock.advance(20_000);
    const before = clock.now();
    tryAgain();
    await clock.advance(1000);
    expect(calls.at(-1)).toBe(before + 1000);
  });
});
