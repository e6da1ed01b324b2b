import type { IClock, ITimer } from '../../src/interfaces/clock.js';

interface PendingTimer {
  readonly dueMs: number;
  /** Tells timers of one instant apart, so that they fire in the order they were made. */
  readonly order: number;
  callback: (() => void) | undefined;
}

const isBefore = (a: PendingTimer, b: PendingTimer): boolean =>
  a.dueMs < b.dueMs || (a.dueMs === b.dueMs && a.order < b.order);

/**
 * Time that moves only when told, so that a run depends on its seed alone. Between two timers every microtask is run, so promises that
 * need no real I/O settle at a definite instant. Timers of one instant fire in the order they were made; an error thrown by a timer
 * comes out of the call that moved the time.
 */
export class VirtualClock implements IClock {
  readonly #heap: PendingTimer[] = [];
  readonly #startWallTime: number;
  /** Of the place where it runs. */
  utcOffset = 0;
  #now = 0;
  #nextOrder = 0;
  #pending = 0;

  constructor(options: { readonly startWallTime?: number } = {}) {
    this.#startWallTime = options.startWallTime ?? Date.UTC(2026, 0, 1);
  }

  now(): number {
    return this.#now;
  }

  wallTime(): number {
    return Math.floor(this.#startWallTime + this.#now);
  }

  utcOffsetMinutes(): number {
    return this.utcOffset;
  }

  /** How many timers have neither fired nor been cancelled. */
  get pendingTimers(): number {
    return this.#pending;
  }

  setTimer(delayMs: number, callback: () => void): ITimer {
    const timer: PendingTimer = { dueMs: this.#now + Math.max(0, delayMs), order: this.#nextOrder++, callback };
    this.#push(timer);
    this.#pending++;
    return {
      cancel: () => {
        if (!timer.callback) return;
        timer.callback = undefined;
        this.#pending--;
      },
    };
  }

  /** Moves time on by `ms`, firing everything that falls due, and settles what can settle. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    await runMicrotasks();
    for (let timer = this.#popDue(end); timer; timer = this.#popDue(end)) {
      this.#fire(timer);
      await runMicrotasks();
    }
    this.#now = end;
  }

  /** Moves time on, timer by timer, until `predicate` holds; throws when it does not within `maxMs` (default one hour). */
  async runUntil(predicate: () => boolean, options: { readonly maxMs?: number } = {}): Promise<void> {
    const maxMs = options.maxMs ?? 3_600_000;
    const end = this.#now + maxMs;
    await runMicrotasks();
    while (!predicate()) {
      const timer = this.#popDue(end);
      if (!timer) throw new Error(`not true after ${maxMs} virtual ms: ${predicate.toString()}`);
      this.#fire(timer);
      await runMicrotasks();
    }
  }

  /** Moves time on until `promise` settles and passes on its outcome; throws when it does not settle within `maxMs`. */
  async settle<T>(promise: Promise<T>, options: { readonly maxMs?: number } = {}): Promise<T> {
    let settled = false;
    const mark = (): void => {
      settled = true;
    };
    promise.then(mark, mark);
    await this.runUntil(() => settled, options);
    return promise;
  }

  #fire(timer: PendingTimer): void {
    const callback = timer.callback;
    if (!callback) return;
    timer.callback = undefined;
    this.#pending--;
    this.#now = timer.dueMs;
    callback();
  }

  #push(timer: PendingTimer): void {
    const heap = this.#heap;
    let index = heap.length;
    heap.push(timer);
    while (index > 0) {
      const parentIndex = (index - 1) >> 1;
      const parent = heap[parentIndex];
      if (!parent || !isBefore(timer, parent)) break;
      heap[index] = parent;
      index = parentIndex;
    }
    heap[index] = timer;
  }

  /** Takes the first live timer due by `end`; drops cancelled ones on the way. */
  #popDue(end: number): PendingTimer | undefined {
    for (;;) {
      const first = this.#heap[0];
      if (!first) return undefined;
      if (!first.callback) this.#removeFirst();
      else if (first.dueMs > end) return undefined;
      else {
        this.#removeFirst();
        return first;
      }
    }
  }

  #removeFirst(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (!last || heap.length === 0) return;
    let index = 0;
    for (;;) {
      let childIndex = 2 * index + 1;
      let child = heap[childIndex];
      if (!child) break;
      const right = heap[childIndex + 1];
      if (right && isBefore(right, child)) {
        child = right;
        childIndex++;
      }
      if (!isBefore(child, last)) break;
      heap[index] = child;
      index = childIndex;
    }
    heap[index] = last;
  }
}

/**
 * Resolves when no microtask is left: a tick queued from a microtask runs after the whole microtask queue. The first tick only gets
 * there when the caller is not in a microtask yet.
 */
async function runMicrotasks(): Promise<void> {
  await nextTick();
  await nextTick();
}

const nextTick = (): Promise<void> => new Promise((resolve) => process.nextTick(resolve));
