/** Bytes that one read for an upload brings in at most. */
export const READ_EXTENT_LENGTH = 1024 * 1024;

const READ_CACHE_BYTES = 32 * 1024 * 1024;

interface Extent {
  readonly owner: object;
  readonly key: number;
  readonly loading: Promise<Uint8Array>;
  bytes: Uint8Array | undefined;
}

/** Extents that were read for uploads, the least recently used dropped first; shared by all torrents. Views of them stay valid. */
export class ReadCache {
  readonly capacityBytes: number;
  readonly #owners = new Map<object, Map<number, Extent>>();
  /** Least recently used first. */
  readonly #recency = new Set<Extent>();
  #usedBytes = 0;

  constructor(options: { readonly capacityBytes?: number } = {}) {
    this.capacityBytes = options.capacityBytes ?? READ_CACHE_BYTES;
  }

  get usedBytes(): number {
    return this.#usedBytes;
  }

  /** The bytes of an extent when they are here. */
  get(owner: object, key: number): Uint8Array | undefined {
    const extent = this.#owners.get(owner)?.get(key);
    if (!extent?.bytes) return undefined;
    this.#recency.delete(extent);
    this.#recency.add(extent);
    return extent.bytes;
  }

  /** The bytes of an extent, by `load` when they are not here; callers at the same time share one load. Failures are not kept. */
  load(owner: object, key: number, load: () => Promise<Uint8Array>): Promise<Uint8Array> {
    const known = this.#owners.get(owner)?.get(key);
    if (known) return known.loading;
    const extent: Extent = { owner, key, loading: load(), bytes: undefined };
    let extents = this.#owners.get(owner);
    if (!extents) this.#owners.set(owner, (extents = new Map<number, Extent>()));
    extents.set(key, extent);
    extent.loading.then(
      (bytes) => this.#keep(extent, bytes),
      () => this.#remove(extent),
    );
    return extent.loading;
  }

  /** Drops what belongs to `owner`. */
  forget(owner: object): void {
    for (const extent of this.#owners.get(owner)?.values() ?? []) this.#remove(extent);
  }

  #keep(extent: Extent, bytes: Uint8Array): void {
    if (this.#owners.get(extent.owner)?.get(extent.key) !== extent) return;
    extent.bytes = bytes;
    this.#usedBytes += bytes.length;
    this.#recency.add(extent);
    for (const oldest of this.#recency) {
      if (this.#usedBytes <= this.capacityBytes) return;
      this.#remove(oldest);
    }
  }

  #remove(extent: Extent): void {
    const extents = this.#owners.get(extent.owner);
    if (extents?.get(extent.key) === extent) {
      extents.delete(extent.key);
      if (extents.size === 0) this.#owners.delete(extent.owner);
    }
    if (this.#recency.delete(extent)) this.#usedBytes -= extent.bytes?.length ?? 0;
  }
}
