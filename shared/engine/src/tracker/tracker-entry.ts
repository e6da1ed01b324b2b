import { scopeOf } from '../core/address-policy.js';
import type { TrackerSnapshot } from '../core/snapshots.js';
import type { IRandom } from '../interfaces/random.js';
import { type AnnounceResult, type ITracker, type ScrapeResult, TrackerError } from '../interfaces/tracker.js';
import { isTrackerUrl } from '../protocol/listed-addresses.js';
import { plainText } from '../utils/plain-text.js';

/** Trackers of one torrent; links have come with a thousand. */
const MAX_TRACKERS = 200;

/** By hand no tracker is asked more often, whatever it says itself. */
const MIN_GAP_MS = 60_000;

/** What `TrackerManager` knows of one tracker. Times are `IClock.now()`. */
export class TrackerEntry {
  /** As the URL names it, without brackets; empty where there is none. */
  readonly host: string;
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
  /** When it may be asked again by hand. */
  earliestAt = 0;
  /** Failures since the last success. */
  fails = 0;
  #result: AnnounceResult | undefined;
  #scraped: ScrapeResult | undefined;
  #failure: TrackerError | undefined;
  /** Ends requests; made when there is one. After an answer it may go on by the other family. */
  #underWay: AbortController | undefined;
  /** It wants to be left alone until then (BEP 31). */
  #backAt = 0;

  constructor(
    readonly url: string,
    public tier: number,
    /** Undefined when the URL is none that can be asked. */
    readonly tracker: ITracker | undefined,
  ) {
    const parsed = parseUrl(url);
    this.host = parsed?.hostname.replace(/^\[|\]$/g, '') ?? '';
    const scope = scopeOf(this.host);
    this.fromLocalTracker = scope === 'local' || scope === 'loopback';
    if (tracker) return;
    if (!parsed || isTrackerUrl(url)) this.#failure = new TrackerError('bad-url', 'Not a valid address');
    else
      this.#failure = new TrackerError('unsupported', `Trackers at ${parsed.protocol} addresses are not supported`, {
        detail: parsed.protocol,
      });
  }

  /** It has heard of us, or may be hearing of us just now. */
  get mayKnowUs(): boolean {
    return this.knowsUs || this.isAnnouncing;
  }

  /** The last announce brought peers and no counts. */
  get lacksCounts(): boolean {
    return this.#result?.seeds === undefined || this.#result.leechers === undefined;
  }

  get isWorking(): boolean {
    return this.knowsUs && this.fails === 0;
  }

  /** At the start and end of a run: due at once, and nobody knows us; what was under way is given up. */
  reset(now: number): void {
    this.giveUp();
    this.knowsUs = false;
    this.owesCompleted = false;
    this.isScheduled = false;
    this.dueAt = now;
    this.earliestAt = now;
    this.#backAt = 0;
    this.fails = 0;
    if (this.tracker) this.#failure = undefined;
  }

  /** It may think that we left, what was under way is given up: due for `started`, unless it said itself when to come back. */
  reintroduce(now: number): void {
    this.giveUp();
    this.knowsUs = false;
    this.isScheduled = false;
    this.dueAt = Math.max(now, this.#backAt);
  }

  /** An announce begins, which is over when the signal is aborted. */
  begin(now: number): AbortSignal {
    this.isAnnouncing = true;
    this.earliestAt = now + MIN_GAP_MS;
    return this.signal;
  }

  /** Is aborted when what the tracker is asked now is given up: at the latest when the run is over. */
  get signal(): AbortSignal {
    return (this.#underWay ??= new AbortController()).signal;
  }

  /** What is under way is neither a success nor a failure. */
  giveUp(): void {
    this.#underWay?.abort();
    this.#underWay = undefined;
    this.isAnnouncing = false;
  }

  succeed(result: AnnounceResult, { now, dueAt }: { readonly now: number; readonly dueAt: number }): void {
    this.isAnnouncing = false;
    this.knowsUs = true;
    this.fails = 0;
    this.dueAt = dueAt;
    this.#backAt = 0;
    this.earliestAt = Math.max(this.earliestAt, now + result.minIntervalSeconds * 1000);
    this.#result = result;
    this.#failure = undefined;
  }

  fail(error: unknown, dueAt: number): void {
    this.isAnnouncing = false;
    this.fails++;
    this.dueAt = dueAt;
    this.#backAt = error instanceof TrackerError && error.retryInSeconds !== undefined ? dueAt : 0;
    this.#failure =
      error instanceof TrackerError ? error : new TrackerError('network', String(error), { detail: String(error) });
  }

  learnCounts(counts: ScrapeResult): void {
    this.#scraped = counts;
  }

  /** `wallOffset` is the difference of wall time and clock. */
  snapshot(wallOffset: number): TrackerSnapshot {
    const message = this.#failure?.message ?? this.#result?.warning;
    const detail = this.#failure?.detail;
    return {
      url: this.url,
      tier: this.tier,
      status: this.#status(),
      message: message === undefined ? undefined : plainText(message),
      failure: this.#failure && {
        code: this.#failure.code,
        detail: detail === undefined ? undefined : plainText(detail),
      },
      seeds: this.#result?.seeds ?? this.#scraped?.seeds,
      leechers: this.#result?.leechers ?? this.#scraped?.leechers,
      downloads: this.#result?.downloads ?? this.#scraped?.downloads,
      peers: this.#result?.peerCount,
      earliestAnnounceAt: this.earliestAt + wallOffset,
      nextAnnounceAt: this.isScheduled && this.dueAt < Infinity ? this.dueAt + wallOffset : undefined,
    };
  }

  #status(): TrackerSnapshot['status'] {
    if (this.isAnnouncing) return 'announcing';
    if (this.#failure !== undefined) return 'failed';
    return this.knowsUs ? 'working' : 'idle';
  }
}

/**
 * Arranges the trackers as `tiers` say, every URL once. Those that are `known` keep their state and, inside a tier, come first in the
 * order they have; new ones follow, shuffled (BEP 12).
 */
export function arrangeTiers(
  tiers: readonly (readonly string[])[],
  options: {
    readonly known: readonly TrackerEntry[];
    readonly random: IRandom;
    readonly createTracker: (url: string) => ITracker | undefined;
  },
): TrackerEntry[][] {
  const wanted = new Map<string, number>();
  for (const [tier, urls] of tiers.entries()) {
    for (const url of urls) if (!wanted.has(url) && wanted.size < MAX_TRACKERS) wanted.set(url, tier);
  }
  const arranged = tiers.map((): TrackerEntry[] => []);
  for (const entry of options.known) {
    entry.tier = wanted.get(entry.url) ?? entry.tier;
    if (wanted.delete(entry.url)) arranged[entry.tier]?.push(entry);
  }
  const keptCounts = arranged.map(({ length }) => length);
  for (const [url, tier] of wanted) {
    const entries = arranged[tier] ?? [];
    const kept = keptCounts[tier] ?? 0;
    const tracker = parseUrl(url) && options.createTracker(url);
    entries.splice(kept + options.random.integer(entries.length - kept + 1), 0, new TrackerEntry(url, tier, tracker));
  }
  return arranged;
}

function parseUrl(url: string): URL | undefined {
  try {
    return new URL(url);
  } catch {
    return undefined;
  }
}
