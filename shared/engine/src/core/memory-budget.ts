/**
 * Piece memory of the whole client: open, hashing and being written. Used and pooled bytes together stay under the limit, but for one
 * buffer: a torrent with nothing open may take its first piece when the limit is not passed yet, so no torrent starves and a piece
 * larger than the budget still downloads.
 */
export class MemoryBudget {
  readonly #pool = new Map<number, Uint8Array[]>();
  #usedBytes = 0;
  #pooledBytes = 0;
  #waiting = new Set<() => void>();
  #isNotifying = false;

  constructor(readonly limitBytes: number) {}

  /** Bytes handed out and not returned. */
  get usedBytes(): number {
    return this.#usedBytes;
  }

  /** Those, and the buffers that are kept for the next pieces. */
  get heldBytes(): number {
    return this.#usedBytes + this.#pooledBytes;
  }

  /** Somebody waits for room. */
  get isWanted(): boolean {
    return this.#waiting.size > 0;
  }

  /** Whether `tryAcquire` would succeed. */
  hasRoom(length: number, options: { readonly isFirst: boolean }): boolean {
    return this.#usedBytes + length <= this.limitBytes || (options.isFirst && this.#usedBytes <= this.limitBytes);
  }

  /** A buffer of exactly `length` bytes with any content, or undefined without room. `isFirst`: the caller holds no other. */
  tryAcquire(length: number, options: { readonly isFirst: boolean }): Uint8Array | undefined {
    if (!this.hasRoom(length, options)) return undefined;
    this.#usedBytes += length;
    const pooled = this.#pool.get(length)?.pop();
    if (pooled) {
      this.#pooledBytes -= length;
      return pooled;
    }
    if (this.#usedBytes + this.#pooledBytes > this.limitBytes) this.#emptyPool();
    return new Uint8Array(length);
  }

  /** Returns a buffer, which may be another object than was handed out (a transfer makes a new one). */
  release(buffer: Uint8Array): void {
    const pooled = this.#pool.get(buffer.length);
    if (pooled) pooled.push(buffer);
    else this.#pool.set(buffer.length, [buffer]);
    this.#pooledBytes += buffer.length;
    this.releaseLost(buffer.length);
  }

  /** Gives back the room of a buffer that is lost. */
  releaseLost(length: number): void {
    this.#usedBytes -= length;
    if (this.#usedBytes === 0 || this.#usedBytes + this.#pooledBytes > this.limitBytes) this.#emptyPool();
    if (this.#waiting.size > 0 && !this.#isNotifying) {
      this.#isNotifying = true;
      queueMicrotask(() => this.#notify());
    }
  }

  /** Calls `listener` once, in a microtask after something has been returned; those that waited longest first. */
  onceRoom(listener: () => void): void {
    this.#waiting.add(listener);
  }

  /** Stops waiting. */
  forget(listener: () => void): void {
    this.#waiting.delete(listener);
  }

  #notify(): void {
    this.#isNotifying = false;
    const waiting = this.#waiting;
    this.#waiting = new Set();
    for (const listener of waiting) listener();
  }

  #emptyPool(): void {
    this.#pool.clear();
    this.#pooledBytes = 0;
  }
}
