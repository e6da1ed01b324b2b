import type { IClock } from '../interfaces/clock.js';
import type { IRandom } from '../interfaces/random.js';
import type { Endpoint } from '../interfaces/socket.js';
import { type AddressPolicy, type CandidateOptions, canonicalHost } from './address-policy.js';
import { BanList } from './ban-list.js';
import {
  compareForDialling,
  compareForEviction,
  isIdle,
  moveTo,
  type PeerEntry,
  sourceOf,
  withSource,
} from './peer-entry.js';
import { peerRank } from './peer-rank.js';
import { type DisconnectOutcome, retryDelayMs } from './peer-retry.js';
import type { PeerSource } from './snapshots.js';
import { lastingSourceOf, type StoredPeer } from './stored-peer.js';

const MAX_KNOWN_PEERS = 3000;
/** Own addresses met by dialling ourselves; a machine has a few. */
const MAX_OWN_ADDRESSES = 32;
/** Failed attempts in a row after which an address is forgotten. */
const MAX_FAILS = 3;
const MAX_TRUST = 8;
/** Candidates ranked by one walk over the list. */
const RANKED_AHEAD = 32;

export interface PeerListOptions {
  readonly clock: IClock;
  readonly random: IRandom;
  readonly policy: AddressPolicy;
  /** Addresses of an earlier session. */
  readonly stored?: readonly StoredPeer[];
  /** {@link PeerList.banned} of an earlier session. */
  readonly banned?: readonly string[];
  /** Our own endpoint as the peer at `host` sees it; undefined while it is unknown. */
  readonly ownEndpoint?: (host: string) => Endpoint | undefined;
  /** Whether a peer may be dialled that these sources have named; everybody where it is left out. */
  readonly mayDial?: (sources: readonly PeerSource[]) => boolean;
}

/** An address worth dialling. */
export interface PeerCandidate {
  readonly endpoint: Endpoint;
  readonly source: PeerSource;
  /** Failed attempts since the last success; each lengthens the connect time-out. */
  readonly fails: number;
}

/**
 * The addresses one torrent knows: where they came from, when to try them again, how far to trust them. One entry a peer, as
 * `AddressPolicy.identity` counts peers. Every method takes the endpoint that the connection has (the socket's remote endpoint for a
 * peer that dialled us) or would have; an unknown one is ignored. At most 3000 entries; the worst make room.
 */
export class PeerList {
  readonly #clock: IClock;
  readonly #random: IRandom;
  readonly #policy: AddressPolicy;
  readonly #stored: readonly StoredPeer[];
  #listed: Map<string, PeerEntry> | undefined;
  /** Where a peer that dialled us is listed by now, if its socket's endpoint is not what identifies it. */
  readonly #aliases = new Map<string, string>();
  /** Bans outlive entries. */
  readonly #bans: BanList;
  readonly #ownEndpoint: (host: string) => Endpoint | undefined;
  readonly #mayDial: (sources: readonly PeerSource[]) => boolean;
  readonly #ownAddresses = new Set<string>();
  /** The best idle entries, best first; checked again when taken. */
  #ranked: PeerEntry[] = [];
  /** No idle entry outside `#ranked` is due before this. */
  #nextWalkAt = 0;
  #rankedAsSeed = false;
  /** The entry that a full list would drop first, as far as known; spares a walk for each address of a flood. */
  #worst: PeerEntry | undefined;

  constructor(options: PeerListOptions) {
    this.#clock = options.clock;
    this.#random = options.random;
    this.#policy = options.policy;
    this.#stored = options.stored ?? [];
    this.#bans = new BanList(options.banned);
    this.#ownEndpoint = options.ownEndpoint ?? (() => undefined);
    this.#mayDial = options.mayDial ?? (() => true);
  }

  /** Who was banned, for the next session. */
  get banned(): readonly string[] {
    return this.#bans.identities;
  }

  /** Addresses known, connected ones included. */
  get knownCount(): number {
    return this.#listed?.size ?? this.#stored.length;
  }

