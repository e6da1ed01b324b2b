/** The latest suggestions of a peer that are kept. */
const MAX_SUGGESTED = 16;
/** Most pieces that a peer may grant; honest ones grant about ten. */
const MAX_ALLOWED_FAST = 32;

/** What one peer said, unasked, of what to ask it for (BEP 6). Advice only: that the pieces exist, and that it has them, is for the reader to see. */
export class PeerAdvice {
  readonly #suggested = new Set<number>();
  readonly #allowedFast = new Set<number>();

  /** SUGGEST-PIECE: cheap for the peer to send. The oldest one gives way. */
  suggest(index: number): void {
    this.#suggested.delete(index);
    this.#suggested.add(index);
    const [oldest] = this.#suggested;
    if (this.#suggested.size > MAX_SUGGESTED && oldest !== undefined) this.#suggested.delete(oldest);
  }

  /** ALLOWED-FAST: may be asked for while it chokes us. Without effect beyond the bound. */
  allowFast(index: number): void {
    if (this.#allowedFast.size < MAX_ALLOWED_FAST) this.#allowedFast.add(index);
  }

  /** It will not suggest or grant this one any more, or the piece is here. */
  forget(index: number): void {
    this.#suggested.delete(index);
    this.#allowedFast.delete(index);
  }

  /** Live, the oldest first; `forget` may be called in between. */
  get suggested(): ReadonlySet<number> {
    return this.#suggested;
  }

  get allowedFast(): ReadonlySet<number> {
    return this.#allowedFast;
  }
}
