import fc from 'fast-check';
import { expect, it } from 'vitest';
import { encodeDontHave, parseDontHave } from '../../src/protocol/dont-have.js';

it('lt_donthave names one piece, in four bytes and no other length (BEP 54)', () => {
  expect(encodeDontHave(0x01020304)).toEqual(Uint8Array.of(1, 2, 3, 4));
  expect(parseDontHave(encodeDontHave(0xffffffff))).toBe(0xffffffff);
  for (const length of [0, 3, 5]) expect(parseDontHave(new Uint8Array(length))).toBeUndefined();
});

it('lt_donthave of any bytes names the piece that would be written so, or none', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 8 }), (payload) => {
      const index = parseDontHave(payload);
      if (index === undefined) expect(payload).not.toHaveLength(4);
      else expect(encodeDontHave(index)).toEqual(payload);
    }),
  );
});
