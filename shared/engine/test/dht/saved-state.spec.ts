import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeSavedState, parseSavedState } from '../../src/dht/saved-state.js';

const id = new Uint8Array(20).fill(9);
const node = (index: number) => ({
  id: new Uint8Array(20).fill(index),
  endpoint: { host: `192.0.${index >> 8}.${index & 0xff}`, port: 1 + index },
});

describe('saved state', () => {
  it('goes there and back, up to 400 nodes a family', () => {
    const nodes = Array.from({ length: 500 }, (_, index) => node(index));
    const nodes6 = [{ id, endpoint: { host: '2001:db8::1', port: 7 } }];
    const state = parseSavedState(encodeSavedState({ 4: { id, nodes }, 6: { id, nodes: nodes6 } }));
    expect(state).toEqual({ 4: { id, nodes: nodes.slice(0, 400) }, 6: { id, nodes: nodes6 } });
  });

  it('hostile 48: nothing, or what is damaged, is left out and never throws', () => {
    const whole = encodeSavedState({ 4: { id, nodes: [node(1)] } });
    expect(parseSavedState(new Uint8Array())).toEqual({});
    expect(parseSavedState(whole.subarray(0, 20))).toEqual({});
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.nat(255), (at, byte) => {
        const damaged = whole.slice();
        damaged[at] = byte;
        expect(parseSavedState(damaged)[4]?.nodes.length ?? 0).toBeLessThanOrEqual(1);
      }),
    );
  });
});
