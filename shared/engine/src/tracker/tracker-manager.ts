import type { TrackerSnapshot } from '../core/snapshots.js';
import type { TrackerContext, TrackerSet, TrackerSetEvents } from '../core/tracker-set.js';
import type { IClock, ITimer } from '../interfaces/clock.js';
import type { IRandom } from '../interfaces/random.js';
import {
  type AnnounceEvent,
  type AnnounceResult,
  type ITracker,
  type StopAnnounce,
  TrackerError,
} from '../interfaces/tracker.js';
import { TypedEmitter } from '../utils/typed-emitter.js';
import { arrangeTiers, type TrackerEntry } from './tracker-entry.js';

const STOP_TIMEOUT_MS = 5000;
const RETRY_BASE_MS = 5000;
const RETRY_PER_SQUARED_FAIL_MS = 12_500;
const MAX_RETRY_MS = 60 * 60 * 1000;
/** Waits are longer by up to this share, at random, so that a swarm does not announce in step. */
const JITTER = 0.1;

export interface TrackerManagerOptions {
  readonly context: TrackerContext;
  readonly clock: IClock;
  readonly random: IRandom;
  /** Undefined for a URL whose protocol is not spoken here; it is shown as failed. */
  readonly createTracker: (url: string) => ITracker | undefined;
  /** The announces that follow are `started`. */
  readonly onStarted: () => void;
}

/**
 * The trackers of one torrent and their schedule (BEP 12): tiers in order, each shuffled once; in a tier the first tracker that answers
 * is moved to its front and asked from then on; a later tier has its turn only while no tracker of an earlier one answers. Where the
 * user wants it so, all are asked, each in its own time. A private torrent (BEP 27) has one tracker at a time, until that fails.
 */
export class TrackerManager implements TrackerSet {
  readonly #clock: IClock;
  readonly #random: IRandom;
  readonly #createTracker: TrackerManagerOptions['createTracker'];
  readonly #onStarted: () => void;
  readonly #context: TrackerContext;
  #tiers: TrackerEntry[][] = [];
  readonly #events = new TypedEmitter<TrackerSetEvents>();
  #isRunning = false;
  /** Until every tier has answered or failed once. */
  #asksAllTiers = false;
  /** Who gave the last peers. */
  #inUse: TrackerEntry | undefined;
  /** The peers so far are those of several trackers. */
  #isMixed = false;
  #timer: ITimer | undefined;
  /** The trackers have been told of the last stop. */
  #goodbye: Promise<void> = Promise.resolve();

  constructor(options: TrackerManagerOptions) {
    this.#clock = options.clock;
    this.#random = options.random;
    this.#createTracker = options.createTracker;
    this.#onStarted = options.onStarted;
    this.#context = options.context;
    this.setTiers(options.context.tiers);
  }

