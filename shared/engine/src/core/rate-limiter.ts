import type { IClock, ITimer } from '../interfaces/clock.js';
import { RateBucket } from './rate-bucket.js';

/** Turns are given no more often than this. */
const TURN_INTERVAL_MS = 10;
/** A turn is worth a block, or it would cost more than it brings. */
const MIN_TURN_BYTES = 16 * 1024;

/** What a flow that wanted less than its part may catch up on: more than the biggest read, or those with small ones lose. */
const MAX_CLAIM_BYTES = 256 * 1024;

/** One direction of one connection, as a limiter sees it. Without a limit it costs two comparisons a read or write. */
export class RateFlow {
  readonly #limiter: RateLimiter;
  readonly #total: RateBucket;
  readonly #own: RateBucket;
  readonly #buckets: readonly RateBucket[];
  /** What is left of its turn. */
  #turnBytes = 0;
  #bytesSinceTurn = 0;
  #onTurn: (() => void) | undefined;
  /** Bytes served, as in start-time fair queueing: after a pause there is little claim to what was not used. */
  served = 0;

  constructor(limiter: RateLimiter, own: RateBucket) {
    this.#limiter = limiter;
    this.#total = limiter.total;
    this.#own = own;
    this.#buckets = [limiter.total, own];
  }

  /** Its limits: all connections', and its torrent's. */
  get buckets(): readonly RateBucket[] {
    return this.#buckets;
  }

  /** Nothing more should pass before {@link wait} calls back. */
  get isSpent(): boolean {
    if (!this.#total.isLimited && !this.#own.isLimited) return false;
    return (
      this.#turnBytes <= 0 ||
      (this.#total.isLimited && this.#total.tokens <= 0) ||
      (this.#own.isLimited && this.#own.tokens <= 0)
    );
  }

  /** By how much it took more than its last turn: reads come as they are. */
  get overshotBytes(): number {
    return Math.max(0, -this.#turnBytes);
  }

  /** What has passed since its last turn began. */
  get bytesSinceTurn(): number {
    return this.#bytesSinceTurn;
  }

  /** These bytes have passed, allowed or not. */
  spend(bytes: number): void {
    if (!this.#total.isLimited && !this.#own.isLimited) return;
    for (const bucket of this.#buckets) {
      bucket.refill(this.#limiter.now);
      bucket.spend(bytes);
    }
    this.#turnBytes -= bytes;
    this.#bytesSinceTurn += bytes;
    this.served += bytes;
  }

  /** Calls back, once and never within this call, when bytes may pass again. A later call replaces an earlier one. */
  wait(onTurn: () => void): void {
    this.#onTurn = onTurn;
    this.#limiter.enqueue(this);
  }

  /** The limiter's word that so many bytes may pass. */
  grant(bytes: number): void {
    this.#turnBytes = bytes;
    this.#bytesSinceTurn = 0;
  }

  /** Lets pass what was granted. */
  begin(): void {
    const onTurn = this.#onTurn;
    this.#onTurn = undefined;
    onTurn?.();
  }

  /** Waits for nothing any more. */
  end(): void {
    this.#onTurn = undefined;
    this.#limiter.dequeue(this);
  }
}

/**
 * Limits one direction of all connections: together, and those of each torrent. Every byte is paid for; who has had least has the next turn,
 * so that all who want the same get the same. One timer for all, and none while nobody waits.
 */
export class RateLimiter {
  /** Of all connections together. */
  readonly total = new RateBucket();
  readonly #clock: IClock;
  readonly #waiting = new Set<RateFlow>();
  /** The most that a flow had been served when its turn came. */
  #virtualTime = 0;
  #timer: { readonly timer: ITimer; readonly at: number } | undefined;
  #turnsGivenAt = -Infinity;

  constructor(options: { readonly clock: IClock }) {
    this.#clock = options.clock;
  }

  /** A flow that `own` limits too. */
  createFlow(own: RateBucket): RateFlow {
    return new RateFlow(this, own);
  }

  /** Changes the limit of `bucket`, the total or a torrent's; 0 is no limit. Holds at once. */
  setLimit(bucket: RateBucket, bytesPerSecond: number): void {
    bucket.setLimit(bytesPerSecond, this.#clock.now());
    if (this.#waiting.size > 0) this.#plan(0);
  }

  get now(): number {
    return this.#clock.now();
  }

  /** For {@link RateFlow} alone. */
  enqueue(flow: RateFlow): void {
    flow.served = Math.max(flow.served, this.#virtualTime - MAX_CLAIM_BYTES);
    this.#waiting.add(flow);
    for (const bucket of flow.buckets) bucket.refill(this.#clock.now());
    this.#plan(this.#debtMs(flow));
  }

  /** For {@link RateFlow} alone. */
  dequeue(flow: RateFlow): void {
    this.#waiting.delete(flow);
  }

  close(): void {
    this.#timer?.timer.cancel();
    this.#waiting.clear();
  }

  /** Turns are given in so many milliseconds, unless they are sooner. */
  #plan(delayMs: number): void {
    const now = this.#clock.now();
    const at = Math.max(now + delayMs, this.#turnsGivenAt + TURN_INTERVAL_MS);
    if (this.#timer && this.#timer.at <= at) return;
    this.#timer?.timer.cancel();
    const timer = this.#clock.setTimer(at - now, () => {
      this.#timer = undefined;
      this.#giveTurns();
    });
    this.#timer = { timer, at };
  }

  #giveTurns(): void {
    const now = (this.#turnsGivenAt = this.#clock.now());
    const queue = [...this.#waiting].sort((a, b) => a.served - b.served);
    for (const { buckets } of queue) {
      for (const bucket of buckets) {
        bucket.refill(now);
        bucket.claimants++;
      }
    }
    const lucky = queue.filter((flow) => this.#giveTurn(flow));
    for (const { buckets } of queue) for (const bucket of buckets) bucket.claimants = bucket.promised = 0;
    if (this.#waiting.size > 0) this.#plan(Math.min(...Array.from(this.#waiting, (flow) => this.#debtMs(flow))));
    for (const flow of lucky) flow.begin();
  }

  /** An equal part of what is left to those whose turn has not come; false when that is too little. */
  #giveTurn(flow: RateFlow): boolean {
    let part = Infinity;
    for (const bucket of flow.buckets) {
      if (bucket.isLimited) part = Math.min(part, (bucket.tokens - bucket.promised) / bucket.claimants);
    }
    const bytes = Math.max(MIN_TURN_BYTES, part);
    const expected = bytes + flow.overshotBytes;
    const hasTurn = part > 0 && flow.buckets.every((bucket) => bucket.hasRoom(expected));
    for (const bucket of flow.buckets) {
      bucket.claimants--;
      if (hasTurn && bucket.isLimited) bucket.promised += expected;
    }
    if (!hasTurn) return false;
    this.#virtualTime = Math.max(this.#virtualTime, flow.served);
    this.#waiting.delete(flow);
    flow.grant(bytes);
    return true;
  }

  #debtMs({ buckets }: RateFlow): number {
    return Math.max(...buckets.map((bucket) => bucket.debtMs));
  }
}
