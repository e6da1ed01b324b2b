import type { Endpoint } from '../interfaces/socket.js';
import { scopeOf } from './address-policy.js';
import type { PeerSource } from './snapshots.js';

/** What `PeerList` remembers of one peer. Times are `IClock.now()`. */
export interface PeerEntry {
  /** `AddressPolicy.identity` under which it is listed. */
  key: string;
  /** Where to dial; undefined for a peer that dialled us and has not said its port. Changed by {@link moveTo}. */
  endpoint: Endpoint | undefined;
  /** Where to dial when that fails. */
  other: Endpoint | undefined;
  /** Everybody who named it, the best first; at least one. */
  sources: readonly PeerSource[];
  isLocal: boolean;
  /** Tells equals apart: canonical priority (BEP 40) against `rankedFor`, chance while our own address is unknown. The greater, the better. */
  rank: number;
  /** Our own address when `rank` was worked out. */
  rankedFor: string | undefined;
  /** Our own connection or attempt, and the port it goes to. */
  outgoing: { readonly port: number; isConnected: boolean } | undefined;
  /** The peer's connection to us. */
  hasIncoming: boolean;
  isSeed: boolean;
  /** Failed attempts since the last success. */
  fails: number;
  /** Points for pieces that verified, 0 to 8. */
  trust: number;
  /** -1 when never tried. */
  lastTriedAt: number;
  retryAt: number;
  /** Until `retryAt` because our own side was at fault. */
  waitsForNetwork: boolean;
}

/** Who is asked first, and who stays longest when the list is full. */
const SOURCE_RANK: Readonly<Record<PeerSource, number>> = {
  manual: 0,
  magnet: 1,
  tracker: 2,
  lsd: 3,
  resume: 4,
  incoming: 5,
  dht: 6,
  pex: 7,
};

/** `sources` and one more, the best first. */
export function withSource(sources: readonly PeerSource[], source: PeerSource): readonly PeerSource[] {
  if (sources.includes(source)) return sources;
  return [...sources, source].sort((a, b) => SOURCE_RANK[a] - SOURCE_RANK[b]);
}

/** The best source of a peer. */
export function sourceOf(entry: PeerEntry): PeerSource {
  return entry.sources[0] ?? 'pex';
}

/** The peer is dialled at `endpoint` from now on. */
export function moveTo(entry: PeerEntry, endpoint: Endpoint): void {
  const scope = scopeOf(endpoint.host);
  entry.endpoint = endpoint;
  entry.isLocal = scope === 'local' || scope === 'loopback';
}

export function isIdle(entry: PeerEntry): boolean {
  return !entry.outgoing && !entry.hasIncoming;
}

/** Order of dialling: negative when `a` comes first. */
export function compareForDialling(a: PeerEntry, b: PeerEntry): number {
  return (
    a.fails - b.fails ||
    Number(b.isLocal) - Number(a.isLocal) ||
    a.lastTriedAt - b.lastTriedAt ||
    SOURCE_RANK[sourceOf(a)] - SOURCE_RANK[sourceOf(b)] ||
    b.rank - a.rank
  );
}

/** Order of eviction: positive when `a` is worth less. */
export function compareForEviction(a: PeerEntry, b: PeerEntry): number {
  return a.fails - b.fails || b.trust - a.trust || SOURCE_RANK[sourceOf(a)] - SOURCE_RANK[sourceOf(b)];
}
