import type { Endpoint } from './socket.js';

/** BEP 3: `update` is the periodic announce, sent without an event. */
export type AnnounceEvent = 'started' | 'stopped' | 'completed' | 'update';

/** What a torrent tells its trackers. In bytes, since the last `started` (BEP 3). */
export interface AnnounceStats {
  readonly uploaded: number;
  readonly downloaded: number;
  /** Bytes still missing; 16,384 while a magnet's metadata is unknown, never 0 then. */
  readonly left: number;
  /** Nothing more will be downloaded, although bytes are missing: a partial seed (BEP 21). */
  readonly isPartialSeed?: boolean;
}

export interface AnnounceResult {
  /** Seconds until the next periodic announce, clamped. */
  readonly intervalSeconds: number;
  /** The tracker wants nobody to ask again sooner, not even by hand; clamped, 0 when it does not say. */
  readonly minIntervalSeconds: number;
  readonly seeds: number | undefined;
  readonly leechers: number | undefined;
  /** How often the torrent was completed. */
  readonly downloads: number | undefined;
  readonly peerCount: number;
  /** The tracker's own remark on a successful announce. */
  readonly warning: string | undefined;
  /** 4 or 16 bytes each: where the tracker saw us (BEP 24). */
  readonly externalAddresses: readonly Uint8Array[];
}

/** What a tracker counts of one torrent, without taking part in it (BEP 15, BEP 48). */
export interface ScrapeResult {
  readonly seeds: number | undefined;
  readonly leechers: number | undefined;
  /** How often the torrent was completed. */
  readonly downloads: number | undefined;
}

/** A `stopped` announce with the numbers of now, ready for somebody who can still send it when we are gone. */
export interface StopAnnounce {
  /** Stays the same while the numbers change; no other torrent or tracker of the client has it. */
  readonly key: string;
  /** `http:` or `https:`: a GET announces. `udp://HOST:PORT`: `datagram` is for there, HOST a name or an IP literal, IPv6 in brackets. */
  readonly url: string;
  /** For a GET. */
  readonly headers: Readonly<Record<string, string>>;
  /** Of the addresses that a name has, only those of IPv4 or of IPv6. */
  readonly family?: 4 | 6 | undefined;
  /** Announce request (BEP 15) whose connection id and transaction id are still to be filled in. */
  readonly datagram?: Uint8Array;
}

/**
 * `failure-reason`: the tracker says why, in words of its own. `busy`: it was not asked, because too many are being asked at once.
 * `forbidden`: its address is on this computer or its network. `network`: it was not reached for any other reason.
 */
export type TrackerErrorCode =
  | 'failure-reason'
  | 'http-status'
  | 'bad-response'
  | 'timeout'
  | 'aborted'
  | 'unsupported'
  | 'busy'
  | 'no-name'
  | 'no-helper'
  | 'forbidden'
  | 'unreachable'
  | 'insecure'
  | 'redirects'
  | 'bad-url'
  | 'network';

/** Why an announce or a scrape failed, with a message fit to show. */
export class TrackerError extends Error {
  override readonly name = 'TrackerError';
  /** When the tracker wants to be asked again (BEP 31): seconds, `Infinity` for never; undefined when it does not say. */
  readonly retryInSeconds: number | undefined;
  /** What is behind the code where there is more to say: the status of a server, or what the platform says. */
  readonly detail: string | undefined;
  constructor(
    readonly code: TrackerErrorCode,
    message: string,
    options: { cause?: unknown; retryInSeconds?: number | undefined; detail?: string | undefined } = {},
  ) {
    super(message, options);
    this.retryInSeconds = options.retryInSeconds;
    this.detail = options.detail;
  }
}

/** One tracker of one torrent. It announces when told; `TrackerManager` owns the schedule. */
export interface ITracker {
  readonly url: string;
  /** Announces once. Peers arrive as `peer` events before it resolves; it rejects with a {@link TrackerError}. */
  announce(event: AnnounceEvent, options?: { readonly signal?: AbortSignal }): Promise<AnnounceResult>;
  /** Asks for the counts once. Rejects with a {@link TrackerError}: `unsupported` where the tracker's address does not say how. */
  scrape(options?: { readonly signal?: AbortSignal }): Promise<ScrapeResult>;
  /** What it takes to tell the tracker `stopped` without us. */
  stopAnnounces(): readonly StopAnnounce[];
  /** An address the tracker gave. Returns how to stop listening. */
  on(event: 'peer', listener: (peer: Endpoint) => void): () => void;
  /** Aborts what is under way. Idempotent. */
  close(): void;
}
