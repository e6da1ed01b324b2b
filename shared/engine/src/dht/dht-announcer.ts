import type { IClock, ITimer } from '../interfaces/clock.js';
import type { IRandom } from '../interfaces/random.js';
import type { Endpoint } from '../interfaces/socket.js';
import type { FindPeersOptions } from './dht.js';
import { ANNOUNCE_INTERVAL_MS, ANNOUNCE_JITTER, EMPTY_RETRY_MS, MAX_SEARCHES, MIN_SEARCH_GAP_MS } from './limits.js';
import type { Announcement, SearchSummary } from './peer-search.js';

/** A torrent that finds its peers in the DHT. Never a private one (BEP 27). */
export interface DhtTorrent {
  readonly infoHash: Uint8Array;
  /** What is announced at this moment; undefined to search only (nobody can reach us). */
  announcement(): Announcement | undefined;
  /** Seeds are of use to it. */
  wantsSeeds(): boolean;
  onPeer(peer: Endpoint): void;
}

/** The schedule of one torrent. */
export interface DhtSchedule {
  /**
   * Searches as soon as there is a free place, and a minute after the last search began at the earliest; also after one under way, which may
   * tell of what is no longer true.
   */
  announceNow(): void;
  /** No more searches; one under way ends without a word. Idempotent. */
  stop(): void;
}

interface Entry {
  readonly torrent: DhtTorrent;
  dueAt: number;
  /** When the last search began. */
  searchedAt: number;
  isFirst: boolean;
  retryMs: number;
  running: AbortController | undefined;
}

/**
 * Searches and announces every torrent at once and then every 15 minutes, sooner while nobody is found; four at a time, newcomers first,
 * with one timer for all of them.
 */
export class DhtAnnouncer {
  readonly #dht: { findPeers(infoHash: Uint8Array, options: FindPeersOptions): void };
  readonly #clock: IClock;
  readonly #random: IRandom;
  readonly #entries = new Set<Entry>();
  #running = 0;
  #timer: ITimer | undefined;

  constructor(options: {
    readonly dht: { findPeers(infoHash: Uint8Array, options: FindPeersOptions): void };
    readonly clock: IClock;
    readonly random: IRandom;
  }) {
    this.#dht = options.dht;
    this.#clock = options.clock;
    this.#random = options.random;
  }

  add(torrent: DhtTorrent): DhtSchedule {
    const entry: Entry = {
      torrent,
      dueAt: this.#clock.now(),
      searchedAt: -Infinity,
      isFirst: true,
      retryMs: EMPTY_RETRY_MS,
      running: undefined,
    };
    this.#entries.add(entry);
    this.#proceed();
    return {
      announceNow: () => {
        const earliestAt = Math.max(this.#clock.now(), entry.searchedAt + MIN_SEARCH_GAP_MS);
        entry.dueAt = Math.min(entry.dueAt, earliestAt);
        this.#proceed();
      },
      stop: () => {
        this.#entries.delete(entry);
        this.#end(entry);
        this.#proceed();
      },
    };
  }

  /** Searches every torrent anew, at once: who was asked while there was no network could not answer. */
  networkIsBack(): void {
    for (const entry of this.#entries) {
      this.#end(entry);
      entry.dueAt = this.#clock.now();
      entry.retryMs = EMPTY_RETRY_MS;
    }
    this.#proceed();
  }

  /** Stops all of them. Idempotent. */
  close(): void {
    this.#timer?.cancel();
    for (const entry of this.#entries) this.#end(entry);
    this.#entries.clear();
  }

  #end(entry: Entry): void {
    if (!entry.running) return;
    entry.running.abort();
    entry.running = undefined;
    this.#running--;
  }

  /** Starts what is due while there are places, and wakes up when more is. */
  #proceed(): void {
    this.#timer?.cancel();
    while (this.#running < MAX_SEARCHES) {
      const next = this.#next();
      if (!next) return;
      const delayMs = next.dueAt - this.#clock.now();
      if (delayMs > 0) {
        this.#timer = this.#clock.setTimer(delayMs, () => this.#proceed());
        return;
      }
      this.#search(next);
    }
  }

  #next(): Entry | undefined {
    let first: Entry | undefined;
    for (const entry of this.#entries) {
      if (entry.running) continue;
      const isSooner = !first || (entry.isFirst === first.isFirst ? entry.dueAt < first.dueAt : entry.isFirst);
      if (isSooner) first = entry;
    }
    return first;
  }

  #search(entry: Entry): void {
    const { torrent } = entry;
    const controller = new AbortController();
    entry.running = controller;
    entry.isFirst = false;
    entry.dueAt = Infinity;
    entry.searchedAt = this.#clock.now();
    this.#running++;
    this.#dht.findPeers(torrent.infoHash, {
      announce: torrent.announcement(),
      noSeeds: !torrent.wantsSeeds(),
      signal: controller.signal,
      onPeer: (peer) => torrent.onPeer(peer),
      onDone: (summary) => {
        this.#reschedule(entry, summary);
        this.#end(entry);
        this.#proceed();
      },
    });
  }

  #reschedule(entry: Entry, { peers }: SearchSummary): void {
    let delayMs = ANNOUNCE_INTERVAL_MS;
    if (peers > 0) entry.retryMs = EMPTY_RETRY_MS;
    else {
      delayMs = Math.min(entry.retryMs, ANNOUNCE_INTERVAL_MS);
      entry.retryMs *= 2;
    }
    const jitterMs = this.#random.integer(Math.max(1, Math.round(delayMs * ANNOUNCE_JITTER)));
    // What was asked for during the search stands.
    entry.dueAt = Math.min(entry.dueAt, this.#clock.now() + delayMs - jitterMs);
  }
}
