import { HttpError, type HttpErrorCode, type HttpResponse, type IHttpClient } from '../interfaces/http.js';
import type { Endpoint } from '../interfaces/socket.js';
import {
  type AnnounceEvent,
  type AnnounceResult,
  type AnnounceStats,
  type ITracker,
  type ScrapeResult,
  type StopAnnounce,
  TrackerError,
  type TrackerErrorCode,
} from '../interfaces/tracker.js';
import { toHex } from '../utils/bytes.js';
import { parseIp } from '../utils/ip-address.js';
import { TypedEmitter } from '../utils/typed-emitter.js';
import { decodeReply, parseAnnounceReply } from './announce-reply.js';
import { buildAnnounceUrl } from './announce-url.js';
import { buildScrapeUrl, parseScrapeReply } from './scrape.js';

const ANNOUNCE_TIMEOUT_MS = 30_000;
const MAX_REPLY_BYTES = 1024 * 1024;

export interface HttpTrackerOptions {
  /** `http:` or `https:`. */
  readonly url: string;
  readonly http: IHttpClient;
  /** 20 bytes. */
  readonly infoHash: Uint8Array;
  /** 20 bytes. */
  readonly peerId: Uint8Array;
  /** The port peers reach us at; 0 while not listening. */
  readonly port: () => number;
  readonly stats: () => AnnounceStats;
  /** How we call ourselves, such as `JSTorrent/0.1.0`. */
  readonly userAgent: string;
  /** Whether peers can reach us by IPv4 and by IPv6. */
  readonly isDualStack: () => boolean;
  /** 32 random bits, the same for all trackers of a session. */
  readonly key: number;
}

/** A tracker reached by HTTP (BEP 3, 7, 23, 48). */
export class HttpTracker implements ITracker {
  readonly url: string;
  readonly #options: HttpTrackerOptions;
  readonly #events = new TypedEmitter<{ peer: [peer: Endpoint] }>();
  readonly #closing = new AbortController();
  /** An IP literal has one family alone. */
  readonly #hasName: boolean;
  #trackerId: Uint8Array | undefined;

  constructor(options: HttpTrackerOptions) {
    this.url = options.url;
    this.#options = options;
    this.#hasName = parseIp(new URL(options.url).hostname.replace(/^\[|\]$/g, '')) === undefined;
  }

  /** Announces by IPv4 and by IPv6 where we have both (BEP 7): each makes us known to the peers of its family. */
  async announce(event: AnnounceEvent, options: { readonly signal?: AbortSignal } = {}): Promise<AnnounceResult> {
    const announces = this.#families().map((family) => this.#announce(event, { ...options, family }));
    const results: AnnounceResult[] = [];
    let failure: unknown;
    for (const outcome of await Promise.allSettled(announces)) {
      if (outcome.status === 'fulfilled') results.push(outcome.value);
      else failure = outcome.reason;
    }
    const [first, second] = results;
    if (!first) throw failure;
    return second ? merged(first, second) : first;
  }

  async #announce(
    event: AnnounceEvent,
    options: { readonly signal?: AbortSignal; readonly family?: 4 | 6 | undefined },
  ): Promise<AnnounceResult> {
    const response = await this.#get(this.#announceUrl(event), options);
    const reply = readReply(response, parseAnnounceReply);
    this.#trackerId = reply.trackerId ?? this.#trackerId;
    for (const peer of reply.peers) this.#events.emit('peer', peer);
    return {
      intervalSeconds: reply.intervalSeconds,
      minIntervalSeconds: reply.minIntervalSeconds,
      seeds: reply.seeds,
      leechers: reply.leechers,
      downloads: reply.downloads,
      peerCount: reply.peers.length,
      warning: reply.warning,
      externalAddresses: reply.externalAddress ? [reply.externalAddress] : [],
    };
  }

  async scrape(options: { readonly signal?: AbortSignal } = {}): Promise<ScrapeResult> {
    const { infoHash } = this.#options;
    const url = buildScrapeUrl(this.url, infoHash);
    if (url === undefined) throw new TrackerError('unsupported', 'This tracker cannot be scraped');
    return readReply(await this.#get(url, options), (body) => parseScrapeReply(body, infoHash));
  }

  stopAnnounces(): readonly StopAnnounce[] {
    const url = this.#announceUrl('stopped');
    const key = `${toHex(this.#options.infoHash)} ${this.url}`;
    return this.#families().map((family) => ({ key: `${key} ${family ?? ''}`, url, headers: this.#headers(), family }));
  }

  /** By which to announce; undefined leaves the choice to the network. */
  #families(): readonly (4 | 6 | undefined)[] {
    return this.#hasName && this.#options.isDualStack() ? [6, 4] : [undefined];
  }

  #headers(): Readonly<Record<string, string>> {
    return { 'User-Agent': this.#options.userAgent };
  }

  #announceUrl(event: AnnounceEvent): string {
    const { infoHash, peerId, port, stats, key } = this.#options;
    return buildAnnounceUrl(this.url, {
      infoHash,
      peerId,
      port: port(),
      stats: stats(),
      key,
      trackerId: this.#trackerId,
      event,
    });
  }

  on(event: 'peer', listener: (peer: Endpoint) => void): () => void {
    return this.#events.on(event, listener);
  }

  close(): void {
    this.#closing.abort();
    this.#events.removeAllListeners();
  }

  async #get(
    url: string,
    { signal, family }: { readonly signal?: AbortSignal; readonly family?: 4 | 6 | undefined },
  ): Promise<HttpResponse> {
    try {
      return await this.#options.http.get({
        url,
        headers: this.#headers(),
        family,
        timeoutMs: ANNOUNCE_TIMEOUT_MS,
        maxBytes: MAX_REPLY_BYTES,
        signal: signal ? AbortSignal.any([signal, this.#closing.signal]) : this.#closing.signal,
      });
    } catch (error) {
      const code = error instanceof HttpError ? CODES[error.code] : undefined;
      throw new TrackerError(code ?? 'network', error instanceof Error ? error.message : String(error), {
        cause: error,
      });
    }
  }
}

/** HTTP failures that are not simply the network's. */
const CODES: Readonly<Partial<Record<HttpErrorCode, TrackerErrorCode>>> = {
  timeout: 'timeout',
  aborted: 'aborted',
  'too-large': 'bad-response',
  'bad-response': 'bad-response',
};

/** Some trackers put their failure reason into the body of an error status. */
function readReply<T>({ status, body }: HttpResponse, parse: (body: Uint8Array) => T): T {
  if (status === 200) return parse(body);
  try {
    decodeReply(body);
  } catch (error) {
    if (error instanceof TrackerError && error.code === 'failure-reason') throw error;
  }
  throw new TrackerError('http-status', `The server answered with status ${status}`);
}

/** What one tracker said to two announces of one torrent. */
function merged(one: AnnounceResult, other: AnnounceResult): AnnounceResult {
  const larger = (key: 'seeds' | 'leechers' | 'downloads') =>
    one[key] === undefined ? other[key] : Math.max(one[key], other[key] ?? 0);
  return {
    intervalSeconds: Math.max(one.intervalSeconds, other.intervalSeconds),
    minIntervalSeconds: Math.max(one.minIntervalSeconds, other.minIntervalSeconds),
    seeds: larger('seeds'),
    leechers: larger('leechers'),
    downloads: larger('downloads'),
    peerCount: one.peerCount + other.peerCount,
    warning: one.warning ?? other.warning,
    externalAddresses: [...one.externalAddresses, ...other.externalAddresses],
  };
}
