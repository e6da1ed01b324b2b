import type { ILogger } from '@jstorrent/engine';

/** Older lines are forgotten. */
const MAX_LINES = 2000;

/** The newest lines of the log, in memory, for an exported diagnosis. */
export class RingLogger implements ILogger {
  #lines: string[] = [];

  constructor(private readonly wallTime: () => number) {}

  get lines(): readonly string[] {
    return this.#lines.slice(-MAX_LINES);
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

  #add(level: string, scope: string, message: string): void {
    this.#lines.push(`${new Date(this.wallTime()).toISOString()} ${level} ${scope}: ${message}`);
    if (this.#lines.length >= 2 * MAX_LINES) this.#lines = this.#lines.slice(-MAX_LINES);
  }
}
