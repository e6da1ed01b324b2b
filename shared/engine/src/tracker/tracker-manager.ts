import type { TrackerSnapshot } from '../core/snapshots.js';
import type { TrackerContext, TrackerSet, TrackerSetEvents } from '../core/tracker-set.js';
import type { IClock, ITimer } from '../interfaces/clock.js';
import type { IRandom } from '../interfaces/random.js';
import type { AnnounceEvent, ITracker } from '../interfaces/tracker.js';
import { TypedEmitter } from '../utils/typed-emitter.js';
import { buildTiers, type TrackerEntry } from './tracker-entry.js';

const STOP_TIMEOUT_MS = 5000;
const RETRY_BASE_MS = 5000;
const RETRY_PER_SQUARED_FAIL_MS = 12_500;
const MAX_RETRY_MS = 60 * 60 * 1000;
/** Waits are longer by up to this share, at random, so that a swarm does not announce in step. */
const JITTER = 0.1;
/** `announceNow` asks no tracker more often. */
const MIN_GAP_MS = 60_000;

export interface TrackerManagerOptions {
  readonly context: TrackerContext;
  readonly clock: IClock;
  readonly random: IRandom;
  /** Undefined for a URL whose protocol is not spoken here; it is shown as failed. */
  readonly createTracker: (url: string) => ITracker | undefined;
}

/**
 * The trackers of one torrent and their schedule (BEP 12): tiers in order, each shuffled once; in a tier the first tracker that answers
 * is moved to its front and asked from then on; a later tier has its turn only while no tracker of an earlier one answers.
 */
export class TrackerManager implements TrackerSet {
  readonly #clock: IClock;
  readonly #random: IRandom;
  readonly #createTracker: TrackerManagerOptions['createTracker'];
  readonly #tiers: TrackerEntry[][] = [];
  readonly #events = new TypedEmitter<TrackerSetEvents>();
  #isRunning = false;
  /** Until every tier has answered or failed once. */
  #asksAllTiers = false;
  #timer: ITimer | undefined;
  /** Ends the announces of the present run. */
  #run = new AbortController();

  constructor(options: TrackerManagerOptions) {
    this.#clock = options.clock;
    this.#random = options.random;
    this.#createTracker = options.createTracker;
    this.add(options.context.tiers);
  }

