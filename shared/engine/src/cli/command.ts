import type { CliHost } from './host.js';

export interface Command {
  /** A line of help: what stands after `jstorrent`. */
  readonly usage: string;
  /** Resolves when it is done and all is well; throws a `CliError` otherwise. */
  run(host: CliHost, args: readonly string[]): Promise<void>;
}
