import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { VirtualClock } from './virtual-clock.js';

describe('VirtualClock', () => {
  it('fires timers by time, and those of one instant in the order they were made', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ delayMs: fc.nat(20), cancelled: fc.boolean() }), { maxLength: 60 }),
        async (plan) => {
          const clock = new VirtualClock();
          const fired: { delayMs: number; index: number; at: number }[] = [];
          const timers = plan.map(({ delayMs }, index) =>
            clock.setTimer(delayMs, () => fired.push({ delayMs, index, at: clock.now() })),
          );
          plan.forEach(({ cancelled }, index) => cancelled && timers[index]?.cancel());
          await clock.advance(20);
          const expected = plan
            .map(({ delayMs, cancelled }, index) => ({ delayMs, index, at: delayMs, cancelled }))
            .filter(({ cancelled }) => !cancelled)
            .sort((a, b) => a.delayMs - b.delayMs || a.index - b.index)
            .map(({ delayMs, index, at }) => ({ delayMs, index, at }));
          expect(fired).toEqual(expected);
          expect(clock.pendingTimers).toBe(0);
        },
      ),
    );
  });

  it('runs every microtask before the next timer', async () => {
    const clock = new VirtualClock();
    const trace: string[] = [];
    clock.setTimer(1, () => {
      let chain = Promise.resolve();
      for (let i = 0; i < 200; i++) chain = chain.then(() => undefined);
      void chain.then(() => trace.push(`chain at ${clock.now()}`));
    });
    clock.setTimer(2, () => trace.push('second timer'));
    await clock.advance(5);
    expect(trace).toEqual(['chain at 1', 'second timer']);
    expect(clock.now()).toBe(5);
  });

  it('stops at the moment a condition holds, and complains when it never does', async () => {
    const clock = new VirtualClock();
    let count = 0;
    const tick = (): void => {
      count++;
      clock.setTimer(10, tick);
    };
    tick();
    await clock.runUntil(() => count === 4);
    expect(clock.now()).toBe(30);
    await expect(clock.runUntil(() => count < 0, { maxMs: 1000 })).rejects.toThrow('1000 virtual ms');
  });

  it('passes on the outcome of a promise', async () => {
    const clock = new VirtualClock();
    const later = new Promise((resolve) => clock.setTimer(50, () => resolve('done')));
    expect(await clock.settle(later)).toBe('done');
    await expect(clock.settle(Promise.reject(new Error('no')))).rejects.toThrow('no');
  });
});
