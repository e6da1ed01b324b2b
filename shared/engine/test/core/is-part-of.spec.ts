import { describe, expect, it } from 'vitest';
import { isPartOf } from '../../src/core/is-part-of.js';

const whole = { name: 'a', limit: undefined, list: [1, { host: 'h', port: 1 }], map: new Map([[1, 'x']]) };

describe('isPartOf', () => {
  it('sees that changes say what is there already, however deep', () => {
    expect(isPartOf({}, whole)).toBe(true);
    expect(isPartOf({ limit: undefined, list: [1, { port: 1, host: 'h' }] }, whole)).toBe(true);
    expect(isPartOf({ map: new Map([[1, 'x']]) }, whole)).toBe(true);
  });

  it('sees a value, a member, an item or an entry that differs, is missing or is new', () => {
    expect(isPartOf({ name: 'b' }, whole)).toBe(false);
    expect(isPartOf({ list: [1] }, whole)).toBe(false);
    expect(isPartOf({ list: [1, { host: 'h', port: 2 }] }, whole)).toBe(false);
    expect(isPartOf({ list: [1, { host: 'h' }] } as object, whole)).toBe(false);
    expect(isPartOf({ map: new Map([[1, 'y']]) }, whole)).toBe(false);
    expect(isPartOf({ map: new Map() }, whole)).toBe(false);
    expect(isPartOf({ map: [[1, 'x']] } as object, whole)).toBe(false);
    expect(isPartOf({ map: undefined } as object, whole)).toBe(false);
  });
});
