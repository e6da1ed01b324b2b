import { describe, expect, it } from 'vitest';
import { FloodGuard } from '../../src/dht/flood-guard.js';
import { UploadBudget } from '../../src/dht/upload-budget.js';
import { VirtualClock } from '../mocks/index.js';

describe('flood guard', () => {
  it('hostile 38: ignores an address for 5 minutes from its 50th packet in 10 s, and no other', async () => {
    const clock = new VirtualClock();
    const guard = new FloodGuard(clock);
    const admitted = Array.from({ length: 100 }, () => guard.admits('192.0.2.1'));
    expect(admitted.filter(Boolean)).toHaveLength(49);
    expect(guard.admits('192.0.2.2')).toBe(true);
    await clock.advance(5 * 60_000 - 1);
    expect(guard.admits('192.0.2.1')).toBe(false);
    await clock.advance(1);
    expect(guard.admits('192.0.2.1')).toBe(true);
  });

  it('lets 4 packets a second pass for ever', async () => {
    const clock = new VirtualClock();
    const guard = new FloodGuard(clock);
    for (let packet = 0; packet < 400; packet++) {
      expect(guard.admits('192.0.2.1')).toBe(true);
      await clock.advance(250);
    }
  });

  it('does not count what is taken back', () => {
    const guard = new FloodGuard(new VirtualClock());
    for (let packet = 0; packet < 200; packet++) {
      expect(guard.admits('192.0.2.1')).toBe(true);
      guard.forgive('192.0.2.1');
    }
  });

  it('hostile 38: goes on ignoring while thousands of other addresses come by', () => {
    const guard = new FloodGuard(new VirtualClock());
    for (let packet = 0; packet < 50; packet++) guard.admits('192.0.2.1');
    for (let index = 0; index < 5000; index++) guard.admits(`10.0.${index >> 8}.${index & 0xff}`);
    expect(guard.admits('192.0.2.1')).toBe(false);
  });
});

describe('upload budget', () => {
  it('gives 8 kB a second, and at most three seconds of it at once', async () => {
    const clock = new VirtualClock();
    const budget = new UploadBudget(clock);
    const drain = () => {
      let bytes = 0;
      while (budget.take(100)) bytes += 100;
      return bytes;
    };
    expect(drain()).toBe(24_000);
    await clock.advance(1000);
    expect(drain()).toBe(8_000);
    await clock.advance(3_600_000);
    expect(drain()).toBe(24_000);
  });
});
