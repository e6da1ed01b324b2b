import { MAX_STOPPED_REQUESTS, STOPPED_REQUESTS_TIMEOUT_MS, type StoppedRequest } from '@jstorrent/bridge-protocol';
import { httpGet } from './http.js';
import type { NetworkPolicy } from './network-policy.js';

/** A tracker answers a `stopped` with a few bytes, which nobody reads. */
const MAX_REPLY_BYTES = 64 * 1024;

/**
 * The `stopped` announces to send when the browser has gone. No exit event reaches the extension in time, so it leaves them here
 * ready-made.
 */
export class StoppedRequests {
  readonly #policy: NetworkPolicy;
  readonly #held = new Map<string, StoppedRequest & { readonly url: string }>();

  constructor(policy: NetworkPolicy) {
    this.#policy = policy;
  }

  /** Keeps, replaces or drops the request under its key. */
  set({ key, url, headers }: StoppedRequest): void {
    this.#held.delete(key);
    if (url === null) return;
    this.#held.set(key, { key, url, headers });
    const oldest = this.#held.keys().next();
    if (this.#held.size > MAX_STOPPED_REQUESTS && !oldest.done) this.#held.delete(oldest.value);
  }

  /** Sends all of them, once, and resolves when each was answered or has failed, in 1.5 s at the latest. */
  async sendAll(): Promise<void> {
    const requests = [...this.#held.values()];
    this.#held.clear();
    const { signal } = new AbortController();
    const limits = { timeoutMs: STOPPED_REQUESTS_TIMEOUT_MS, maxBytes: MAX_REPLY_BYTES };
    await Promise.allSettled(
      requests.map(({ url, headers }) => httpGet({ url, headers, ...limits }, this.#policy, signal)),
    );
  }
}
