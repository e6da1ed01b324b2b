import { describe, expect, it } from 'vitest';
import { ActivityTimer } from '../../src/core/activity-timer.js';

describe('the time a torrent is active', () => {
  it('counts downloading and seeding, not the rest, and tells how much of it was seeding', () => {
    const timer = new ActivityTimer();
    timer.enter('downloading', 5_000);
    expect(timer.activeSeconds(7_999)).toBe(2);
    timer.enter('queued', 10_000);
    timer.enter('seeding', 60_000);
    expect([timer.activeSeconds(61_500), timer.seedingSeconds(61_500)]).toEqual([6, 1]);
    timer.enter('queued', 64_000);
    expect([timer.activeSeconds(99_000), timer.seedingSeconds(99_000)]).toEqual([9, 4]);
  });

  it('goes on from an earlier session', () => {
    const timer = new ActivityTimer();
    timer.restore({ activeSeconds: 100, seedingSeconds: 40 });
    timer.enter('seeding', 3_000);
    expect([timer.activeSeconds(8_000), timer.seedingSeconds(8_000)]).toEqual([105, 45]);
  });

  it('saying the same again loses nothing', () => {
    const timer = new ActivityTimer();
    for (const now of [0, 400, 800, 1_200]) timer.enter('seeding', now);
    expect(timer.seedingSeconds(1_600)).toBe(1);
  });
});
