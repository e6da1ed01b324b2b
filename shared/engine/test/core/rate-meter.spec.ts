import { expect, it } from 'vitest';
import { RateMeter } from '../../src/core/rate-meter.js';

it('gives a steady stream its rate', () => {
  const meter = new RateMeter();
  for (let now = 0; now <= 20_000; now += 10) meter.add(1000, now);
  expect(meter.rate(20_000)).toBeGreaterThan(98_000);
  expect(meter.rate(20_000)).toBeLessThan(102_500);
  expect(meter.total).toBe(2_001_000);
});

it('follows a change within the window', () => {
  const meter = new RateMeter();
  for (let now = 0; now < 10_000; now += 10) meter.add(1000, now);
  for (let now = 10_000; now < 16_000; now += 10) meter.add(100, now);
  expect(meter.rate(16_000)).toBeLessThan(10_500);
});

it('falls to nothing when nothing comes, and starts afresh', () => {
  const meter = new RateMeter();
  meter.add(1_000_000, 0);
  expect(meter.rate(2500)).toBe(400_000);
  expect(meter.rate(6000)).toBe(0);
  expect(meter.rate(1_000_000)).toBe(0);
  meter.add(5000, 1_000_000);
  expect(meter.rate(1_000_000)).toBeGreaterThan(0);
  expect(meter.rate(1_000_000)).toBeLessThanOrEqual(5000);
});

it('does not read the first packet as a burst', () => {
  const meter = new RateMeter();
  expect(meter.rate(50)).toBe(0);
  meter.add(16_384, 100);
  expect(meter.rate(101)).toBe(16_384);
});
