/** Bytes in the disk queue above which nothing more should be read from sockets. */
const DISK_QUEUE_HIGH_WATER_BYTES = 32 * 1024 * 1024;

/** Congested above 7/8 of the high-water mark, until below 3/4. */
const CONGESTED_SHARE = 7 / 8;
const RELIEVED_SHARE = 3 / 4;

/** How many bytes, over all torrents, wait to be hashed and written. */
export class DiskQueue {
  readonly #highWaterBytes: number;
  readonly #listeners = new Set<(isCongested: boolean) => void>();
  #queuedBytes = 0;
  #isCongested = false;

  constructor(options: { readonly highWaterBytes?: number } = {}) {
    this.#highWaterBytes = options.highWaterBytes ?? DISK_QUEUE_HIGH_WATER_BYTES;
  }

  get queuedBytes(): number {
    return this.#queuedBytes;
  }

  /** Grant no more socket credit. */
  get isCongested(): boolean {
    return this.#isCongested;
  }

  /** Called when `isCongested` has changed. Returns how to stop listening. */
  onChange(listener: (isCongested: boolean) => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  add(bytes: number): void {
    this.#queuedBytes += bytes;
    if (this.#queuedBytes > this.#highWaterBytes * CONGESTED_SHARE) this.#update({ isCongested: true });
  }

  remove(bytes: number): void {
    this.#queuedBytes -= bytes;
    if (this.#queuedBytes < this.#highWaterBytes * RELIEVED_SHARE) this.#update({ isCongested: false });
  }

  #update(next: { readonly isCongested: boolean }): void {
    if (this.#isCongested === next.isCongested) return;
    this.#isCongested = next.isCongested;
    for (const listener of this.#listeners) listener(next.isCongested);
  }
}
