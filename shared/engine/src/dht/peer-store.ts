import type { IClock } from '../interfaces/clock.js';
import type { IHasher } from '../interfaces/hasher.js';
import type { IRandom } from '../interfaces/random.js';
import type { Endpoint } from '../interfaces/socket.js';
import { fromHex, toHex } from '../utils/bytes.js';
import { BloomFilter, filterBitsOf, type FilterBits } from './bloom-filter.js';
import {
  MAX_SAMPLES,
  MAX_STORED_PEERS,
  MAX_STORED_TORRENTS,
  PEER_LIFETIME_MS,
  SAMPLE_INTERVAL_SECONDS,
} from './limits.js';

interface StoredPeer {
  readonly endpoint: Endpoint;
  readonly isSeed: boolean;
  readonly storedAt: number;
  /** Undefined until the address is hashed. */
  filterBits: FilterBits | undefined;
}

/** The peers that others announced to us (BEP 5): 30 minutes each, one an address and torrent, oldest out first when full. */
export class PeerStore {
  readonly #clock: IClock;
  readonly #random: IRandom;
  readonly #hasher: IHasher;
  /** By info-hash, least recently announced first; peers by identity, oldest announce first. */
  readonly #torrents = new Map<string, Map<string, StoredPeer>>();
  #sample: { readonly infoHashes: readonly Uint8Array[]; readonly takenAt: number } | undefined;

  constructor(options: { readonly clock: IClock; readonly random: IRandom; readonly hasher: IHasher }) {
    this.#clock = options.clock;
    this.#random = options.random;
    this.#hasher = options.hasher;
  }

  /** Torrents with at least one peer. */
  get torrentCount(): number {
    this.#expire();
    return this.#torrents.size;
  }

  /** `identity` says what counts as one peer; its newer announce replaces the older. */
  add(infoHash: Uint8Array, peer: { endpoint: Endpoint; identity: string; isSeed: boolean }): void {
    this.#expire();
    const key = toHex(infoHash);
    const peers = this.#torrents.get(key) ?? new Map<string, StoredPeer>();
    const known = peers.get(peer.identity);
    const stored: StoredPeer = {
      endpoint: peer.endpoint,
      isSeed: peer.isSeed,
      storedAt: this.#clock.now(),
      filterBits: known?.filterBits,
    };
    moveToEnd(peers, peer.identity, stored, MAX_STORED_PEERS);
    moveToEnd(this.#torrents, key, peers, MAX_STORED_TORRENTS);
    if (!stored.filterBits) void this.#hash(stored);
  }

  /** At most `count` peers, at random; `noSeeds` gives seeds only where others do not suffice. */
  pick(infoHash: Uint8Array, count: number, { noSeeds }: { readonly noSeeds: boolean }): Endpoint[] {
    const peers = shuffled(this.#peersOf(infoHash), this.#random);
    if (noSeeds) peers.sort((a, b) => Number(a.isSeed) - Number(b.isSeed));
    return peers.slice(0, count).map(({ endpoint }) => endpoint);
  }

  /** Filters of all stored peers (BEP 33); undefined when there is none. */
  filters(infoHash: Uint8Array): { readonly seeds: Uint8Array; readonly peers: Uint8Array } | undefined {
    const stored = this.#peersOf(infoHash);
    if (stored.length === 0) return undefined;
    const seeds = new BloomFilter();
    const peers = new BloomFilter();
    for (const { isSeed, filterBits } of stored) if (filterBits) (isSeed ? seeds : peers).add(filterBits);
    return { seeds: seeds.bytes, peers: peers.bytes };
  }

  /** Some of the stored info-hashes, the same ones for ten minutes (BEP 51). */
  sample(): readonly Uint8Array[] {
    const now = this.#clock.now();
    if (!this.#sample || now - this.#sample.takenAt >= SAMPLE_INTERVAL_SECONDS * 1000) {
      this.#expire();
      const keys = shuffled([...this.#torrents.keys()], this.#random).slice(0, MAX_SAMPLES);
      this.#sample = { infoHashes: keys.flatMap((key) => fromHex(key) ?? []), takenAt: now };
    }
    return this.#sample.infoHashes;
  }

  #peersOf(infoHash: Uint8Array): StoredPeer[] {
    const limit = this.#clock.now() - PEER_LIFETIME_MS;
    const peers = this.#torrents.get(toHex(infoHash))?.values() ?? [];
    return [...peers].filter(({ storedAt }) => storedAt > limit);
  }

  async #hash(peer: StoredPeer): Promise<void> {
    try {
      peer.filterBits = await filterBitsOf(peer.endpoint.host, this.#hasher);
    } catch {
      // Without its hash the peer is missing from scrapes; nothing else needs it.
    }
  }

  #expire(): void {
    const limit = this.#clock.now() - PEER_LIFETIME_MS;
    for (const [key, peers] of this.#torrents) {
      for (const [identity, { storedAt }] of peers) {
        if (storedAt > limit) break;
        peers.delete(identity);
      }
      // Those after it were announced later still.
      if (peers.size > 0) break;
      this.#torrents.delete(key);
    }
  }
}

/** Puts an entry last in a map that keeps at most `max`, the first ones going. */
function moveToEnd<T>(map: Map<string, T>, key: string, value: T, max: number): void {
  map.delete(key);
  map.set(key, value);
  for (const first of map.keys()) {
    if (map.size <= max) break;
    map.delete(first);
  }
}

/** Fisher-Yates, in place. */
function shuffled<T>(items: T[], random: IRandom): T[] {
  for (let index = items.length - 1; index > 0; index--) {
    const other = random.integer(index + 1);
    [items[index], items[other]] = [items[other] as T, items[index] as T];
  }
  return items;
}
