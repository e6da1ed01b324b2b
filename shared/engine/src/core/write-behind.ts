import type { IClock, ITimer } from '../interfaces/clock.js';
import type { ILogger } from '../interfaces/logger.js';
import type { ISessionStore } from '../interfaces/session-store.js';

/** Pause after a scheduled write that failed, unless a newer one comes. */
const RETRY_MS = 5000;

/** Gives the value to store, at the moment of writing; undefined deletes the key. */
export type ReadValue = () => Uint8Array | undefined;

interface KeyState {
  /** The newest value that is not on its way yet. */
  waiting: ReadValue | undefined;
  /** When a scheduled value is written at the latest. */
  timer: ITimer | undefined;
  /** The write under way. */
  current: Promise<void> | undefined;
  /** The write that follows it and will take what waits. */
  queued: Promise<void> | undefined;
}

/** Writes to a store with at most one write under way for each key; of several that wait for one key only the newest is made. */
export class WriteBehind {
  readonly #store: ISessionStore;
  readonly #clock: IClock;
  readonly #logger: ILogger;
  readonly #keys = new Map<string, KeyState>();
  #closed = false;

  constructor(options: { readonly store: ISessionStore; readonly clock: IClock; readonly logger: ILogger }) {
    this.#store = options.store;
    this.#clock = options.clock;
    this.#logger = options.logger;
  }

  /** Writes within `delayMs`, together with what comes for this key until then. A failure is logged and tried again. */
  schedule(key: string, read: ReadValue, delayMs: number): void {
    if (this.#closed) return;
    const state = this.#stateOf(key);
    state.waiting = read;
    state.timer ??= this.#clock.setTimer(delayMs, () => {
      state.timer = undefined;
      this.#write(key, state).catch((error: unknown) => {
        this.#logFailure(key, error);
        if (!state.waiting) this.schedule(key, read, RETRY_MS);
      });
    });
  }

  /** Writes now; resolves when this value, or a newer one for the key, is durable. Rejects with the store's error. */
  put(key: string, read: ReadValue): Promise<void> {
    const state = this.#stateOf(key);
    state.waiting = read;
    return this.#write(key, state);
  }

  /** Makes everything that waits durable now. Failures are logged. */
  async flush(): Promise<void> {
    const writes = [...this.#keys].map(([key, state]) =>
      this.#write(key, state).catch((error: unknown) => {
        this.#logFailure(key, error);
      }),
    );
    await Promise.all(writes);
  }

  /** Flushes and takes no more. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.flush();
    for (const state of this.#keys.values()) state.timer?.cancel();
  }

  #stateOf(key: string): KeyState {
    let state = this.#keys.get(key);
    if (!state) {
      state = { waiting: undefined, timer: undefined, current: undefined, queued: undefined };
      this.#keys.set(key, state);
    }
    return state;
  }

  #write(key: string, state: KeyState): Promise<void> {
    state.timer?.cancel();
    state.timer = undefined;
    if (!state.waiting) return state.queued ?? state.current ?? Promise.resolve();
    state.queued ??= this.#writeNext(key, state);
    return state.queued;
  }

  async #writeNext(key: string, state: KeyState): Promise<void> {
    await state.current?.catch(() => undefined);
    const value = state.waiting?.();
    state.waiting = undefined;
    state.current = state.queued;
    state.queued = undefined;
    try {
      await (value ? this.#store.put(key, value) : this.#store.delete(key));
    } finally {
      state.current = undefined;
      if (isAtRest(state)) this.#keys.delete(key);
    }
  }

  #logFailure(key: string, error: unknown): void {
    this.#logger.warn('session', `writing ${key} failed: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function isAtRest(state: KeyState): boolean {
  return !state.waiting && !state.timer && !state.current && !state.queued;
}
