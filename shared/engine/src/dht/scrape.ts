import type { IHasher } from '../interfaces/hasher.js';
import type { KrpcReply } from '../protocol/krpc.js';
import { BloomFilter, filterBitsOf } from './bloom-filter.js';

/** About how many there are in a swarm (BEP 33). */
export interface ScrapeResult {
  readonly seeds: number;
  readonly peers: number;
}

/** What one node knows of a swarm: filters (BEP 33), or a list of some peers. */
export type PeerCounts = Pick<KrpcReply, 'seedFilter' | 'peerFilter' | 'values'>;

/** Unites the filters of many nodes. Of one that knows no BEP 33 the listed peers count. */
export class ScrapeTally {
  readonly #seeds = new BloomFilter();
  readonly #peers = new BloomFilter();
  readonly #listedHosts = new Set<string>();

  add({ seedFilter, peerFilter, values }: PeerCounts): void {
    if (seedFilter) this.#seeds.unite(seedFilter);
    if (peerFilter) this.#peers.unite(peerFilter);
    if (!seedFilter && !peerFilter) for (const { host } of values ?? []) this.#listedHosts.add(host);
  }

  async result(hasher: IHasher): Promise<ScrapeResult> {
    for (const host of this.#listedHosts) {
      const bits = await filterBitsOf(host, hasher);
      // A node without BEP 33 does not say which peers are seeds; others may have said.
      if (bits && !this.#seeds.has(bits)) this.#peers.add(bits);
    }
    return { seeds: Math.round(this.#seeds.estimate()), peers: Math.round(this.#peers.estimate()) };
  }
}
