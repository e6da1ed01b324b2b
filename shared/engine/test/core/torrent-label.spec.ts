import { describe, expect, it } from 'vitest';
import { cleanLabel } from '../../src/core/torrent-label.js';

describe('a label', () => {
  it('is plain text without space around it, of at most 100 characters, none of them cut in two', () => {
    expect(cleanLabel('  Films \n')).toBe('Films');
    expect(cleanLabel('a\u202eb')).toBe('a\ufffdb');
    expect(cleanLabel('😀'.repeat(150))).toBe('😀'.repeat(100));
  });

  it('of nothing is none', () => {
    expect([cleanLabel(''), cleanLabel('  \t')]).toEqual([undefined, undefined]);
  });
});
