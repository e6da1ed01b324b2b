import { scopeOf } from '../core/address-policy.js';
import type { Endpoint } from '../interfaces/socket.js';
import type {
  AnnounceEvent,
  AnnounceResult,
  AnnounceStats,
  ITracker,
  ScrapeResult,
  StopAnnounce,
} from '../interfaces/tracker.js';
import { endpointOf, isAnnouncePath } from '../protocol/listed-addresses.js';
import type { IpFamily } from '../protocol/node-info.js';
import { encodeUdpAnnounce, encodeUdpScrape, NO_HEADER_YET, type UdpTrackerHeader } from '../protocol/udp-tracker.js';
import { withAnySignal } from '../utils/any-signal.js';
import { toHex } from '../utils/bytes.js';
import { formatEndpoint } from '../utils/ip-address.js';
import { TypedEmitter } from '../utils/typed-emitter.js';
import { NUMWANT } from './announce-url.js';
import { mergedAnnounces, mergedCounts } from './merged-results.js';
import { boundedInterval, count, MAX_PEERS } from './reply-bounds.js';
import type { TrackerFamilies, TrackerOrigin } from './tracker-families.js';
import type { UdpConnections, UdpTrackerTarget } from './udp-connections.js';
import type { UdpReplyTo } from './udp-transactions.js';

/** A tracker's `udp:` URL, taken apart. */
export interface UdpTrackerAddress {
  readonly endpoint: Endpoint;
  /** Path and query as they are written, for BEP 41; empty for the bare root. */
  readonly urlData: string;
}

/** Undefined for what is no address of a UDP tracker: it needs a port, and a host that can be a tracker at all. */
export function parseUdpTrackerUrl(url: string): UdpTrackerAddress | undefined {
  const match = /^udp:\/\/(?:\[([^\]]*)\]|([^/?#:]*)):(\d{1,5})([^#]*)/i.exec(url);
  const host = (match?.[1] ?? match?.[2] ?? '').toLowerCase();
  const endpoint = endpointOf(host, Number(match?.[3]));
  if (!endpoint || scopeOf(host) === 'never') return undefined;
  const rest = match?.[4] ?? '';
  if (rest !== '' && !/^[/?]/.test(rest)) return undefined;
  return { endpoint, urlData: rest === '/' ? '' : rest };
}

export interface UdpTrackerOptions {
  readonly url: string;
  readonly address: UdpTrackerAddress;
  readonly connections: UdpConnections;
  readonly families: TrackerFamilies;
  /** 20 bytes. */
  readonly infoHash: Uint8Array;
  /** 20 bytes. */
  readonly peerId: Uint8Array;
  /** The port peers reach us at; 0 while not listening. */
  readonly port: () => number;
  readonly stats: () => AnnounceStats;
  /** 32 random bits, the same for all trackers of a torrent. */
  readonly key: number;
}

/** A tracker reached by UDP (BEP 15, BEP 41). */
export class UdpTracker implements ITracker {
  readonly url: string;
  readonly #options: UdpTrackerOptions;
  readonly #events = new TypedEmitter<{ peer: [peer: Endpoint] }>();
  readonly #closing = new AbortController();
  readonly #origin: TrackerOrigin;

  constructor(options: UdpTrackerOptions) {
    this.url = options.url;
    this.#options = options;
    const { endpoint } = options.address;
    this.#origin = { host: endpoint.host, origin: `udp://${formatEndpoint(endpoint)}` };
  }

  async announce(event: AnnounceEvent, options: { readonly signal?: AbortSignal } = {}): Promise<AnnounceResult> {
    const { connections, families } = this.#options;
    const encode = (header: UdpTrackerHeader) => this.#encodeAnnounce(header, event);
    // One that comes too late to count is still heard: a datagram of it may have been lost.
    const results = await families.ask(this.#origin, async (family) => {
      const tracker = this.#target(family);
      const reply = await this.#until(options.signal, (signal) =>
        connections.request({ action: 'announce', tracker, encode, signal }),
      );
      return this.#take(reply);
    });
    return mergedAnnounces(results);
  }

  async scrape(options: { readonly signal?: AbortSignal } = {}): Promise<ScrapeResult> {
    const { connections, families, infoHash } = this.#options;
    const encode = (header: UdpTrackerHeader) => encodeUdpScrape(header, infoHash);
    const results = await families.ask(this.#origin, async (family) => {
      const tracker = this.#target(family);
      const reply = await this.#until(options.signal, (signal) =>
        connections.request({ action: 'scrape', tracker, encode, signal }),
      );
      return { seeds: count(reply.seeds), leechers: count(reply.leechers), downloads: count(reply.downloads) };
    });
    return mergedCounts(results);
  }

  stopAnnounces(): readonly StopAnnounce[] {
    const { address, connections, families, infoHash } = this.#options;
    const path = address.urlData.split('?', 1)[0] ?? '';
    const datagram = this.#encodeAnnounce(NO_HEADER_YET, 'stopped');
    return families.of(this.#origin).map((family) => ({
      key: `${toHex(infoHash)} ${this.url} ${family ?? ''}`,
      url: `udp://${formatEndpoint(connections.whereIs(this.#target(family)))}${path}`,
      headers: {},
      family,
      datagram,
    }));
  }

  on(event: 'peer', listener: (peer: Endpoint) => void): () => void {
    return this.#events.on(event, listener);
  }

  close(): void {
    this.#closing.abort();
    this.#events.removeAllListeners();
  }

  #target(family: IpFamily | undefined): UdpTrackerTarget {
    const { endpoint, urlData } = this.#options.address;
    return { endpoint, family, isAnnounce: isAnnouncePath(urlData) };
  }

  #take(reply: UdpReplyTo<'announce'>): AnnounceResult {
    const peers = reply.peers.slice(0, MAX_PEERS);
    for (const peer of peers) this.#events.emit('peer', peer);
    return {
      intervalSeconds: boundedInterval(reply.intervalSeconds),
      minIntervalSeconds: 0,
      seeds: count(reply.seeds),
      leechers: count(reply.leechers),
      downloads: undefined,
      peerCount: peers.length,
      warning: undefined,
      externalAddresses: [],
    };
  }

  #encodeAnnounce(header: UdpTrackerHeader, event: AnnounceEvent): Uint8Array {
    const { address, infoHash, peerId, port, stats, key } = this.#options;
    return encodeUdpAnnounce(header, {
      infoHash,
      peerId,
      ...stats(),
      event,
      key,
      peersWanted: event === 'stopped' ? 0 : NUMWANT,
      port: port(),
      urlData: address.urlData,
    });
  }

  #until<T>(signal: AbortSignal | undefined, operation: (signal: AbortSignal) => Promise<T>): Promise<T> {
    return withAnySignal([signal, this.#closing.signal], operation);
  }
}
