import type { IClock, ITimer } from '../../src/interfaces/clock.js';

interface SleepyTimer {
  /** On this clock. */
  readonly dueMs: number;
  readonly callback: () => void;
  /** Undefined while the machine sleeps. */
  inner: ITimer | undefined;
}

/** The clock of a machine that can be sent to sleep, when no timer fires, and whose time of day can be set. */
export class SleepyClock implements IClock {
  readonly #inner: IClock;
  readonly #countsSleep: boolean;
  readonly #timers = new Set<SleepyTimer>();
  #sleptMs = 0;
  #asleepSince: number | undefined;
  #wallJumpMs = 0;

  /** `countsSleep`: whether `now` goes on while the machine sleeps, which differs from one system to another. */
  constructor(inner: IClock, options: { readonly countsSleep: boolean }) {
    this.#inner = inner;
    this.#countsSleep = options.countsSleep;
  }

  now(): number {
    return (this.#asleepSince ?? this.#inner.now()) - this.#sleptMs;
  }

  wallTime(): number {
    return this.#inner.wallTime() + this.#wallJumpMs;
  }

  utcOffsetMinutes(): number {
    return this.#inner.utcOffsetMinutes();
  }

  setTimer(delayMs: number, callback: () => void): ITimer {
    const timer: SleepyTimer = { dueMs: this.now() + delayMs, callback, inner: undefined };
    this.#timers.add(timer);
    if (this.#asleepSince === undefined) this.#wind(timer);
    return {
      cancel: () => {
        this.#timers.delete(timer);
        timer.inner?.cancel();
      },
    };
  }

  sleep(): void {
    this.#asleepSince = this.#inner.now();
    for (const timer of this.#timers) timer.inner?.cancel();
  }

  wake(): void {
    if (this.#asleepSince === undefined) return;
    if (!this.#countsSleep) this.#sleptMs += this.#inner.now() - this.#asleepSince;
    this.#asleepSince = undefined;
    for (const timer of this.#timers) this.#wind(timer);
  }

  /** The user, or the network, sets the time of day. */
  jump(ms: number): void {
    this.#wallJumpMs += ms;
  }

  #wind(timer: SleepyTimer): void {
    timer.inner = this.#inner.setTimer(timer.dueMs - this.now(), () => {
      this.#timers.delete(timer);
      timer.callback();
    });
  }
}