  /** True when the address is new and may be dialled. */
  add(endpoint: Endpoint, source: PeerSource, options: CandidateOptions = {}): boolean {
    if (!this.#policy.allows(endpoint, source, options)) return false;
    const dialled = { host: canonicalHost(endpoint.host), port: endpoint.port };
    const key = this.#policy.identity(dialled);
    if (this.#bans.has(key) || this.#isOwn(dialled)) return false;
    const known = this.#entries.get(key);
    if (known) {
      this.#learnAgain(known, dialled, source);
      return false;
    }
    const entry = this.#newEntry(key, dialled, source);
    if (!this.#insert(entry)) return false;
    this.#rank(entry);
    return true;
  }

  /** The best address to dial now; the caller says `connecting` when it dials. Cheap enough to call in a loop. */
  next(options: { readonly weAreSeed: boolean }): PeerCandidate | undefined {
    const now = this.#clock.now();
    if (options.weAreSeed !== this.#rankedAsSeed) {
      this.#rankedAsSeed = options.weAreSeed;
      this.#ranked = [];
      this.#nextWalkAt = now;
    }
    for (;;) {
      const best = this.#ranked[0];
      if (best?.endpoint && best.retryAt <= now && this.#isDialable(best)) {
        return { endpoint: best.endpoint, source: sourceOf(best), fails: best.fails };
      }
      if (best) this.#ranked.shift();
      else if (this.#nextWalkAt > now || !this.#walk(now)) return undefined;
    }
  }

  /** An attempt begins. */
  connecting(endpoint: Endpoint): void {
    const entry = this.#find(endpoint);
    if (!entry) return;
    entry.outgoing = { port: endpoint.port, isConnected: false };
    entry.lastTriedAt = this.#clock.now();
  }

  /** A peer that we dialled or that dialled us sent the right handshake. */
  connected(endpoint: Endpoint): void {
    const entry = this.#find(endpoint);
    if (!entry) return;
    if (entry.outgoing?.port === endpoint.port) entry.outgoing.isConnected = true;
    entry.fails = 0;
  }

  /**
   * A peer dialled us from `remote`. False when it must be refused: banned, or connected already. An attempt of ours to the same peer
   * may be under way; two peers that dial each other at once both end up with two connections, and tell them apart by peer id.
   */
  incoming(remote: Endpoint): boolean {
    const key = this.#policy.identity(remote);
    if (this.#bans.has(key)) return false;
    const known = this.#entries.get(key);
    if (known?.hasIncoming || known?.outgoing?.isConnected) return false;
    const entry = known ?? this.#newEntry(key, undefined, 'incoming');
    if (!known && !this.#insert(entry)) return false;
    entry.hasIncoming = true;
    return true;
  }

  /** A peer that dialled us said where it listens (BEP 10 `p`), so it can be dialled once it is gone. */
  learnListenPort(remote: Endpoint, port: number): void {
    const listening = { host: canonicalHost(remote.host), port };
    const remoteKey = this.#keyOf(remote);
    const entry = this.#entries.get(remoteKey);
    if (!entry?.hasIncoming || !this.#policy.allows(listening, 'incoming')) return;
    const listeningKey = this.#policy.identity(listening);
    if (listeningKey !== remoteKey) {
      const known = this.#entries.get(listeningKey);
      if (this.#bans.has(listeningKey) || (known && !isIdle(known))) return;
      for (const source of known?.sources ?? []) entry.sources = withSource(entry.sources, source);
      this.#entries.delete(remoteKey);
      this.#entries.set(listeningKey, entry);
      entry.key = listeningKey;
      this.#aliases.set(this.#policy.identity(remote), listeningKey);
    }
    moveTo(entry, listening);
  }

  /**
   * A peer said that it has this IP address too (BEP 10 `ipv4`, `ipv6`). It stays one peer: the other address has its turn when the first
   * cannot be reached. Since the peer may name anybody, it is taken no better than one that others named.
   */
  learnOtherHost(remote: Endpoint, otherHost: string): void {
    const entry = this.#find(remote);
    if (!entry?.endpoint) return;
    const other = { host: canonicalHost(otherHost), port: entry.endpoint.port };
    if (this.#policy.allows(other, 'pex') && this.#isFree(other)) entry.other = other;
  }

  /** The peer has every piece: not worth dialling while we have too. */
  markSeed(endpoint: Endpoint): void {
    const entry = this.#find(endpoint);
    if (entry) entry.isSeed = true;
  }

  /** A connection or an attempt is over. */
  disconnected(endpoint: Endpoint, outcome: DisconnectOutcome): void {
    const key = this.#keyOf(endpoint);
    this.#aliases.delete(this.#policy.identity(endpoint));
    const entry = this.#entries.get(key);
    if (!entry) return;
    if (outcome === 'self' && entry.endpoint && this.#ownAddresses.size < MAX_OWN_ADDRESSES)
      this.#ownAddresses.add(addressKey(entry.endpoint));
    if (entry.outgoing?.port === endpoint.port) entry.outgoing = undefined;
    else entry.hasIncoming = false;
    if (!isIdle(entry)) return;
    this.#worst = undefined;
    if (outcome === 'failed') {
      entry.fails++;
      this.#turnToOther(entry);
    }
    const isLasting = lastingSourceOf(entry.sources) !== undefined;
    const isTooBad = entry.fails >= MAX_FAILS && !isLasting;
    const isWorthless = outcome === 'self' || outcome === 'useless' || isTooBad;
    if (isWorthless || !entry.endpoint) {
      this.#entries.delete(entry.key);
      return;
    }
    entry.waitsForNetwork = outcome === 'network-down';
    entry.retryAt = this.#clock.now() + retryDelayMs(outcome, { fails: entry.fails, isLasting });
    this.#nextWalkAt = Math.min(this.#nextWalkAt, entry.retryAt);
  }

  /** Our own network works again: who waits for that alone is due now. */
  networkIsBack(): void {
    const now = this.#clock.now();
    for (const entry of this.#listed?.values() ?? [])
      if (entry.waitsForNetwork) entry.retryAt = Math.min(entry.retryAt, now);
    this.#nextWalkAt = now;
  }

  /** The peer contributed to a piece that verified. */
  reward(endpoint: Endpoint): void {
    const entry = this.#find(endpoint);
    if (entry) entry.trust = Math.min(MAX_TRUST, entry.trust + 1);
  }

  /** Never again, from whatever source, in either direction. */
  ban(endpoint: Endpoint): void {
    const key = this.#keyOf(endpoint);
    this.#entries.delete(key);
    this.#bans.add(key);
  }

  isBanned(endpoint: Endpoint): boolean {
    return this.#bans.has(this.#keyOf(endpoint));
  }

  /** Canonical priority (BEP 40) of a peer at `endpoint`; undefined while our own address is unknown. */
  rankOf(endpoint: Endpoint): number | undefined {
    const own = this.#ownEndpoint(endpoint.host);
    return own && peerRank(own, endpoint);
  }

  /** Everybody who named the peer, the best first. */
  sourcesOf(endpoint: Endpoint): readonly PeerSource[] {
    return this.#find(endpoint)?.sources ?? [];
  }

  /**
   * These sources must not be used any more: who was named by nobody else is forgotten. Of those that are connected or being dialled the
   * owner finds out by {@link sourcesOf} and parts with them.
   */
  withdraw(sources: ReadonlySet<PeerSource>): void {
    for (const entry of this.#entries.values()) {
      entry.sources = entry.sources.filter((source) => !sources.has(source));
      entry.other = undefined;
      if (entry.sources.length === 0) this.#entries.delete(entry.key);
    }
  }

  /** Up to `limit` addresses for the next session: connected ones, then those that were reached last, then the rest that never failed. */
  worthKeeping(
    limit: number,
    options: { readonly accepts?: (sources: readonly PeerSource[]) => boolean } = {},
  ): readonly StoredPeer[] {
    const { accepts = () => true } = options;
    const entries = [...this.#entries.values()].filter(
      (entry) => entry.endpoint && entry.fails === 0 && accepts(entry.sources),
    );
    entries.sort((a, b) => Number(isIdle(a)) - Number(isIdle(b)) || b.lastTriedAt - a.lastTriedAt);
    return entries.slice(0, limit).flatMap(({ endpoint, sources }) => {
      const source = lastingSourceOf(sources);
      return endpoint ? { ...endpoint, ...(source && { source }) } : [];
    });
  }

  /** Those of an earlier session are listed when somebody asks for the first time: a torrent that seeds to nobody may never ask. */
  get #entries(): Map<string, PeerEntry> {
    if (this.#listed) return this.#listed;
    this.#listed = new Map<string, PeerEntry>();
    for (const peer of this.#stored) this.add(peer, peer.source ?? 'resume');
    return this.#listed;
  }

  #keyOf(endpoint: Endpoint): string {
    const key = this.#policy.identity(endpoint);
    return this.#aliases.get(key) ?? key;
  }

  #find(endpoint: Endpoint): PeerEntry | undefined {
    return this.#entries.get(this.#keyOf(endpoint));
  }

  #newEntry(key: string, endpoint: Endpoint | undefined, source: PeerSource): PeerEntry {
    const entry: PeerEntry = {
      key,
      endpoint: undefined,
      other: undefined,
      sources: [source],
      isLocal: false,
      rank: this.#random.integer(2 ** 32),
      rankedFor: undefined,
      outgoing: undefined,
      hasIncoming: false,
      isSeed: false,
      fails: 0,
      trust: 0,
      lastTriedAt: -1,
      retryAt: this.#clock.now(),
      waitsForNetwork: false,
    };
    if (endpoint) moveTo(entry, endpoint);
    this.#rankAgain(entry);
    return entry;
  }

  /** Not an address of ours, of another peer or of one that was banned. */
  #isFree(endpoint: Endpoint): boolean {
    const key = this.#policy.identity(endpoint);
    return !this.#entries.has(key) && !this.#bans.has(key) && !this.#isOwn(endpoint);
  }

  /** The next attempt goes to the other address of the peer, if it has one that nobody else has by now. */
  #turnToOther(entry: PeerEntry): void {
    const { other, endpoint } = entry;
    entry.other = undefined;
    if (!other || !this.#isFree(other)) return;
    entry.other = endpoint;
    moveTo(entry, other);
    this.#entries.delete(entry.key);
    entry.key = this.#policy.identity(other);
    this.#entries.set(entry.key, entry);
  }

  /** Follows our own address, which is learned and may change. */
  #rankAgain(entry: PeerEntry): void {
    const own = entry.endpoint && this.#ownEndpoint(entry.endpoint.host);
    if (!entry.endpoint || !own || own.host === entry.rankedFor) return;
    entry.rank = peerRank(own, entry.endpoint);
    entry.rankedFor = own.host;
  }

  #isOwn(endpoint: Endpoint): boolean {
    const own = this.#ownEndpoint(endpoint.host);
    return (own?.host === endpoint.host && own.port === endpoint.port) || this.#ownAddresses.has(addressKey(endpoint));
  }

  /** A known peer is named again: its source counts, and another port does where the old one is unknown or failed. */
  #learnAgain(entry: PeerEntry, endpoint: Endpoint, source: PeerSource): void {
    entry.sources = withSource(entry.sources, source);
    if (!entry.endpoint || (isIdle(entry) && entry.fails > 0)) moveTo(entry, endpoint);
  }

  #isDialable(entry: PeerEntry): boolean {
    if (!entry.endpoint || !isIdle(entry) || (entry.isSeed && this.#rankedAsSeed)) return false;
    return this.#isListed(entry) && this.#mayDial(entry.sources);
  }

  #isListed(entry: PeerEntry): boolean {
    return this.#entries.get(entry.key) === entry;
  }

  /** Puts a new entry among the ranked ones if it is one of the best, and else sees to it that a walk finds it. */
  #rank(entry: PeerEntry): void {
    const place = this.#ranked.findIndex((other) => compareForDialling(entry, other) < 0);
    if (place >= 0) this.#ranked.splice(place, 0, entry);
    if (place < 0 || this.#ranked.length > RANKED_AHEAD) this.#nextWalkAt = Math.min(this.#nextWalkAt, entry.retryAt);
    this.#ranked.length = Math.min(this.#ranked.length, RANKED_AHEAD);
  }

  /** Ranks the best of all idle entries; false when none is due, and then nobody walks again before one is. */
  #walk(now: number): boolean {
    const due: PeerEntry[] = [];
    let nextAt = Infinity;
    for (const entry of this.#entries.values()) {
      if (!this.#isDialable(entry)) continue;
      this.#rankAgain(entry);
      if (entry.retryAt <= now) due.push(entry);
      else nextAt = Math.min(nextAt, entry.retryAt);
    }
    due.sort(compareForDialling);
    this.#ranked = due.slice(0, RANKED_AHEAD);
    this.#nextWalkAt = due.length > RANKED_AHEAD ? now : nextAt;
    return due.length > 0;
  }

  /** Lists an entry; a full list drops its worst idle one, unless the newcomer is no better, and then it answers false. */
  #insert(newcomer: PeerEntry): boolean {
    if (this.#entries.size >= MAX_KNOWN_PEERS) {
      if (!this.#worst || !isIdle(this.#worst) || !this.#isListed(this.#worst)) this.#worst = this.#findWorst();
      if (!this.#worst || compareForEviction(this.#worst, newcomer) <= 0) return false;
      this.#entries.delete(this.#worst.key);
    }
    this.#entries.set(newcomer.key, newcomer);
    return true;
  }

  #findWorst(): PeerEntry | undefined {
    let worst: PeerEntry | undefined;
    for (const entry of this.#entries.values()) {
      if (isIdle(entry) && (!worst || compareForEviction(entry, worst) > 0)) worst = entry;
    }
    return worst;
  }
}

function addressKey(endpoint: Endpoint): string {
  return `${endpoint.host}|${endpoint.port}`;
}
