import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BitField, BitFieldError } from '../../src/utils/bitfield.js';

const codeOf = (action: () => unknown): string => {
  try {
    action();
  } catch (error) {
    if (error instanceof BitFieldError) return error.code;
    throw error;
  }
  return 'nothing thrown';
};

describe('BitField', () => {
  it('counts what two fields have in common', () => {
    const a = BitField.fromBytes(Uint8Array.of(0b1011_0001, 0b1000_0000), 10);
    const b = BitField.fromBytes(Uint8Array.of(0b1110_0001, 0b1100_0000), 10);
    expect(a.countCommon(b)).toBe(4);
    expect(a.countCommon(new BitField(10))).toBe(0);
  });

  it('lays bits out as BEP 3 does, the high bit of the first byte being bit 0', () => {
    const field = new BitField(10);
    field.set(0);
    field.set(9);
    expect([...field.buffer]).toEqual([0x80, 0x40]);
    expect(field.toHex()).toBe('8040');
    expect(BitField.fromHex('8040', 10).get(9)).toBe(true);
  });

  it('counts set bits, whatever the order of setting and clearing', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 70 }),
        fc.array(fc.record({ index: fc.nat(69), on: fc.boolean() })),
        (length, steps) => {
          const field = new BitField(length);
          const model = new Set<number>();
          for (const { index, on } of steps) {
            if (index >= length) continue;
            if (on) {
              field.set(index);
              model.add(index);
            } else {
              field.clear(index);
              model.delete(index);
            }
          }
          expect([...field]).toEqual([...model].sort((a, b) => a - b));
          expect(field.count).toBe(model.size);
          expect(field.hasAll).toBe(model.size === length);
          expect(field.hasNone).toBe(model.size === 0);
          const copy = BitField.fromBytes(field.buffer, length);
          expect(copy.count).toBe(model.size);
          expect(copy.toHex()).toBe(field.toHex());
        },
      ),
    );
  });

  it('sets all bits and leaves the spare ones clear', () => {
    for (const length of [1, 7, 8, 9, 16]) {
      const field = new BitField(length);
      field.setAll();
      expect(field.hasAll).toBe(true);
      expect([...BitField.fromBytes(field.buffer, length)]).toHaveLength(length);
    }
  });

  it('clones into an independent field', () => {
    const field = new BitField(4);
    const copy = field.clone();
    copy.set(2);
    expect(field.count).toBe(0);
    expect(copy.count).toBe(1);
  });

  it('copies the bytes it is made from', () => {
    const bytes = Uint8Array.of(0x80);
    const field = BitField.fromBytes(bytes, 8);
    bytes[0] = 0;
    expect(field.get(0)).toBe(true);
  });

  it('has no bits when its length is 0', () => {
    const field = BitField.fromBytes(new Uint8Array(0), 0);
    field.setAll();
    expect(field.count).toBe(0);
    expect(field.hasAll && field.hasNone).toBe(true);
  });

  it.each([-1, 10, 1.5, NaN])('throws RangeError for index %s', (index) => {
    const field = new BitField(10);
    expect(() => field.get(index)).toThrow(RangeError);
    expect(() => field.set(index)).toThrow(RangeError);
    expect(() => field.clear(index)).toThrow(RangeError);
  });

  it('hostile 21: refuses bytes of the wrong length', () => {
    expect(codeOf(() => BitField.fromBytes(new Uint8Array(1), 9))).toBe('wrong-length');
    expect(codeOf(() => BitField.fromBytes(new Uint8Array(3), 9))).toBe('wrong-length');
    expect(codeOf(() => BitField.fromBytes(new Uint8Array(1), 0))).toBe('wrong-length');
  });

  it('hostile 21: refuses a set spare bit', () => {
    expect(codeOf(() => BitField.fromBytes(Uint8Array.of(0, 0x40), 9))).toBe('spare-bits');
    expect(codeOf(() => BitField.fromBytes(Uint8Array.of(0xff, 0x81), 9))).toBe('spare-bits');
  });

  it('refuses text that is not hexadecimal', () => {
    expect(codeOf(() => BitField.fromHex('zz', 8))).toBe('not-hex');
    expect(codeOf(() => BitField.fromHex('f', 8))).toBe('not-hex');
  });
});
