/**
 * A durable map from short keys to small records. Each `put` and `delete` is atomic: after a crash at any moment a key has its old or
 * its new value. A resolved promise means that a crash of the process loses it no more.
 */
export interface ISessionStore {
  /** All keys with `prefix`, sorted. */
  keys(prefix: string): Promise<readonly string[]>;
  get(key: string): Promise<Uint8Array | undefined>;
  /** The records of `keys`, in their order; much faster than one by one. Rejects when any of them cannot be read. */
  getMany(keys: readonly string[]): Promise<readonly (Uint8Array | undefined)[]>;
  /** Writes to one key keep their order. */
  put(key: string, value: Uint8Array): Promise<void>;
  /** Fine when there is nothing. */
  delete(key: string): Promise<void>;
  /** Waits for what is under way, then releases the store. Idempotent. */
  close(): Promise<void>;
}
