/**
 * Hashing, away from the thread that asks. `data` is given away (an adapter may transfer its buffer to a worker) and comes back
 * in the result, as a view of the same offset and length.
 */
export interface IHasher {
  /** SHA-1 (FIPS 180-4) of `data`: a digest of 20 bytes. */
  sha1(data: Uint8Array): Promise<{ readonly digest: Uint8Array; readonly data: Uint8Array }>;

  /** SHA-1 of data that does not lie in memory as a whole. */
  startSha1(): IRunningHash;
}

/** A hash of data that comes part by part. It ends by `digest` or by `close`. */
export interface IRunningHash {
  /** Adds `data`, which is given away and comes back as in {@link IHasher.sha1}. Parts count in the order of the calls. */
  update(data: Uint8Array): Promise<Uint8Array>;
  /** The digest of all that was added. */
  digest(): Promise<Uint8Array>;
  /** Nobody asks for the digest any more. Fine after `digest`. */
  close(): void;
}
