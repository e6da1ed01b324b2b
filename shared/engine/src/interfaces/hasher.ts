/**
 * Hashing, away from the thread that asks. `data` is given away (an adapter may transfer its buffer to a worker) and comes back
 * in the result, as a view of the same offset and length.
 */
export interface IHasher {
  /** SHA-1 (FIPS 180-4) of `data`: a digest of 20 bytes. */
  sha1(data: Uint8Array): Promise<{ readonly digest: Uint8Array; readonly data: Uint8Array }>;
}
