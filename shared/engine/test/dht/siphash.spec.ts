import { describe, expect, it } from 'vitest';
import { sipHash } from '../../src/dht/siphash.js';
import { toHex } from '../../src/utils/bytes.js';

const counting = (length: number): Uint8Array => Uint8Array.from({ length }, (_, index) => index);

describe('SipHash-2-4', () => {
  it.each([
    [0, '310e0edd47db6f72'],
    [1, 'fd67dc93c539f874'],
    [7, '37d1018bf50002ab'],
    [8, '6224939a79f5f593'],
    [15, 'e545be4961ca29a1'],
  ])("gives its authors' result for %i bytes", (length, hex) => {
    expect(toHex(sipHash(counting(16), counting(length)))).toBe(hex);
  });
});
