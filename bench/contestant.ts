import type { Scratch } from './scratch.js';

/** Somebody who moves the bytes of a row. */
export interface Contestant {
  readonly name: string;
  /** Starts its processes and readies all that is not part of the figures. */
  start(scratch: Scratch): Promise<Attempt>;
}

/** One run of a contestant. Its time is from contact to completion. */
export interface Attempt {
  /** Brings it together with its sources; resolves at the first contact, with the process that is measured, descendants included. */
  begin(): Promise<number>;
  /** Waits until every byte is verified and written. Resolves to when that was, in ms since 1970. */
  finish(): Promise<number>;
  /** Payload that its sources have sent so far to anybody; undefined when they do not count it. */
  readonly servedBytes?: () => Promise<number>;
  /** What is verified, of all bytes; undefined where it does not tell. */
  readonly verifiedShare?: () => Promise<number>;
  /** Bytes of its JavaScript heaps and buffers at the moment; undefined where nobody can look. */
  readonly heapBytes?: () => Promise<number>;
  /** Ends its processes. */
  close(): Promise<void>;
}

/** Milliseconds since 1970, in fractions: comparable between processes of this machine. */
export function preciseNow(): number {
  return performance.timeOrigin + performance.now();
}
