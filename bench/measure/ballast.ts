import { closeSync, ftruncateSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';

const CHUNK = new Uint8Array(1024 * 1024);
/** Beside what an attempt writes to files: what its processes take for themselves. */
const SPARE_BYTES = 256 * 1024 * 1024;
const INTERVAL_MS = 10;

/**
 * Memory that is in use already, given back while an attempt runs, as fast as the machine's free memory shrinks. In a virtual machine,
 * memory that was idle for a second belongs to the host again, and using it anew costs up to 3 s of CPU time a GiB, fifteen times the copy
 * itself: chance would decide who pays. To warm it just before is not enough, for what an attempt uses last has been idle by then.
 */
export class Ballast {
  readonly #file: number;
  readonly #timer: NodeJS.Timeout;
  readonly #freeBytes: number;
  #size: number;

  /** For an attempt that writes `bytes`; `path` is free and stays so. */
  constructor(path: string, bytes: number) {
    this.#file = openSync(path, 'w');
    rmSync(path);
    this.#size = bytes + SPARE_BYTES;
    for (let written = 0; written < this.#size; written += CHUNK.length) writeSync(this.#file, CHUNK);
    this.#freeBytes = freeBytes();
    this.#timer = setInterval(() => this.#replace(), INTERVAL_MS);
  }

  close(): void {
    clearInterval(this.#timer);
    closeSync(this.#file);
  }

  #replace(): void {
    const missing = this.#freeBytes - freeBytes();
    if (missing <= 0 || this.#size === 0) return;
    this.#size = Math.max(0, this.#size - missing);
    ftruncateSync(this.#file, this.#size);
  }
}

/** What nobody uses, in bytes; 0 where the system does not say. */
function freeBytes(): number {
  const kibibytes = /^MemFree: *(\d+) kB$/m.exec(readFileSync('/proc/meminfo', 'utf8'))?.[1];
  return Number(kibibytes ?? 0) * 1024;
}