  setTiers(tiers: readonly (readonly string[])[]): void {
    const known = new Set(this.#entries());
    this.#tiers = arrangeTiers(tiers, {
      known: [...known],
      random: this.#random,
      createTracker: this.#createTracker,
    });
    for (const entry of this.#entries()) if (!known.delete(entry)) this.#welcome(entry);
    void this.#takeLeave([...known]);
    if (this.#isRunning) this.#advance();
    else this.#events.emit('changed');
  }

  start({ allTiers }: { readonly allTiers: boolean }): void {
    if (this.#isRunning) return;
    this.#isRunning = true;
    this.#asksAllTiers = allTiers;
    this.#onStarted();
    for (const entry of this.#entries()) entry.reset(this.#clock.now());
    this.#advance();
  }

  announceStarted(): void {
    if (!this.#isRunning) return;
    this.#onStarted();
    for (const entry of this.#entries()) entry.reintroduce(this.#clock.now());
    this.#advance();
  }

  completed(): void {
    if (!this.#isRunning) return;
    for (const entry of this.#entries()) {
      if (!entry.mayKnowUs || (this.#context.isPrivate() && entry !== this.#inUse)) continue;
      entry.owesCompleted = true;
      if (!entry.isAnnouncing) void this.#announce(entry);
    }
    this.#advance();
  }

  announceNow(): void {
    if (!this.#isRunning) return;
    const now = this.#clock.now();
    for (const entry of this.#entries()) entry.dueAt = Math.min(entry.dueAt, Math.max(now, entry.earliestAt));
    this.#advance();
  }

  stop(): Promise<void> {
    if (!this.#isRunning) return this.#goodbye;
    const informed = [...this.#entries()].filter((entry) => entry.mayKnowUs);
    this.#end();
    return (this.#goodbye = this.#sayStopped(informed));
  }

  stopAnnounces(): readonly StopAnnounce[] {
    return [...this.#entries()].flatMap((entry) => (entry.knowsUs && entry.tracker?.stopAnnounces()) || []);
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
    for (const entry of this.#entries()) entry.tracker?.close();
    this.#events.removeAllListeners();
  }

  #welcome(entry: TrackerEntry): void {
    const { fromLocalTracker, tracker } = entry;
    tracker?.on('peer', (peer) => {
      if (entry.isAnnouncing) this.#use(entry);
      // A late word by its other family.
      if (entry !== this.#inUse && this.#context.isPrivate()) return;
      this.#events.emit('peer', peer, { fromLocalTracker });
    });
    entry.reset(this.#clock.now());
  }

  /** Of trackers that are no longer the torrent's. */
  async #takeLeave(entries: readonly TrackerEntry[]): Promise<void> {
    const informed = entries.filter((entry) => entry.mayKnowUs);
    for (const entry of entries) entry.giveUp();
    await this.#sayStopped(informed);
    for (const { tracker } of entries) tracker?.close();
  }

  /** For 5 s at most. */
  async #sayStopped(entries: readonly TrackerEntry[]): Promise<void> {
    if (entries.length === 0) return;
    const giveUp = () => entries.forEach((entry) => entry.giveUp());
    const timeout = this.#clock.setTimer(STOP_TIMEOUT_MS, giveUp);
    const announces = entries.flatMap(({ tracker, signal }) => tracker?.announce('stopped', { signal }) ?? []);
    await Promise.allSettled(announces);
    timeout.cancel();
  }

  /** Ends the schedule and what is under way. */
  #end(): void {
    this.#isRunning = false;
    this.#timer?.cancel();
    for (const entry of this.#entries()) entry.reset(this.#clock.now());
    this.#events.emit('changed');
  }

  /** The one place that decides who is asked: announces what is due and sets the timer for what comes next. */
  #advance(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    for (const entry of this.#entries()) entry.isScheduled = false;
    const isPrivate = this.#context.isPrivate();
    const asksAll = this.#context.announceToAll() && !isPrivate;
    if (isPrivate) this.#asksAllTiers = false;
    for (const tier of isPrivate ? this.#tiersInUse() : this.#tiers) {
      const isInGoodHands = this.#advanceTier(tier, { asksAll });
      if (isInGoodHands && !asksAll && !this.#asksAllTiers) break;
    }
    const entries = [...this.#entries()];
    if (!entries.some((entry) => entry.isAnnouncing)) this.#asksAllTiers = false;
    const nextAt = Math.min(...entries.filter((entry) => entry.isScheduled).map((entry) => entry.dueAt));
    if (nextAt < Infinity) this.#timer = this.#clock.setTimer(nextAt - this.#clock.now(), () => this.#advance());
    this.#events.emit('changed');
  }

  /** Of a private torrent: one tracker alone while it does not fail, or has yet to answer. What others are asked is given up. */
  #tiersInUse(): readonly (readonly TrackerEntry[])[] {
    const entries = [...this.#entries()];
    const inUse = entries.find((entry) => entry === this.#inUse && entry.fails === 0);
    const only = inUse ?? entries.find((entry) => entry.isAnnouncing);
    for (const entry of entries) if (entry !== only) entry.giveUp();
    return only ? [[only]] : this.#tiers;
  }

  /** The tracker gives us peers. */
  #use(entry: TrackerEntry): void {
    if (entry === this.#inUse && !this.#isMixed) return;
    const isFirst = this.#inUse === undefined;
    const isPrivate = this.#context.isPrivate();
    this.#inUse = entry;
    this.#isMixed = !isFirst && !isPrivate;
    if (!isFirst && isPrivate) this.#events.emit('switched');
  }

  /** True when the tier is in good hands: one of its trackers is being asked or has answered. */
  #advanceTier(tier: readonly TrackerEntry[], { asksAll }: { readonly asksAll: boolean }): boolean {
    for (const entry of [...tier]) {
      if (!entry.tracker) continue;
      if (!entry.isAnnouncing && entry.dueAt <= this.#clock.now()) void this.#announce(entry);
      entry.isScheduled = !entry.isAnnouncing;
      if (!asksAll && (entry.isAnnouncing || entry.isWorking)) return true;
    }
    return false;
  }

  async #announce(entry: TrackerEntry): Promise<void> {
    const { tracker } = entry;
    if (!tracker) return;
    const signal = entry.begin(this.#clock.now());
    const event: AnnounceEvent = !entry.knowsUs ? 'started' : entry.owesCompleted ? 'completed' : 'update';
    try {
      const result = await tracker.announce(event, { signal });
      if (signal.aborted) return;
      if (event === 'completed') entry.owesCompleted = false;
      this.#succeed(entry, result);
    } catch (error) {
      if (signal.aborted) return;
      entry.fail(error, this.#clock.now() + this.#withJitter(retryAfterMs(error, entry.fails + 1)));
    }
    this.#advance();
  }

  #succeed(entry: TrackerEntry, result: AnnounceResult): void {
    this.#use(entry);
    const now = this.#clock.now();
    entry.succeed(result, { now, dueAt: now + this.#withJitter(result.intervalSeconds * 1000) });
    this.#promote(entry);
    for (const address of result.externalAddresses) this.#events.emit('externalAddress', address, entry.host);
    if (entry.owesCompleted) void this.#announce(entry);
    else if (entry.lacksCounts) void this.#scrape(entry);
  }

  /** Only for what is shown: without an answer nothing is. */
  async #scrape(entry: TrackerEntry): Promise<void> {
    const { signal, tracker } = entry;
    const counts = await tracker?.scrape({ signal }).catch(() => undefined);
    if (!counts || signal.aborted) return;
    entry.learnCounts(counts);
    this.#events.emit('changed');
  }

  #promote(entry: TrackerEntry): void {
    const tier = this.#tiers[entry.tier] ?? [];
    const place = tier.indexOf(entry);
    if (place > 0) tier.unshift(...tier.splice(place, 1));
  }

  #withJitter(waitMs: number): number {
    return waitMs === Infinity ? waitMs : waitMs + this.#random.integer(Math.max(1, Math.floor(waitMs * JITTER)));
  }

  *#entries(): Generator<TrackerEntry> {
    for (const tier of this.#tiers) yield* tier;
  }
}

/** BEP 31 where the tracker says when, else a back-off. */
function retryAfterMs(error: unknown, fails: number): number {
  const wishedSeconds = error instanceof TrackerError ? error.retryInSeconds : undefined;
  if (wishedSeconds !== undefined) return wishedSeconds * 1000;
  return Math.min(MAX_RETRY_MS, RETRY_BASE_MS + RETRY_PER_SQUARED_FAIL_MS * fails ** 2);
}
