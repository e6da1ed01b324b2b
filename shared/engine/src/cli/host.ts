import type { Client } from '../core/client.js';
import type { ClientSettings } from '../core/settings.js';
import type { IClock } from '../interfaces/clock.js';
import type { IFileSystem } from '../interfaces/filesystem.js';
import type { IHasher } from '../interfaces/hasher.js';

/** Standard output or error. */
export interface Output {
  write(text: string): void;
  /** Whether a person looks at it: lines may be drawn over. */
  readonly isTerminal: boolean;
  /** Characters a line. */
  readonly columns: number;
}

/** All that a command may touch of the world; `main.ts` makes it from Node's adapters. */
export interface CliHost {
  readonly stdout: Output;
  readonly stderr: Output;
  readonly clock: IClock;
  readonly hasher: IHasher;
  /** Aborts at the first Ctrl-C or SIGTERM. */
  readonly interrupted: AbortSignal;
  /** A folder of the disk, by a path as the user types it. */
  openFolder(path: string): IFileSystem;
  /** A client that downloads into `folder`, remembers nothing after it is closed, and has not been started. */
  createClient(options: {
    readonly folder: string;
    readonly settings: Partial<ClientSettings>;
    /** The engine's log goes to `stderr`. */
    readonly isVerbose: boolean;
  }): Client;
}
