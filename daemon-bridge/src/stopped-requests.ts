import { MAX_STOPPED_REQUESTS, STOPPED_REQUESTS_TIMEOUT_MS, type StoppedRequest } from '@jstorrent/bridge-protocol';
import { httpGet } from './http.js';
import type { NetworkPolicy } from './network-policy.js';
import { announceByUdp, type UdpAnnounces } from './udp-announces.js';

/** A tracker answers a `stopped` with a few bytes, which nobody reads. */
const MAX_REPLY_BYTES = 64 * 1024;
/** An announce request without options (BEP 15), and one of the longest datagrams that pass anywhere. */
const MIN_DATAGRAM_BYTES = 98;
const MAX_DATAGRAM_BYTES = 1400;

/** A request that is held. */
type Held = StoppedRequest & { readonly url: string };

/**
 * The `stopped` announces to send when the browser has gone. No exit event reaches the extension in time, so it leaves them here
 * ready-made.
 */
export class StoppedRequests {
  readonly #policy: NetworkPolicy;
  readonly #held = new Map<string, Held>();

  constructor(policy: NetworkPolicy) {
    this.#policy = policy;
  }

  /** Keeps, replaces or drops the request under its key. */
  set(request: StoppedRequest): void {
    const { key, url } = request;
    this.#held.delete(key);
    if (url === null) return;
    this.#held.set(key, { ...request, url });
    const oldest = this.#held.keys().next();
    if (this.#held.size > MAX_STOPPED_REQUESTS && !oldest.done) this.#held.delete(oldest.value);
  }

  /** Sends all of them, once, and resolves when each was answered or has failed, in 1.5 s at the latest. */
  async sendAll(): Promise<void> {
    const held = [...this.#held.values()];
    this.#held.clear();
    const signal = AbortSignal.timeout(STOPPED_REQUESTS_TIMEOUT_MS);
    const sent = Promise.allSettled([
      ...held.filter(({ datagram }) => datagram === undefined).map((request) => this.#fetch(request, signal)),
      ...byTracker(held).map((tracker) => announceByUdp(tracker, this.#policy, signal)),
    ]);
    // A name that is being resolved heeds no signal.
    await Promise.race([sent, new Promise((resolve) => signal.addEventListener('abort', resolve))]);
  }

  async #fetch({ url, headers, family }: Held, signal: AbortSignal): Promise<void> {
    const limits = { timeoutMs: STOPPED_REQUESTS_TIMEOUT_MS, maxBytes: MAX_REPLY_BYTES };
    await httpGet({ url, headers, family, ...limits }, this.#policy, signal);
  }
}

/** The datagrams that are held, those of one tracker together: one connection id is good for all of them. */
function byTracker(held: readonly Held[]): UdpAnnounces[] {
  const trackers = new Map<string, { host: string; port: number; datagrams: Uint8Array[] }>();
  for (const { url, datagram } of held) {
    const bytes = Buffer.from(datagram ?? '', 'base64');
    const [, host, port] = /^udp:\/\/\[?([^\s/\]]+)\]?:(\d{1,5})$/.exec(url) ?? [];
    if (!host || !isPort(Number(port)) || bytes.length < MIN_DATAGRAM_BYTES || bytes.length > MAX_DATAGRAM_BYTES)
      continue;
    const tracker = trackers.get(url) ?? { host, port: Number(port), datagrams: [] };
    tracker.datagrams.push(bytes);
    trackers.set(url, tracker);
  }
  return [...trackers.values()];
}

function isPort(port: number): boolean {
  return port >= 1 && port <= 65_535;
}
