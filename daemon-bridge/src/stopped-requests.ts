import { setMaxListeners } from 'node:events';
import {
  MAX_STOPPED_REQUESTS,
  MAX_STOPPED_REQUESTS_CHARS,
  STOPPED_REQUESTS_TIMEOUT_MS,
  type StoppedRequest,
} from '@jstorrent/bridge-protocol';
import { closeReason } from './close-reason.js';
import { HttpPool } from './http-pool.js';
import { type HttpMeans, httpGet } from './http.js';
import { isAnnouncePath, type NetworkPolicy } from './network-policy.js';
import { announceByUdp, type UdpAnnounces } from './udp-announces.js';

/** A tracker answers a `stopped` with a few bytes, which nobody reads. */
const MAX_REPLY_BYTES = 64 * 1024;
/** An announce request without options (BEP 15), and one of the longest datagrams that pass anywhere. */
const MIN_DATAGRAM_BYTES = 98;
const MAX_DATAGRAM_BYTES = 1400;
/** Each has a socket of its own. */
const MAX_UDP_TRACKERS = 512;

/** A request that is held. */
type Held = StoppedRequest & { readonly url: string };

/**
 * The `stopped` announces to send when the browser has gone. No exit event reaches the extension in time, so it leaves them here
 * ready-made.
 */
export class StoppedRequests {
  readonly #policy: NetworkPolicy;
  readonly #held = new Map<string, Held>();
  /** In all that are held. */
  #chars = 0;

  constructor(policy: NetworkPolicy) {
    this.#policy = policy;
  }

  /** Keeps, replaces or drops the request under its key. */
  set(request: StoppedRequest): void {
    const { key, url } = request;
    this.#drop(key);
    if (url === null) return;
    const held = { ...request, url };
    this.#held.set(key, held);
    this.#chars += charsOf(held);
    for (const oldest of this.#held.keys()) {
      if (this.#held.size <= MAX_STOPPED_REQUESTS && this.#chars <= MAX_STOPPED_REQUESTS_CHARS) return;
      this.#drop(oldest);
    }
  }

  /** Sends all of them, once, and resolves when each was answered or has failed, in 1.5 s at the latest. */
  async sendAll(): Promise<void> {
    const held = [...this.#held.values()];
    this.#held.clear();
    this.#chars = 0;
    const signal = AbortSignal.timeout(STOPPED_REQUESTS_TIMEOUT_MS);
    // As many wait for it as there are trackers, and Node takes more than ten for a leak.
    setMaxListeners(0, signal);
    const pool = new HttpPool();
    const means = { policy: this.#policy, pool, signal };
    const sent = Promise.allSettled([
      ...held.filter(({ datagram }) => datagram === undefined).map((request) => fetchReply(request, means)),
      ...byTracker(held).map((tracker) => announceByUdp(tracker, this.#policy, signal)),
    ]);
    // A name that is being resolved heeds no signal.
    await Promise.race([sent, new Promise((resolve) => signal.addEventListener('abort', resolve))]);
    pool.close();
  }

  #drop(key: string): void {
    const held = this.#held.get(key);
    if (!held) return;
    this.#held.delete(key);
    this.#chars -= charsOf(held);
  }
}

function charsOf({ key, url, headers, datagram = '' }: Held): number {
  const texts = [key, url, datagram, ...Object.entries(headers).flat()];
  return texts.reduce((sum, { length }) => sum + length, 0);
}

async function fetchReply({ url, headers, family }: Held, means: HttpMeans): Promise<void> {
  const request = { url, headers, family, timeoutMs: STOPPED_REQUESTS_TIMEOUT_MS, maxBytes: MAX_REPLY_BYTES };
  try {
    await httpGet(request, means);
  } catch (error) {
    // The server may have closed a kept connection at that moment.
    if (closeReason(error).code === 'bad-response' && !means.signal.aborted) await httpGet(request, means);
  }
}

/** The datagrams that are held, those of one tracker together: one connection id is good for all of them. */
function byTracker(held: readonly Held[]): UdpAnnounces[] {
  const trackers = new Map<string, UdpAnnounces & { readonly datagrams: Uint8Array[] }>();
  for (const { url, family, datagram } of held) {
    const bytes = Buffer.from(datagram ?? '', 'base64');
    const [, host, port, path = ''] = /^udp:\/\/\[?([^\s/\]]+)\]?:(\d{1,5})([/?]\S*)?$/.exec(url) ?? [];
    if (!host || !isPort(Number(port)) || bytes.length < MIN_DATAGRAM_BYTES || bytes.length > MAX_DATAGRAM_BYTES)
      continue;
    const isAnnounce = isAnnouncePath(path);
    const key = `${host} ${port} ${family} ${isAnnounce}`;
    const tracker = trackers.get(key) ?? { host, port: Number(port), family, isAnnounce, datagrams: [] };
    tracker.datagrams.push(bytes);
    if (trackers.size < MAX_UDP_TRACKERS || trackers.has(key)) trackers.set(key, tracker);
  }
  return [...trackers.values()];
}

function isPort(port: number): boolean {
  return port >= 1 && port <= 65_535;
}
