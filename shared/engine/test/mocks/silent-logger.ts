import type { ILogger } from '../../src/interfaces/logger.js';

/** A logger that keeps nothing. */
export class SilentLogger implements ILogger {
  debug(): void {
    return;
  }
  info(): void {
    return;
  }
  warn(): void {
    return;
  }
}
