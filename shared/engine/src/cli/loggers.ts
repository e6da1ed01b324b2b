import type { ILogger } from '../interfaces/logger.js';
import type { Output } from './host.js';
import { printable } from './text.js';

export const silentLogger: ILogger = { debug: () => undefined, info: () => undefined, warn: () => undefined };

/** A line an entry: level, scope, message. */
export function lineLogger(output: Output): ILogger {
  const line = (level: string) => (scope: string, message: string) =>
    output.write(`${level} ${scope}: ${printable(message)}\n`);
  return { debug: line('debug'), info: line('info'), warn: line('warn') };
}
