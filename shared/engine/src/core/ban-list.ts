const MAX_BANNED = 3000;

/** Peers that are never met again, by `AddressPolicy.identity`; the oldest ban goes when there are too many. */
export class BanList {
  readonly #banned: Set<string>;

  /** `identities` are those of an earlier session. */
  constructor(identities: readonly string[] = []) {
    this.#banned = new Set(identities.slice(-MAX_BANNED));
  }

  /** For the next session, the oldest first. */
  get identities(): readonly string[] {
    return [...this.#banned];
  }

  add(identity: string): void {
    this.#banned.delete(identity);
    this.#banned.add(identity);
    const [oldest] = this.#banned;
    if (this.#banned.size > MAX_BANNED && oldest !== undefined) this.#banned.delete(oldest);
  }

  has(identity: string): boolean {
    return this.#banned.has(identity);
  }
}
