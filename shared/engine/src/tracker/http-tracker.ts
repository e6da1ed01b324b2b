import { HttpError, type HttpResponse, type IHttpClient } from '../interfaces/http.js';
import type { Endpoint } from '../interfaces/socket.js';
import {
  type AnnounceEvent,
  type AnnounceResult,
  type AnnounceStats,
  type ITracker,
  type ScrapeResult,
  type StopAnnounce,
  TrackerError,
} from '../interfaces/tracker.js';
import { withAnySignal } from '../utils/any-signal.js';
import { toHex } from '../utils/bytes.js';
import { TypedEmitter } from '../utils/typed-emitter.js';
import { decodeReply, parseAnnounceReply } from './announce-reply.js';
import { buildAnnounceUrl } from './announce-url.js';
import { mergedAnnounces, mergedCounts } from './merged-results.js';
import { networkFailure } from './network-failure.js';
import { buildScrapeUrl, parseScrapeReply } from './scrape.js';
import type { TrackerFamilies, TrackerOrigin } from './tracker-families.js';

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
  readonly families: TrackerFamilies;
  /** 32 random bits, the same for all trackers of a torrent. */
  readonly key: number;
}

/** A tracker reached by HTTP (BEP 3, 7, 23, 48). */
export class HttpTracker implements ITracker {
  readonly url: string;
  readonly #options: HttpTrackerOptions;
  readonly #events = new TypedEmitter<{ peer: [peer: Endpoint] }>();
  readonly #closing = new AbortController();
  readonly #origin: TrackerOrigin;
  #trackerId: Uint8Array | undefined;

  constructor(options: HttpTrackerOptions) {
    this.url = options.url;
    this.#options = options;
    const { protocol, host, hostname } = new URL(options.url);
    this.#origin = { host: hostname.replace(/^\[|\]$/g, ''), origin: `${protocol}//${host}` };
  }

  async announce(event: AnnounceEvent, options: { readonly signal?: AbortSignal } = {}): Promise<AnnounceResult> {
    const url = this.#announceUrl(event);
    return mergedAnnounces(
      await this.#options.families.ask(this.#origin, (family, { enough }) =>
        this.#announce({ ...options, url, family, enough }),
      ),
    );
  }

  async #announce(request: FamilyRequest): Promise<AnnounceResult> {
    const response = await this.#get(request);
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
    return mergedCounts(
      await this.#options.families.ask(this.#origin, async (family, { enough }) =>
        readReply(await this.#get({ ...options, url, family, enough }), (body) => parseScrapeReply(body, infoHash)),
      ),
    );
  }

  stopAnnounces(): readonly StopAnnounce[] {
    const url = this.#announceUrl('stopped');
    const key = `${toHex(this.#options.infoHash)} ${this.url}`;
    const headers = this.#headers();
    const families = this.#options.families.of(this.#origin);
    return families.map((family) => ({ key: `${key} ${family ?? ''}`, url, headers, family }));
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

  async #get({ url, family, signal, enough }: FamilyRequest): Promise<HttpResponse> {
    const closing = this.#closing.signal;
    const request = {
      url,
      headers: this.#headers(),
      family,
      timeoutMs: ANNOUNCE_TIMEOUT_MS,
      maxBytes: MAX_REPLY_BYTES,
    };
    try {
      // Few requests may be under way at a time: what nobody waits for must not keep others waiting.
      return await withAnySignal([signal, closing, enough], (any) =>
        this.#options.http.get({ ...request, signal: any }),
      );
    } catch (error) {
      const isLate = enough.aborted && !signal?.aborted && !closing.aborted;
      throw networkFailure(isLate ? new HttpError('timeout', 'The other family was faster') : error);
    }
  }
}

/** A request by one family. */
interface FamilyRequest {
  readonly url: string;
  readonly family: 4 | 6 | undefined;
  readonly signal?: AbortSignal;
  /** The other family has answered, a while ago. */
  readonly enough: AbortSignal;
}

/** Some trackers put their failure reason into the body of an error status. */
function readReply<T>({ status, body }: HttpResponse, parse: (body: Uint8Array) => T): T {
  if (status === 200) return parse(body);
  try {
    decodeReply(body);
  } catch (error) {
    if (error instanceof TrackerError && error.code === 'failure-reason') throw error;
  }
  throw new TrackerError('http-status', `The server answered with status ${status}`, { detail: `${status}` });
}
