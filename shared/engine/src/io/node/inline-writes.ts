import { writeSync } from 'node:fs';
import { INLINE_WRITE_BYTES, QUICK_WRITE_MS, SLOW_DISK_MS } from './limits.js';

/**
 * Small writes of one root, on the calling thread while the disk takes them at once: that costs less than half of a trip to the thread
 * pool. One that takes its time is the last for a while, so a slow disk delays the network once a second at most.
 */
export class InlineWrites {
  readonly #now: () => number;
  #slowUntil = 0;

  /** `now`: milliseconds that never go back. */
  constructor({ now }: { readonly now: () => number }) {
    this.#now = now;
  }

  /** Says whether a write of so many bytes may be made here and now. */
  suits(bytes: number): boolean {
    return bytes <= INLINE_WRITE_BYTES && this.#now() >= this.#slowUntil;
  }

  /** Returns how many bytes were written; throws as the platform does. */
  write(fd: number, data: Uint8Array, position: number): number {
    const begunAt = this.#now();
    const written = writeSync(fd, data, 0, data.byteLength, position);
    const endedAt = this.#now();
    if (endedAt - begunAt > QUICK_WRITE_MS) this.#slowUntil = endedAt + SLOW_DISK_MS;
    return written;
  }
}
