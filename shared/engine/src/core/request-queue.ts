import { BLOCK_LENGTH, type PieceLayout } from './piece-layout.js';

/** Outstanding requests that a peer starts with. */
const INITIAL_DEPTH = 4;
const MIN_DEPTH = 2;
const MAX_DEPTH = 500;
/** What a peer is taken to accept that does not say (BEP 10, `reqq`). */
const DEFAULT_PEER_LIMIT = 250;
/** A peer at its steady rate always has so many seconds of requests; a second more than usual, for the hop through the helper. */
const QUEUE_SECONDS = 4;
/** Less than this share of the depth is not worth a message of its own, which costs as much as one that asks for all of it. */
const LEAST_BURST = 1 / 16;
/** While something is due at a time: more would hold it up. */
const URGENT_SECONDS = 1;
/** In endgame: more would be asked of somebody else too, and cancelled. */
const ENDGAME_SECONDS = 0.5;
/** How long bytes are counted before they make a rate. */
const RATE_INTERVAL_MS = 1000;
/** Slow start goes on while the rate grows by more than this much from one interval to the next. */
const RISING_BYTES_PER_SECOND = 5000;
/** Of the newest interval in the smoothed rate. */
const NEWEST_SHARE = 0.5;
const SNUB_MS = 20_000;
const REQUEST_TIMEOUT_MS = 60_000;
/** Both time-outs are at least so many times what the peer needs for its whole queue. */
const QUEUE_TIMES = 2;

/**
 * What is outstanding with one peer, how much should be, and when to give up waiting. Time comes in as milliseconds of one clock. Nothing
 * times out by a constant alone: a slow peer that keeps sending is never asked in vain.
 */
export class RequestQueue {
  /** Set by the torrent: few requests at a time. */
  isEndgame = false;
  /** Set by the torrent: something may be due any time, and is not to wait behind all that is not. */
  isUrgent = false;
  readonly #blocksPerPiece: number;
  /** Block numbers counted over the whole torrent, oldest request first. */
  readonly #outstanding = new Set<number>();
  #peerLimit = DEFAULT_PEER_LIMIT;
  #isSlowStart = true;
  #slowStartDepth = INITIAL_DEPTH;
  /** Bytes a second over the intervals in which blocks came. */
  #rate = 0;
  #intervalStart = 0;
  #intervalBytes = 0;
  /** When the last block came, or the first request went out to an idle peer. */
  #waitingSince = -Infinity;
  #isSnubbed = false;

  constructor(options: { readonly layout: PieceLayout }) {
    this.#blocksPerPiece = options.layout.blocksPerPiece;
  }

