const BUCKETS = 10;
const BUCKET_MS = 500;
const WINDOW_MS = BUCKETS * BUCKET_MS;
/** The part of the window before the newest bucket, which is still filling. */
const FULL_BUCKETS_MS = WINDOW_MS - BUCKET_MS;
/** Shortest span a rate is taken over, so that the first packet does not read as a burst. */
const MIN_SPAN_MS = 1000;

/** Counts bytes and gives their rate over the last 5 s. Allocates nothing after construction; times are `IClock.now()`. */
export class RateMeter {
  readonly #buckets = new Float64Array(BUCKETS);
  #total = 0;
  #sum = 0;
  /** Number of the newest bucket, counted from the clock's zero. */
  #newest = 0;
  #startedAt: number | undefined;

  /** Bytes ever added. */
  get total(): number {
    return this.#total;
  }

  add(bytes: number, now: number): void {
    this.#advance(now);
    this.#startedAt ??= now;
    const slot = this.#newest % BUCKETS;
    this.#buckets[slot] = (this.#buckets[slot] as number) + bytes;
    this.#sum += bytes;
    this.#total += bytes;
  }

  /** Bytes a second over the last 5 s, or since the first byte where that is less. */
  rate(now: number): number {
    if (this.#startedAt === undefined) return 0;
    this.#advance(now);
    const covered = Math.min(now - this.#startedAt, FULL_BUCKETS_MS + (now % BUCKET_MS));
    const span = Math.max(MIN_SPAN_MS, covered);
    return (this.#sum * 1000) / span;
  }

  /** Drops the buckets that have left the window. */
  #advance(now: number): void {
    const bucket = Math.floor(now / BUCKET_MS);
    if (bucket <= this.#newest) return;
    if (bucket - this.#newest >= BUCKETS) {
      this.#buckets.fill(0);
      this.#sum = 0;
      this.#startedAt = this.#total > 0 ? now - WINDOW_MS : undefined;
    } else {
      for (let passed = this.#newest + 1; passed <= bucket; passed++) {
        this.#sum -= this.#buckets[passed % BUCKETS] as number;
        this.#buckets[passed % BUCKETS] = 0;
      }
    }
    this.#newest = bucket;
  }
}
