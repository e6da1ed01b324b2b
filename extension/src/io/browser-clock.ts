import type { IClock, ITimer } from '@jstorrent/engine';

/** The longest delay that `setTimeout` takes. */
const MAX_DELAY_MS = 2 ** 31 - 1;

/**
 * The browser's time. Exact to a millisecond in an offscreen document, which is never throttled. One turn of the event loop has one time:
 * it is asked for several times a block, and the browser takes a while to say it.
 */
export class BrowserClock implements IClock {
  #ofThisTurn: number | undefined;
  readonly #forget = () => {
    this.#ofThisTurn = undefined;
  };

  now(): number {
    if (this.#ofThisTurn === undefined) {
      this.#ofThisTurn = performance.now();
      queueMicrotask(this.#forget);
    }
    return this.#ofThisTurn;
  }

  wallTime(): number {
    return Date.now();
  }

  utcOffsetMinutes(): number {
    return -new Date().getTimezoneOffset();
  }

  setTimer(delayMs: number, callback: () => void): ITimer {
    const due = this.now() + delayMs;
    let handle: ReturnType<typeof setTimeout>;
    const wait = () => {
      const leftMs = due - this.now();
      handle = leftMs > 0 ? setTimeout(wait, Math.min(Math.ceil(leftMs), MAX_DELAY_MS)) : setTimeout(callback, 0);
    };
    wait();
    return { cancel: () => clearTimeout(handle) };
  }
}
