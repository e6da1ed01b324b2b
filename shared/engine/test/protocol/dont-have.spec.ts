import { expect, it } from 'vitest';
import { encodeDontHave, parseDontHave } from '../../src/protocol/dont-have.js';

it('lt_donthave names one piece, in four bytes and no other length (BEP 54)', () => {
  expect(encodeDontHave(0x01020304)).toEqual(Uint8Array.of(1, 2, 3, 4));
  expect(parseDontHave(encodeDontHave(0xffffffff))).toBe(0xffffffff);
  for (const length of [0, 3, 5]) expect(parseDontHave(new Uint8Array(length))).toBeUndefined();
});
