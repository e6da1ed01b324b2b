import { describe, expect, it } from 'vitest';
import type { IClock } from '../../src/interfaces/clock.js';
import { inWorld, type ComplianceHarness, type HarnessFactory } from './harness.js';

export interface ClockHarness extends ComplianceHarness {
  readonly clock: IClock;
}

/** What an {@link IClock} promises. */
export function describeClock(name: string, createHarness: HarnessFactory<ClockHarness>): void {
  const test = (title: string, body: (harness: ClockHarness) => Promise<void>): void => {
    it(title, inWorld(createHarness, body));
  };

  describe(`${name}: clock`, () => {
    test('a timer fires once, no sooner than asked', async ({ clock, waitFor }) => {
      const start = clock.now();
      const fired: number[] = [];
      for (const delayMs of [30, 0, 7.5, 15]) clock.setTimer(delayMs, () => fired.push(clock.now() - start - delayMs));
      await waitFor(() => fired.length >= 4);
      expect(Math.min(...fired)).toBeGreaterThanOrEqual(0);
      let over = false;
      clock.setTimer(20, () => (over = true));
      await waitFor(() => over);
      expect(fired).toHaveLength(4);
    });

    test('the callback never runs within setTimer', async ({ clock, waitFor }) => {
      let fired = false;
      clock.setTimer(-5, () => (fired = true));
      expect(fired).toBe(false);
      await waitFor(() => fired);
    });

    test('a cancelled timer does not fire, and cancel is idempotent', async ({ clock, waitFor }) => {
      let wrong = 0;
      let over = false;
      const timer = clock.setTimer(5, () => wrong++);
      timer.cancel();
      timer.cancel();
      const last = clock.setTimer(20, () => (over = true));
      await waitFor(() => over);
      last.cancel();
      expect(wrong).toBe(0);
    });

    test('a delay of many weeks is not taken for a short one', async ({ clock, waitFor }) => {
      let early = false;
      let over = false;
      const timer = clock.setTimer(90 * 86_400_000, () => (early = true));
      clock.setTimer(15, () => (over = true));
      await waitFor(() => over);
      timer.cancel();
      expect(early).toBe(false);
    });

    test('time does not go back, and the wall clock is of this century', async ({ clock, waitFor }) => {
      const [now, wallTime] = [clock.now(), clock.wallTime()];
      expect(Number.isInteger(wallTime)).toBe(true);
      let over = false;
      clock.setTimer(5, () => (over = true));
      await waitFor(() => over);
      expect(clock.now()).toBeGreaterThan(now);
      expect(wallTime).toBeGreaterThan(Date.UTC(2020, 0));
      expect(wallTime).toBeLessThan(Date.UTC(2100, 0));
      expect(Math.abs(clock.utcOffsetMinutes())).toBeLessThanOrEqual(14 * 60);
    });
  });
}
