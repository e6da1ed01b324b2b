/** Bytes of failed copies kept for comparison, outside the piece memory. */
const MAX_COPY_BYTES = 8 * 1024 * 1024;
/** So often may a suspect piece be given up half-way before it is shared again, lest it wait for ever. */
const MAX_GIVE_UPS = 3;

/** The copy of a piece that failed its hash. */
interface FailedCopy<Peer> {
  readonly bytes: Uint8Array;
  /** Who sent each block. */
  readonly authors: readonly (Peer | undefined)[];
}

interface Suspect<Peer> {
  /** Undefined when there was no room for it. */
  copy: FailedCopy<Peer> | undefined;
  giveUps: number;
}

/**
 * Pieces that failed their hash with blocks of several peers in them, so that nobody can be blamed yet. Each is downloaded again from one
 * peer alone: if it fails again that peer lied, and if it passes, the blocks of the failed copy that differ say who did. An honest peer is
 * never blamed, whomever it shared a piece with.
 */
export class SuspectPieces<Peer> {
  readonly #suspects = new Map<number, Suspect<Peer>>();
  readonly #blockLength: number;
  #copyBytes = 0;

  constructor(options: { readonly blockLength: number }) {
    this.#blockLength = options.blockLength;
  }

  /** The piece should come from one peer alone. */
  isForOnePeer(index: number): boolean {
    const suspect = this.#suspects.get(index);
    return suspect !== undefined && suspect.giveUps < MAX_GIVE_UPS;
  }

  /** A copy failed; `authors` names at least two peers. Without `bytes` the next copy cannot be compared with it. */
  add(index: number, bytes: Uint8Array | undefined, authors: readonly (Peer | undefined)[]): void {
    const known = this.#suspects.get(index);
    if (known) known.giveUps = 0;
    if (known?.copy) return;
    const copy = bytes && this.#copyBytes + bytes.length <= MAX_COPY_BYTES ? { bytes, authors } : undefined;
    this.#copyBytes += copy?.bytes.length ?? 0;
    this.#suspects.set(index, { copy, giveUps: 0 });
  }

  /** The peer that had the piece to itself left or stopped sending. */
  giveUp(index: number): void {
    const suspect = this.#suspects.get(index);
    if (suspect) suspect.giveUps++;
  }

  /** The right copy is here: returns those whose blocks of the failed one differ. */
  resolve(index: number, bytes: Uint8Array | undefined): ReadonlySet<Peer> {
    const liars = new Set<Peer>();
    const copy = this.#suspects.get(index)?.copy;
    this.#suspects.delete(index);
    if (!copy) return liars;
    this.#copyBytes -= copy.bytes.length;
    if (!bytes) return liars;
    copy.authors.forEach((author, block) => {
      if (author === undefined || liars.has(author)) return;
      const start = block * this.#blockLength;
      const end = Math.min(start + this.#blockLength, bytes.length);
      for (let at = start; at < end; at++) {
        if (bytes[at] === copy.bytes[at]) continue;
        liars.add(author);
        return;
      }
    });
    return liars;
  }

  /** Frees the memory; the pieces stay suspect. */
  dropCopies(): void {
    for (const suspect of this.#suspects.values()) suspect.copy = undefined;
    this.#copyBytes = 0;
  }
}
