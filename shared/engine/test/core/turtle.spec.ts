import { describe, expect, it } from 'vitest';
import { type ClientSettings, DEFAULT_SETTINGS } from '../../src/core/settings.js';
import { isScheduled, nextChange, Turtle, withFreshSchedule } from '../../src/core/turtle.js';
import { VirtualClock } from '../mocks/index.js';

const HOUR_MS = 3_600_000;
const MONDAY = 1 << 1;
const FRIDAY = 1 << 5;
const WEEKDAYS = 0b011_1110;
/** Minutes since 1970 of a local time. */
const at = (text: string) => Date.parse(`${text}Z`) / 60_000;
const schedule = (days: number, from: number, to: number) => ({
  turtleScheduleDays: days,
  turtleScheduleFromMinute: from * 60,
  turtleScheduleToMinute: to * 60,
});

describe('a schedule', () => {
  // 5 January 2026 was a Monday.
  it('names the chosen days from its first minute to before its last', () => {
    const office = schedule(WEEKDAYS, 8, 20);
    expect(isScheduled(office, at('2026-01-05T07:59'))).toBe(false);
    expect(isScheduled(office, at('2026-01-05T08:00'))).toBe(true);
    expect(isScheduled(office, at('2026-01-05T19:59'))).toBe(true);
    expect(isScheduled(office, at('2026-01-05T20:00'))).toBe(false);
    expect(isScheduled(office, at('2026-01-04T12:00'))).toBe(false);
    expect(isScheduled(office, at('2026-01-10T12:00'))).toBe(false);
  });

  it('that passes midnight belongs to the day it begins on', () => {
    const night = schedule(FRIDAY, 22, 6);
    expect(isScheduled(night, at('2026-01-09T21:59'))).toBe(false);
    expect(isScheduled(night, at('2026-01-09T22:00'))).toBe(true);
    expect(isScheduled(night, at('2026-01-10T05:59'))).toBe(true);
    expect(isScheduled(night, at('2026-01-10T06:00'))).toBe(false);
    expect(isScheduled(night, at('2026-01-09T05:00'))).toBe(false);
  });

  it('of equal ends has 24 hours', () => {
    const day = schedule(MONDAY, 6, 6);
    expect(isScheduled(day, at('2026-01-05T06:00'))).toBe(true);
    expect(isScheduled(day, at('2026-01-06T05:59'))).toBe(true);
    expect(isScheduled(day, at('2026-01-06T06:00'))).toBe(false);
  });

  it('says when it changes next, over a weekend too', () => {
    const office = schedule(WEEKDAYS, 8, 20);
    expect(nextChange(office, at('2026-01-05T07:00'))).toBe(at('2026-01-05T08:00'));
    expect(nextChange(office, at('2026-01-05T08:00'))).toBe(at('2026-01-05T20:00'));
    expect(nextChange(office, at('2026-01-09T20:00'))).toBe(at('2026-01-12T08:00'));
    expect(nextChange(schedule(MONDAY, 8, 20), at('2026-01-05T20:00'))).toBe(at('2026-01-12T08:00'));
    expect(nextChange(schedule(0b111_1111, 8, 8), at('2026-01-05T07:00'))).toBeUndefined();
    expect(nextChange(schedule(0, 8, 20), at('2026-01-05T07:00'))).toBeUndefined();
  });
});

/** A turtle at 06:00 on Monday, in a place two hours ahead of UTC. */
function setUp(change: Partial<ClientSettings> = {}) {
  const clock = new VirtualClock({ startWallTime: Date.UTC(2026, 0, 5, 4) });
  clock.utcOffset = 120;
  let settings: ClientSettings = {
    ...DEFAULT_SETTINGS,
    downloadLimitBytesPerSecond: 9000,
    turtleDownloadLimitBytesPerSecond: 100,
    turtleUploadLimitBytesPerSecond: 50,
    enableTurtleSchedule: true,
    ...schedule(WEEKDAYS, 8, 20),
    ...change,
  };
  const changes: boolean[] = [];
  const create = () => {
    const turtle = new Turtle({ clock, settings: () => settings, onChange: () => changes.push(turtle.isOn) });
    turtle.follow();
    return turtle;
  };
  const turtle = create();
  const change_ = (more: Partial<ClientSettings>) => {
    settings = { ...settings, ...more };
    turtle.follow();
  };
  return { clock, turtle, create, changes, change: change_ };
}

describe('the turtle', () => {
  it('by hand: on and off, with the slow limits in place of the others', () => {
    const { turtle, change } = setUp({ enableTurtleSchedule: false });
    expect(turtle.isOn).toBe(false);
    expect(turtle.limits).toMatchObject({ downloadLimitBytesPerSecond: 9000, uploadLimitBytesPerSecond: 0 });
    change(turtle.switched({ isOn: true }));
    expect(turtle.isOn).toBe(true);
    expect(turtle.limits).toEqual({ downloadLimitBytesPerSecond: 100, uploadLimitBytesPerSecond: 50 });
    change(turtle.switched({ isOn: false }));
    expect(turtle.isOn).toBe(false);
  });

  it('by schedule: at local time, told when it changes', async () => {
    const { clock, turtle, changes } = setUp();
    await clock.advance(2 * HOUR_MS - 1);
    expect([turtle.isOn, changes]).toEqual([false, []]);
    await clock.advance(1);
    expect([turtle.isOn, changes]).toEqual([true, [true]]);
    await clock.advance(12 * HOUR_MS);
    expect([turtle.isOn, changes]).toEqual([false, [true, false]]);
    turtle.close();
    expect(clock.pendingTimers).toBe(0);
  });

  it('by hand against the schedule: until that changes its mind, over a restart too', async () => {
    const { clock, turtle, create, change } = setUp();
    await clock.advance(3 * HOUR_MS);
    change(turtle.switched({ isOn: false }));
    expect(turtle.isOn).toBe(false);
    await clock.advance(10 * HOUR_MS);
    expect([turtle.isOn, create().isOn]).toEqual([false, false]);
    await clock.advance(1 * HOUR_MS);
    expect(turtle.isOn).toBe(false);
    await clock.advance(12 * HOUR_MS);
    expect(turtle.isOn).toBe(true);
  });

  it('by hand back to what the schedule says ends the exception', async () => {
    const { clock, turtle, change } = setUp();
    change(turtle.switched({ isOn: true }));
    expect(turtle.isOn).toBe(true);
    change(turtle.switched({ isOn: false }));
    expect(turtle.isOn).toBe(false);
    await clock.advance(2 * HOUR_MS);
    expect(turtle.isOn).toBe(true);
  });

  it('another schedule forgets the exceptions of the one before', () => {
    expect(withFreshSchedule({ turtleScheduleDays: 1 })).toEqual({ turtleScheduleDays: 1, turtleExceptionUntil: 0 });
    expect(withFreshSchedule({ turtleExceptionUntil: 5 })).toEqual({ turtleExceptionUntil: 5 });
    expect(withFreshSchedule({ listenPort: 5 })).toEqual({ listenPort: 5 });
  });

  it('hostile 52: a clock that jumps a day is followed within a minute, and so is a change of the time zone', async () => {
    const { clock, turtle, changes } = setUp();
    clock.utcOffset = 300;
    await clock.advance(60_000);
    expect([turtle.isOn, changes]).toEqual([true, [true]]);
    clock.utcOffset = 120 - 24 * 60;
    await clock.advance(60_000);
    expect([turtle.isOn, changes]).toEqual([false, [true, false]]);
  });
});
