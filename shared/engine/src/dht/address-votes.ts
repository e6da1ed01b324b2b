import { ADDRESS_VOTERS, MIN_ADDRESS_VOTES } from './limits.js';

/** Finds our external address from what other nodes say it is (BEP 42): each has one voice, and most of them must agree. */
export class AddressVotes {
  /** By voter, oldest first. */
  readonly #votes = new Map<string, string>();

  /** Counts a vote; returns the address that has won, if one has. */
  add(ip: string, voter: string): string | undefined {
    this.#votes.delete(voter);
    this.#votes.set(voter, ip);
    for (const oldest of this.#votes.keys()) {
      if (this.#votes.size <= ADDRESS_VOTERS) break;
      this.#votes.delete(oldest);
    }
    const supporters = [...this.#votes.values()].filter((vote) => vote === ip).length;
    return supporters >= MIN_ADDRESS_VOTES && supporters * 3 > this.#votes.size * 2 ? ip : undefined;
  }
}
