import { formatIp, parseIp } from '../utils/ip-address.js';
import { canonicalHost } from './address-policy.js';

/** Votes counted in each address family; the oldest makes room. */
const MAX_VOTES = 50;

/**
 * Our own addresses as others see them (`yourip` of BEP 10, the `external ip` of trackers, the `ip` of the DHT), by vote: each address
 * that tells has one vote in a family, its last one. Bounded, so that nobody fills the memory, and wrong by no more than the majority of
 * those who were met lately.
 */
export class ExternalAddress {
  readonly #accepts: (host: string) => boolean;
  /** By length of the address: by voter, whom it sees. */
  readonly #votes = new Map<number, Map<string, string>>();
  /** By length of the address: who wins, until the next vote; asked for far more often than voted on. */
  readonly #winners = new Map<number, string>();

  /** `accepts` says what can be an address of ours; a LAN address seen by a neighbour is none. */
  constructor(options: { readonly accepts: (host: string) => boolean }) {
    this.#accepts = options.accepts;
  }

  /** `voter`, an IP literal, sees us at `address`: 4 or 16 bytes. */
  vote(address: Uint8Array, voter: string): void {
    // IPv4-mapped IPv6 names an IPv4 address.
    const ip = parseIp(formatIp(address));
    if (!ip) return;
    const host = formatIp(ip);
    if (!this.#accepts(host)) return;
    const votes = this.#votes.get(ip.length) ?? new Map<string, string>();
    this.#votes.set(ip.length, votes);
    this.#winners.delete(ip.length);
    const key = canonicalHost(voter);
    votes.delete(key);
    votes.set(key, host);
    const [oldest] = votes.keys();
    if (votes.size > MAX_VOTES && oldest !== undefined) votes.delete(oldest);
  }

  /** The IPv4 address with most votes. */
  get ipv4(): string | undefined {
    return this.#winner(4);
  }

  get ipv6(): string | undefined {
    return this.#winner(16);
  }

  /** The address of the family of `host`, an IP literal. */
  facing(host: string): string | undefined {
    return this.#winner(parseIp(host)?.length ?? 0);
  }

  #winner(length: number): string | undefined {
    const known = this.#winners.get(length);
    if (known !== undefined) return known;
    const counts = new Map<string, number>();
    for (const host of this.#votes.get(length)?.values() ?? []) counts.set(host, (counts.get(host) ?? 0) + 1);
    let winner: string | undefined;
    for (const [host, count] of counts) if (count > (counts.get(winner ?? '') ?? 0)) winner = host;
    if (winner !== undefined) this.#winners.set(length, winner);
    return winner;
  }
}
