import type { Peer } from './peer.js';

/** Pieces that were read from disk last; older ones may have left the cache. */
const MAX_RECENT = 16;
/** Suggestions of one peer that it has not followed yet. */
const MAX_OPEN_HINTS = 8;
/** Of one peer in one round, and so a second. */
const MAX_HINTS_A_ROUND = 4;

/** What of the pieces read lately is still in memory. */
interface CachedPieces {
  cachedBlock(index: number, begin: number, length: number): Uint8Array | undefined;
}

/** Suggests the pieces that one peer had read from disk to the others, which then cost no read (BEP 6, SUGGEST-PIECE). */
export class CachedPieceHints {
  readonly #disk: CachedPieces;
  /** The latest at the end. */
  readonly #recent = new Set<number>();
  readonly #open = new WeakMap<Peer, Set<number>>();

  constructor(options: { readonly disk: CachedPieces }) {
    this.#disk = options.disk;
  }

  /** Of a block that had to be read for a peer. */
  pieceRead(index: number): void {
    this.#recent.delete(index);
    this.#recent.add(index);
    const [oldest] = this.#recent;
    if (this.#recent.size > MAX_RECENT && oldest !== undefined) this.#recent.delete(oldest);
  }

  /** About every second. Only who may download now is told: a piece that is suggested long before is in the cache no more. */
  tick(peers: Iterable<Peer>): void {
    for (const index of this.#recent) if (!this.#disk.cachedBlock(index, 0, 1)) this.#recent.delete(index);
    if (this.#recent.size === 0) return;
    for (const peer of peers) {
      const { connection } = peer;
      if (connection.features.fast && connection.peerInterested && !connection.peerChoked) this.#suggestTo(peer);
    }
  }

  #suggestTo(peer: Peer): void {
    const open = this.#open.get(peer) ?? new Set<number>();
    this.#open.set(peer, open);
    for (const index of open) if (peer.pieces.get(index) || !this.#recent.has(index)) open.delete(index);
    let left = Math.min(MAX_HINTS_A_ROUND, MAX_OPEN_HINTS - open.size);
    for (const index of this.#recent) {
      if (left === 0) return;
      if (open.has(index) || peer.pieces.get(index)) continue;
      peer.connection.send({ type: 'suggest', index });
      open.add(index);
      left--;
    }
  }
}
