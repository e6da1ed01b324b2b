/** A pending timer. */
export interface ITimer {
  /** Idempotent; the callback is not called any more. */
  cancel(): void;
}

/** Time, injected so that a whole swarm can run on a virtual one. */
export interface IClock {
  /** Milliseconds on a clock that never goes back; only differences mean something. */
  now(): number;
  /** Whole milliseconds since 1970, for what is shown or stored; may jump. */
  wallTime(): number;
  /** Minutes to add to UTC for the user's local time as it is now; daylight saving changes it. */
  utcOffsetMinutes(): number;
  /** Calls `callback` once, no sooner than `delayMs` from now. */
  setTimer(delayMs: number, callback: () => void): ITimer;
}
