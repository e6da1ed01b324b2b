import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatBytes, formatDuration, formatPercent, formatRate } from '../../src/ui/state/format.js';

describe('formatBytes', () => {
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1.0 kB'],
    [99_949, '99.9 kB'],
    [99_960, '100 kB'],
    [999_600, '1.0 MB'],
    [12_340_000, '12.3 MB'],
    [2 ** 53 - 1, '9.0 PB'],
    [-5, '0 B'],
  ])('%d is %s', (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text);
  });

  it('never takes more than eight characters', () => {
    fc.assert(fc.property(fc.maxSafeNat(), (bytes) => formatBytes(bytes).length <= 8));
  });

  it('a rate is a second of it', () => {
    expect(formatRate(12_340_000)).toBe('12.3 MB/s');
  });
});

describe('formatPercent', () => {
  it.each([
    [0, '0 %'],
    [0.999_999, '99 %'],
    [1, '100 %'],
    [1.5, '100 %'],
    [-1, '0 %'],
  ])('%d is %s', (fraction, text) => {
    expect(formatPercent(fraction)).toBe(text);
  });
});

describe('formatDuration', () => {
  it.each([
    [0, '1 s'],
    [40.2, '41 s'],
    [160, '3 min'],
    [4800, '1 h 20 min'],
    [7200, '2 h'],
    [7199, '2 h'],
    [3 * 86_400, '3 days'],
    [101 * 86_400, undefined],
    [Infinity, undefined],
  ])('%d s is %s', (seconds, text) => {
    expect(formatDuration(seconds)).toBe(text);
  });
});
