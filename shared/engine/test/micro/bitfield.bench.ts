import { bench, describe } from 'vitest';
import { BitField } from '../../src/utils/bitfield.js';

const PIECES = 100_000;

describe('a bitfield of 100,000 pieces', () => {
  const all = new BitField(PIECES);
  all.setAll();
  const some = new BitField(PIECES);
  for (let index = 0; index < PIECES; index += 7) some.set(index);
  let next = 0;

  bench('sets and clears a bit', () => {
    next = (next + 7919) % PIECES;
    some.set(next);
    some.clear(next);
  });

  bench('counts what two have in common', () => {
    some.countCommon(all);
  });

  bench('comes from the wire', () => {
    BitField.fromBytes(all.buffer, PIECES);
  });
});
