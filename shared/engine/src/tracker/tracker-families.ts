import type { IClock, ITimer } from '../interfaces/clock.js';
import { TrackerError, type TrackerErrorCode } from '../interfaces/tracker.js';
import type { IpFamily } from '../protocol/node-info.js';
import { parseIp } from '../utils/ip-address.js';

/** Once a tracker has answered by one family, the other has so long to count. */
const GRACE_MS = 3_000;
/** By a family that did not work while the other one did, a tracker is not asked again for so long. */
const SILENCE_MS = 10 * 60_000;
const MAX_SILENT = 512;

/** Where a tracker is asked. What is deaf on one port of a host may answer on another. */
export interface TrackerOrigin {
  /** An IP literal without brackets or a name. */
  readonly host: string;
  /** Scheme, host and port, such as `udp://tracker.example:6969`. */
  readonly origin: string;
}

/** One request by one family; undefined leaves the choice to the network, as an IP literal does. */
type Exchange<T> = (family: IpFamily | undefined, options: { readonly enough: AbortSignal }) => Promise<T>;

/**
 * Asks trackers by IPv4 and by IPv6 (BEP 7, BEP 15), for each makes us known to the peers of its family. One family is enough: where the
 * other fails nobody hears of it, and it is left alone for a while, for all torrents.
 */
export class TrackerFamilies {
  readonly #clock: IClock;
  readonly #onThisMachine: () => readonly IpFamily[];
  /** By origin and family: until when it counts as silent. Oldest first. */
  readonly #silent = new Map<string, number>();
  /** By origin and family: nobody waits for these at present, but an answer may still come. */
  readonly #late = new Set<string>();

  constructor(options: { readonly clock: IClock; readonly onThisMachine: () => readonly IpFamily[] }) {
    this.#clock = options.clock;
    this.#onThisMachine = options.onThisMachine;
  }

  /** By which to ask a tracker; at least one is left. */
  of({ host, origin }: TrackerOrigin): readonly (IpFamily | undefined)[] {
    if (parseIp(host)) return [undefined];
    const families = this.#onThisMachine();
    const usable = families.filter((family) => (this.#silent.get(keyOf(origin, family)) ?? 0) <= this.#clock.now());
    return usable.length > 0 ? usable : families;
  }

  /**
   * Asks by all of them at once. Resolves to the answers, IPv4 first, or rejects with the failure that says most when there is none: when
   * all are over, or a little after the tracker first had its say, when the signal `enough` is aborted.
   */
  ask<T>(tracker: TrackerOrigin, exchange: Exchange<T>): Promise<readonly T[]> {
    const { origin } = tracker;
    const round = new Round<T>(this.of(tracker));
    const enough = new AbortController();
    return new Promise((resolve, reject) => {
      let grace: ITimer | undefined;
      const finish = () => {
        grace?.cancel();
        for (const family of round.missing) this.#late.add(keyOf(origin, family));
        const { answers, failure } = round;
        if (answers.length > 0 || !failure) resolve(answers);
        else reject(failure);
        enough.abort();
      };
      const settle = (settled: IpFamily | undefined) => {
        this.#late.delete(keyOf(origin, settled));
        const { missing } = round;
        if (missing.length === 0) this.#learn(origin, round);
        const isWaitedFor = missing.some((family) => !this.#late.has(keyOf(origin, family)));
        if (missing.length === 0 || (round.hasSpoken && !isWaitedFor)) finish();
        else if (round.hasSpoken) grace ??= this.#clock.setTimer(GRACE_MS, finish);
      };
      for (const family of round.families) {
        exchange(family, { enough: enough.signal })
          .then(
            (answer) => round.answered(family, answer),
            (error: unknown) => round.failed(family, error),
          )
          .then(() => settle(family), reject);
      }
    });
  }

  #learn(origin: string, { families, silent, hasSpoken }: Round<unknown>): void {
    // Whoever answered before may not any more, so all are worth another try.
    for (const family of hasSpoken ? families : ([4, 6] as const)) this.#silent.delete(keyOf(origin, family));
    if (hasSpoken) for (const family of silent) this.#silent.set(keyOf(origin, family), this.#clock.now() + SILENCE_MS);
    for (const oldest of this.#silent.keys()) {
      if (this.#silent.size <= MAX_SILENT) break;
      this.#silent.delete(oldest);
    }
  }
}

function keyOf(origin: string, family: IpFamily | undefined): string {
  return `${family} ${origin.toLowerCase()}`;
}

/** How one request goes by each of its families. */
class Round<T> {
  readonly families: readonly (IpFamily | undefined)[];
  readonly #answers = new Map<IpFamily | undefined, T>();
  readonly #failures = new Map<IpFamily | undefined, Error>();

  constructor(families: readonly (IpFamily | undefined)[]) {
    this.families = families;
  }

  answered(family: IpFamily | undefined, answer: T): void {
    this.#answers.set(family, answer);
  }

  failed(family: IpFamily | undefined, error: unknown): void {
    this.#failures.set(family, error instanceof Error ? error : new Error(String(error)));
  }

  /** Under way. */
  get missing(): readonly (IpFamily | undefined)[] {
    return this.families.filter((family) => !this.#answers.has(family) && !this.#failures.has(family));
  }

  /** In the order of the families. */
  get answers(): readonly T[] {
    return this.families.flatMap((family) => (this.#answers.has(family) ? [this.#answers.get(family) as T] : []));
  }

  /** By these there is no way to the tracker. */
  get silent(): readonly (IpFamily | undefined)[] {
    return [...this.#failures].filter(([, error]) => isSilence(error)).map(([family]) => family);
  }

  /** The tracker answered, be it with a refusal. */
  get hasSpoken(): boolean {
    return this.#answers.size > 0 || [...this.#failures.values()].some(isRefusal);
  }

  /** The one that a user learns most from. */
  get failure(): Error | undefined {
    return [...this.#failures.values()].toSorted((a, b) => worthOf(a) - worthOf(b))[0];
  }
}

function isSilence(error: Error): boolean {
  return error instanceof TrackerError && NOT_REACHED.has(error.code);
}

function isRefusal(error: Error): boolean {
  return error instanceof TrackerError && ['failure-reason', 'http-status', 'bad-response'].includes(error.code);
}

/** What a user learns most from comes first. Most names have no address of the other family. */
const BY_WORTH: readonly TrackerErrorCode[] = [
  'failure-reason',
  'http-status',
  'bad-response',
  'timeout',
  'unreachable',
  'insecure',
  'forbidden',
  'redirects',
  'no-helper',
  'bad-url',
  'network',
  'no-name',
  'busy',
  'unsupported',
  'aborted',
];

const NOT_REACHED: ReadonlySet<TrackerErrorCode> = new Set(
  BY_WORTH.slice(BY_WORTH.indexOf('timeout'), BY_WORTH.indexOf('busy')),
);

const worthOf = (error: Error): number => (error instanceof TrackerError ? BY_WORTH.indexOf(error.code) : 0);
