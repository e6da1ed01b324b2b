import { type StoppedRequest } from '@jstorrent/bridge-protocol';
import type { NetworkPolicy } from './network-policy.js';
/**
 * The `stopped` announces to send when the browser has gone. No exit event reaches the extension in time, so it leaves them here
 * ready-made.
 */
export declare class StoppedRequests {
  #private;
  constructor(policy: NetworkPolicy);
  /** Keeps, replaces or drops the request under its key. */
  set({ key, url, headers }: StoppedRequest): void;
  /** Sends all of them, once, and resolves when each was answered or has failed, in 1.5 s at the latest. */
  sendAll(): Promise<void>;
}
