import { describe, expect, it } from 'vitest';
import { newTiers } from '../../src/core/tracker-tiers.js';

describe('newTiers', () => {
  it('keeps what is new, each URL once, and no empty tier', () => {
    expect(newTiers([['a', 'b']], [['b'], ['c', 'a', 'c'], ['d'], ['c']])).toEqual([['c'], ['d']]);
  });

  it('stops at 100 trackers', () => {
    const many = Array.from({ length: 150 }, (_, index) => [`t${index}`]);
    expect(newTiers([['a']], many)).toHaveLength(99);
    expect(newTiers(many, [['b']])).toEqual([]);
  });
});
