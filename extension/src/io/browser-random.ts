import type { IRandom } from '@jstorrent/engine';

/** `crypto.getRandomValues` refuses more at a time. */
const MAX_BYTES_A_CALL = 65_536;

/** The browser's cryptographic source. */
export class BrowserRandom implements IRandom {
  bytes(length: number): Uint8Array {
    const bytes = new Uint8Array(length);
    for (let offset = 0; offset < length; offset += MAX_BYTES_A_CALL) {
      crypto.getRandomValues(bytes.subarray(offset, offset + MAX_BYTES_A_CALL));
    }
    return bytes;
  }

  integer(bound: number): number {
    // Values of the last, incomplete run of `bound` are drawn again: otherwise low results would be more likely.
    const limit = 2 ** 32 - (2 ** 32 % bound);
    const draw = new Uint32Array(1);
    for (;;) {
      const [value = 0] = crypto.getRandomValues(draw);
      if (value < limit) return value % bound;
    }
  }
}
