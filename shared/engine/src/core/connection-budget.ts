/** Counts the connections of a whole `Client`, half-open ones included, against their limit. */
export class ConnectionBudget {
  #used = 0;

  constructor(private limit: number) {}

  get used(): number {
    return this.#used;
  }

  get hasRoom(): boolean {
    return this.#used < this.limit;
  }

  setLimit(limit: number): void {
    this.limit = limit;
  }

  /** Takes a place; false when there is none. */
  tryAcquire(): boolean {
    if (!this.hasRoom) return false;
    this.#used++;
    return true;
  }

  release(): void {
    this.#used--;
  }
}