  /** How many requests should be outstanding now. */
  get depth(): number {
    if (this.#isSnubbed) return 1;
    if (this.isEndgame) {
      return Math.max(1, Math.min((this.#rate * ENDGAME_SECONDS) / BLOCK_LENGTH, MAX_DEPTH, this.#peerLimit) | 0);
    }
    const steady = this.#isSlowStart ? this.#slowStartDepth : Math.ceil((this.#rate * QUEUE_SECONDS) / BLOCK_LENGTH);
    const urgent = Math.max(INITIAL_DEPTH, Math.ceil((this.#rate * URGENT_SECONDS) / BLOCK_LENGTH));
    const depth = this.isUrgent ? Math.min(steady, urgent) : steady;
    return Math.max(MIN_DEPTH, Math.min(depth, MAX_DEPTH, this.#peerLimit));
  }

  /** How many are outstanding. */
  get length(): number {
    return this.#outstanding.size;
  }

  /** How many to send now: 0, or enough to be worth a message. */
  get room(): number {
    const { depth } = this;
    const room = depth - this.#outstanding.size;
    return room >= Math.max(1, Math.floor(depth * LEAST_BURST)) ? room : 0;
  }

  /** Nothing came for far longer than it should take; until the next block. */
  get isSnubbed(): boolean {
    return this.#isSnubbed;
  }

  /** How many requests the peer says it keeps (BEP 10 `reqq`); any number, for `depth` is clamped. */
  setPeerLimit(reqq: number): void {
    this.#peerLimit = reqq;
  }

  has(index: number, begin: number): boolean {
    return this.#outstanding.has(this.#key(index, begin));
  }

  add(index: number, begin: number, now: number): void {
    if (this.#outstanding.size === 0) {
      // A pause in which nothing was asked for says nothing about the peer's rate.
      if (now - this.#waitingSince >= RATE_INTERVAL_MS) {
        this.#intervalStart = now;
        this.#intervalBytes = 0;
      }
      this.#waitingSince = now;
    }
    this.#outstanding.add(this.#key(index, begin));
  }

  /** Rejected or cancelled. False when it was not outstanding. */
  delete(index: number, begin: number): boolean {
    return this.#outstanding.delete(this.#key(index, begin));
  }

  /** Removes the newest requests beyond the depth that `mayGo` lets go, and tells it. */
  shorten(mayGo: (index: number, begin: number) => boolean): void {
    let excess = this.#outstanding.size - this.depth;
    for (const key of excess > 0 ? [...this.#outstanding].reverse() : []) {
      if (excess === 0) return;
      const block = key % this.#blocksPerPiece;
      if (!mayGo((key - block) / this.#blocksPerPiece, block * BLOCK_LENGTH)) continue;
      this.#outstanding.delete(key);
      excess--;
    }
  }

  /** A whole block came, asked for or not. True when it was outstanding. */
  blockReceived(index: number, begin: number, length: number, now: number): boolean {
    const wasOutstanding = this.delete(index, begin);
    this.#waitingSince = now;
    this.#isSnubbed = false;
    if (this.#isSlowStart && this.#slowStartDepth < MAX_DEPTH) this.#slowStartDepth++;
    this.#intervalBytes += length;
    const elapsedMs = now - this.#intervalStart;
    if (elapsedMs >= RATE_INTERVAL_MS) this.#endInterval(elapsedMs, now);
    return wasOutstanding;
  }

  /** Housekeeping, about once a second: notices that the peer has gone silent. */
  tick(now: number): void {
    if (this.#outstanding.size > 0 && this.#isOverdue(now, SNUB_MS)) this.#isSnubbed = true;
  }

  /** The peer was not read: the wait for its next block begins anew. */
  excuse(now: number): void {
    if (this.#outstanding.size > 0) this.#waitingSince = now;
  }

  /** Removes all requests when their time is over, and tells `onRequest` each, oldest first. */
  takeTimedOut(now: number, onRequest: (index: number, begin: number) => void): void {
    if (this.#outstanding.size > 0 && this.#isOverdue(now, REQUEST_TIMEOUT_MS)) this.clear(onRequest);
  }

  /** Removes all requests (choked, disconnected), and tells `onRequest` each, oldest first. */
  clear(onRequest?: (index: number, begin: number) => void): void {
    for (const key of this.#outstanding) {
      this.#outstanding.delete(key);
      const block = key % this.#blocksPerPiece;
      onRequest?.((key - block) / this.#blocksPerPiece, block * BLOCK_LENGTH);
    }
  }

  /** Unlike any other for every block that exists, and no block's for a `begin` that lies past the piece. */
  #key(index: number, begin: number): number {
    return begin >= this.#blocksPerPiece * BLOCK_LENGTH ? -1 : index * this.#blocksPerPiece + begin / BLOCK_LENGTH;
  }

  #isOverdue(now: number, leastMs: number): boolean {
    const queueMs = this.#rate === 0 ? 0 : ((this.#outstanding.size * BLOCK_LENGTH) / this.#rate) * 1000;
    return now - this.#waitingSince >= Math.max(leastMs, QUEUE_TIMES * queueMs);
  }

  #endInterval(elapsedMs: number, now: number): void {
    const rate = (this.#intervalBytes / elapsedMs) * 1000;
    this.#isSlowStart &&= rate > this.#rate + RISING_BYTES_PER_SECOND;
    const isFirst = this.#rate === 0;
    this.#rate = this.#isSlowStart || isFirst ? rate : this.#rate * (1 - NEWEST_SHARE) + rate * NEWEST_SHARE;
    this.#intervalStart = now;
    this.#intervalBytes = 0;
  }
}