  add(tiers: readonly (readonly string[])[]): void {
    const added = buildTiers(tiers, { known: this.#tiers, random: this.#random, createTracker: this.#createTracker });
    this.#tiers.push(...added);
    for (const entry of added.flat()) {
      const { fromLocalTracker } = entry;
      entry.tracker?.on('peer', (peer) => this.#events.emit('peer', peer, { fromLocalTracker }));
      entry.reset(this.#clock.now());
    }
    if (this.#isRunning) this.#advance();
  }

  start({ allTiers }: { readonly allTiers: boolean }): void {
    if (this.#isRunning) return;
    this.#isRunning = true;
    this.#asksAllTiers = allTiers;
    this.#run.abort();
    this.#run = new AbortController();
    for (const entry of this.#entries()) entry.reset(this.#clock.now());
    this.#advance();
  }

  completed(): void {
    if (!this.#isRunning) return;
    for (const entry of this.#entries()) {
      if (!entry.knowsUs && !entry.isAnnouncing) continue;
      entry.owesCompleted = true;
      if (!entry.isAnnouncing) void this.#announce(entry);
    }
    this.#advance();
  }

  announceNow(): void {
    if (!this.#isRunning) return;
    const now = this.#clock.now();
    for (const entry of this.#entries()) {
      const earliest = entry.lastAnnouncedAt === undefined ? now : entry.lastAnnouncedAt + MIN_GAP_MS;
      entry.dueAt = Math.min(entry.dueAt, Math.max(now, earliest));
    }
    this.#advance();
  }

  async stop(): Promise<void> {
    if (!this.#isRunning) return;
    const informed = [...this.#entries()].flatMap((entry) =>
      entry.tracker && (entry.knowsUs || entry.isAnnouncing) ? [entry.tracker] : [],
    );
    this.#end();
    const run = this.#run;
    const timeout = this.#clock.setTimer(STOP_TIMEOUT_MS, () => run.abort());
    await Promise.all(
      informed.map((tracker) => tracker.announce('stopped', { signal: run.signal }).catch(() => undefined)),
    );
    timeout.cancel();
  }

  stopAnnounceUrls(): readonly string[] {
    return [...this.#entries()].flatMap((entry) => (entry.knowsUs && entry.tracker?.announceUrl('stopped')) || []);
  }

  snapshot(): readonly TrackerSnapshot[] {
    const wallOffset = this.#clock.wallTime() - this.#clock.now();
    return this.#tiers.flatMap((tier) => tier.map((entry) => entry.snapshot(wallOffset)));
  }

  on<Name extends keyof TrackerSetEvents>(
    event: Name,
    listener: (...args: TrackerSetEvents[Name]) => void,
  ): () => void {
    return this.#events.on(event, listener);
  }

  close(): void {
    this.#end();
    this.#run.abort();
    for (const entry of this.#entries()) entry.tracker?.close();
    this.#events.removeAllListeners();
  }

  /** Ends the schedule and what is under way, and opens a run for what is said in parting. */
  #end(): void {
    this.#isRunning = false;
    this.#timer?.cancel();
    this.#run.abort();
    this.#run = new AbortController();
    for (const entry of this.#entries()) entry.reset(this.#clock.now());
    this.#events.emit('changed');
  }

  /** The one place that decides who is asked: announces what is due and sets the timer for what comes next. */
  #advance(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    for (const entry of this.#entries()) entry.isScheduled = false;
    for (const tier of this.#tiers) {
      if (this.#advanceTier(tier) && !this.#asksAllTiers) break;
    }
    const entries = [...this.#entries()];
    if (!entries.some((entry) => entry.isAnnouncing)) this.#asksAllTiers = false;
    const nextAt = Math.min(...entries.filter((entry) => entry.isScheduled).map((entry) => entry.dueAt));
    if (nextAt < Infinity) this.#timer = this.#clock.setTimer(nextAt - this.#clock.now(), () => this.#advance());
    this.#events.emit('changed');
  }

  /** True when the tier is in good hands: one of its trackers is being asked or has answered. */
  #advanceTier(tier: readonly TrackerEntry[]): boolean {
    for (const entry of tier) {
      if (!entry.tracker) continue;
      if (entry.isAnnouncing) return true;
      if (entry.dueAt <= this.#clock.now()) {
        void this.#announce(entry);
        return true;
      }
      entry.isScheduled = true;
      if (entry.isWorking) return true;
    }
    return false;
  }

  async #announce(entry: TrackerEntry): Promise<void> {
    const { tracker } = entry;
    if (!tracker) return;
    const { signal } = this.#run;
    const event: AnnounceEvent = !entry.knowsUs ? 'started' : entry.owesCompleted ? 'completed' : 'update';
    entry.begin(this.#clock.now());
    try {
      const result = await tracker.announce(event, { signal });
      if (signal.aborted) return;
      if (event === 'completed') entry.owesCompleted = false;
      entry.succeed(result, this.#clock.now() + this.#withJitter(result.intervalSeconds * 1000));
      this.#promote(entry);
      if (entry.owesCompleted) void this.#announce(entry);
    } catch (error) {
      if (signal.aborted) return;
      const waitMs = RETRY_BASE_MS + RETRY_PER_SQUARED_FAIL_MS * (entry.fails + 1) ** 2;
      entry.fail(error, this.#clock.now() + this.#withJitter(Math.min(MAX_RETRY_MS, waitMs)));
    }
    this.#advance();
  }

  #promote(entry: TrackerEntry): void {
    const tier = this.#tiers[entry.tier];
    if (!tier) return;
    tier.splice(tier.indexOf(entry), 1);
    tier.unshift(entry);
  }

  #withJitter(waitMs: number): number {
    return waitMs + this.#random.integer(Math.max(1, Math.floor(waitMs * JITTER)));
  }

  *#entries(): Generator<TrackerEntry> {
    for (const tier of this.#tiers) yield* tier;
  }
}
