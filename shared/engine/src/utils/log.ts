import type { IClock } from '../interfaces/clock.js';
import type { ILogger } from '../interfaces/logger.js';

const DEFAULT_CAPACITY = 2000;
/** Longest message kept, in UTF-16 units; foreign text ends up in logs. */
const MAX_MESSAGE_LENGTH = 1000;

export interface LogEntry {
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly level: 'debug' | 'info' | 'warn';
  readonly scope: string;
  readonly message: string;
}

/** Keeps the newest entries in memory, for an exported diagnosis; the oldest make room. */
export class RingLogger implements ILogger {
  readonly #clock: IClock;
  readonly #capacity: number;
  readonly #ring: LogEntry[] = [];
  #next = 0;

  constructor(options: { readonly clock: IClock; readonly capacity?: number }) {
    this.#clock = options.clock;
    this.#capacity = options.capacity ?? DEFAULT_CAPACITY;
  }

  debug(scope: string, message: string): void {
    this.#add('debug', scope, message);
  }

  info(scope: string, message: string): void {
    this.#add('info', scope, message);
  }

  warn(scope: string, message: string): void {
    this.#add('warn', scope, message);
  }

  /** What is kept, oldest first. */
  entries(): readonly LogEntry[] {
    return [...this.#ring.slice(this.#next), ...this.#ring.slice(0, this.#next)];
  }

  #add(level: LogEntry['level'], scope: string, message: string): void {
    const entry = { time: this.#clock.wallTime(), level, scope, message: message.slice(0, MAX_MESSAGE_LENGTH) };
    this.#ring[this.#next] = entry;
    this.#next = (this.#next + 1) % this.#capacity;
  }
}
