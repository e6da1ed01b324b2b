/** Randomness, injected so that a simulation repeats. Hosts use a cryptographic source. */
export interface IRandom {
  /** Fresh random bytes. */
  bytes(length: number): Uint8Array;
  /** A uniform integer, 0 <= n < `bound`; `bound` is 1 to 2^32. */
  integer(bound: number): number;
}
