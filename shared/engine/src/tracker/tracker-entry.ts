import { scopeOf } from '../core/address-policy.js';
import type { TrackerSnapshot } from '../core/snapshots.js';
import type { IRandom } from '../interfaces/random.js';
import type { AnnounceResult, ITracker } from '../interfaces/tracker.js';
import { plainText } from '../utils/plain-text.js';

/** Trackers of one torrent; links have come with a thousand. */
const MAX_TRACKERS = 200;

/** What `TrackerManager` knows of one tracker. Times are `IClock.now()`. */
export class TrackerEntry {
  /** The tracker stands on this machine or the LAN. */
  readonly fromLocalTracker: boolean;
  /** Answered `started` in this run. */
  knowsUs = false;
  /** Still has to hear that the torrent is complete. */
  owesCompleted = false;
  isAnnouncing = false;
  /** Its turn comes at `dueAt`, as things stand. */
  isScheduled = false;
  dueAt = 0;
  lastAnnouncedAt: number | undefined;
  /** Failures since the last success. */
  fails = 0;
  #result: AnnounceResult | undefined;
  #failure: string | undefined;

  constructor(
    readonly url: string,
    readonly tier: number,
    /** Undefined when its protocol is not spoken here. */
    readonly tracker: ITracker | undefined,
  ) {
    const parsed = parseUrl(url);
    const scope = parsed && scopeOf(parsed.hostname.replace(/^\[|\]$/g, ''));
    this.fromLocalTracker = scope === 'local' || scope === 'loopback';
    if (!parsed) this.#failure = 'Not a valid address';
    else if (!tracker) this.#failure = `Trackers at ${parsed.protocol} addresses are not supported`;
  }

  get isWorking(): boolean {
    return this.knowsUs && this.fails === 0;
  }

  /** At the start and end of a run: due at once, and nobody knows us. */
  reset(now: number): void {
    this.knowsUs = false;
    this.owesCompleted = false;
    this.isAnnouncing = false;
    this.isScheduled = false;
    this.dueAt = now;
    this.lastAnnouncedAt = undefined;
    this.fails = 0;
    if (this.tracker) this.#failure = undefined;
  }

  begin(now: number): void {
    this.isAnnouncing = true;
    this.lastAnnouncedAt = now;
  }

  succeed(result: AnnounceResult, dueAt: number): void {
    this.isAnnouncing = false;
    this.knowsUs = true;
    this.fails = 0;
    this.dueAt = dueAt;
    this.#result = result;
    this.#failure = undefined;
  }

  fail(error: unknown, dueAt: number): void {
    this.isAnnouncing = false;
    this.fails++;
    this.dueAt = dueAt;
    this.#failure = error instanceof Error ? error.message : String(error);
  }

  /** `wallOffset` is the difference of wall time and clock. */
  snapshot(wallOffset: number): TrackerSnapshot {
    const message = this.#failure ?? this.#result?.warning;
    return {
      url: this.url,
      tier: this.tier,
      status: this.#status(),
      message: message === undefined ? undefined : plainText(message),
      seeds: this.#result?.seeds,
      leechers: this.#result?.leechers,
      peers: this.#result?.peerCount,
      nextAnnounceAt: this.isScheduled ? this.dueAt + wallOffset : undefined,
    };
  }

  #status(): TrackerSnapshot['status'] {
    if (this.isAnnouncing) return 'announcing';
    if (this.#failure !== undefined) return 'failed';
    return this.knowsUs ? 'working' : 'idle';
  }
}

/** Makes the entries of further tiers, each tier shuffled (BEP 12), every URL once. */
export function buildTiers(
  tiers: readonly (readonly string[])[],
  options: {
    readonly known: readonly (readonly TrackerEntry[])[];
    readonly random: IRandom;
    readonly createTracker: (url: string) => ITracker | undefined;
  },
): TrackerEntry[][] {
  const seen = new Set(options.known.flat().map(({ url }) => url));
  return tiers.map((urls, place) => {
    const tier = options.known.length + place;
    const entries: TrackerEntry[] = [];
    for (const url of urls) {
      if (seen.has(url) || seen.size >= MAX_TRACKERS) continue;
      seen.add(url);
      const position = options.random.integer(entries.length + 1);
      const tracker = parseUrl(url) && options.createTracker(url);
      entries.splice(position, 0, new TrackerEntry(url, tier, tracker));
    }
    return entries;
  });
}

function parseUrl(url: string): URL | undefined {
  try {
    return new URL(url);
  } catch {
    return undefined;
  }
}
