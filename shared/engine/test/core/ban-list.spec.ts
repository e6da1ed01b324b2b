import { expect, it } from 'vitest';
import { BanList } from '../../src/core/ban-list.js';

it('bans are kept in order, once each, and the oldest of more than 3,000 goes', () => {
  const bans = new BanList(['a', 'b']);
  bans.add('a');
  expect(bans.identities).toEqual(['b', 'a']);
  for (let number = 0; number < 2999; number++) bans.add(`${number}`);
  expect(bans.has('b')).toBe(false);
  expect(bans.has('a')).toBe(true);
  expect(new BanList(bans.identities).identities).toHaveLength(3000);
});
