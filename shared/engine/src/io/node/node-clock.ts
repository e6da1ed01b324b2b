import type { IClock, ITimer } from '../../interfaces/clock.js';
import { MAX_TIMEOUT_MS } from './limits.js';

/** The machine's time. A pending timer keeps the process alive. */
export class NodeClock implements IClock {
  now(): number {
    return performance.now();
  }

  wallTime(): number {
    return Date.now();
  }

  utcOffsetMinutes(): number {
    return -new Date().getTimezoneOffset();
  }

  setTimer(delayMs: number, callback: () => void): ITimer {
    const due = performance.now() + delayMs;
    let timeout: NodeJS.Timeout;
    // Node counts in whole milliseconds of its loop's time, so it may fire a little early; longer delays than it takes go in steps.
    const wait = (): void => {
      const rest = Math.ceil(due - performance.now());
      timeout = setTimeout(rest > 0 ? check : callback, Math.min(Math.max(rest, 0), MAX_TIMEOUT_MS));
    };
    const check = (): void => {
      if (performance.now() >= due) callback();
      else wait();
    };
    wait();
    return { cancel: () => clearTimeout(timeout) };
  }
}
