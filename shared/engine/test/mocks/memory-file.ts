/** Pages hold what was written; a page that is missing reads as zeros. */
const PAGE_BYTES = 16 * 1024;

interface Page {
  readonly bytes: Uint8Array;
  /** Bytes from the page's start to the end of what was ever written: what it costs. */
  used: number;
}

/** The bytes of one file in memory, sparse. */
export class MemoryFile {
  readonly #pages = new Map<number, Page>();
  #size = 0;
  #allocatedBytes = 0;
  modifiedMs = 0;

  get size(): number {
    return this.#size;
  }

  /** Bytes that count against the capacity: gaps that were never written are free. */
  get allocatedBytes(): number {
    return this.#allocatedBytes;
  }

  /** How much `allocatedBytes` would grow by writing there. */
  growth(position: number, length: number): number {
    let total = 0;
    this.#eachPage(position, length, (index, _start, end) => {
      total += Math.max(0, end - (this.#pages.get(index)?.used ?? 0));
    });
    return total;
  }

  read(position: number, into: Uint8Array): number {
    const length = Math.max(0, Math.min(into.byteLength, this.#size - position));
    let done = 0;
    this.#eachPage(position, length, (index, start, end) => {
      const page = this.#pages.get(index);
      const target = into.subarray(done, done + end - start);
      if (page) target.set(page.bytes.subarray(start, end));
      else target.fill(0);
      done += end - start;
    });
    return length;
  }

  write(position: number, data: Uint8Array): void {
    let done = 0;
    this.#eachPage(position, data.byteLength, (index, start, end) => {
      let page = this.#pages.get(index);
      if (!page) this.#pages.set(index, (page = { bytes: new Uint8Array(PAGE_BYTES), used: 0 }));
      page.bytes.set(data.subarray(done, done + end - start), start);
      this.#allocatedBytes += Math.max(0, end - page.used);
      page.used = Math.max(page.used, end);
      done += end - start;
    });
    this.#size = Math.max(this.#size, position + data.byteLength);
  }

  truncate(size: number): void {
    for (const [index, page] of this.#pages) {
      const kept = Math.max(0, size - index * PAGE_BYTES);
      if (kept >= page.used) continue;
      this.#allocatedBytes -= page.used - kept;
      page.used = kept;
      page.bytes.fill(0, kept);
      if (kept === 0) this.#pages.delete(index);
    }
    this.#size = size;
  }

  #eachPage(position: number, length: number, visit: (index: number, start: number, end: number) => void): void {
    const stop = position + length;
    while (position < stop) {
      const index = Math.floor(position / PAGE_BYTES);
      const start = position - index * PAGE_BYTES;
      const end = Math.min(PAGE_BYTES, start + stop - position);
      visit(index, start, end);
      position += end - start;
    }
  }
}
