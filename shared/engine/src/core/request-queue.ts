import type { PieceLayout } from './piece-layout.js';

export declare class RequestQueue {
  constructor(options: { readonly layout: PieceLayout });
  /** How many requests should be outstanding now. */
  readonly depth: number;
  /** How many are. */
  readonly length: number;
  /** How many to send now: depth - length, never negative. */
  readonly room: number;
  readonly isSnubbed: boolean;
  /** Set by the torrent: one request at a time. */
  isEndgame: boolean;
  /** BEP 10 `reqq`; clamped. */
  setPeerLimit(reqq: number): void;
  has(index: number, begin: number): boolean;
  add(index: number, begin: number, now: number): void;
  /** Rejected, cancelled. */
  delete(index: number, begin: number): boolean;
  /** A whole block arrived, asked for or not. True when it was outstanding. */
  blockReceived(index: number, begin: number, length: number, now: number): boolean;
  /** Housekeeping, about every second. Updates `isSnubbed`. */
  tick(now: number): void;
  /** Removes all requests whose time is over; calls `onRequest` for each. */
  takeTimedOut(now: number, onRequest: (index: number, begin: number) => void): void;
  /** Choke without BEP 6, disconnect. */
  clear(): void;
}
