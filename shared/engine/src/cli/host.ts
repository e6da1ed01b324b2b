import type { Client } from '../core/client.js';
import type { ClientSettings } from '../core/settings.js';
import type { FindPeersOptions } from '../dht/dht.js';
import type { ScrapeResult as DhtScrapeResult } from '../dht/scrape.js';
import type { IClock } from '../interfaces/clock.js';
import type { IFileSystem } from '../interfaces/filesystem.js';
import type { IHasher } from '../interfaces/hasher.js';
import type { IHttpClient } from '../interfaces/http.js';
import type { Endpoint } from '../interfaces/socket.js';
import type { ITracker } from '../interfaces/tracker.js';

/** Standard output or error. */
export interface Output {
  write(text: string): void;
  /** Whether a person looks at it: lines may be drawn over. */
  readonly isTerminal: boolean;
  /** Characters a line. */
  readonly columns: number;
}

/** Trackers to be asked about torrents that nobody takes part in. */
export interface TrackerAccess {
  /** Undefined for a URL that no tracker can have. */
  create(url: string, infoHash: Uint8Array): ITracker | undefined;
  /** Ends what is under way. */
  close(): void;
}

/** The DHT, for somebody who takes part in no torrent. */
export interface DhtAccess {
  findPeers(infoHash: Uint8Array, options: Omit<FindPeersOptions, 'announce'>): void;
  /** About how many seeds and other peers there are (BEP 33); undefined when aborted. */
  scrape(infoHash: Uint8Array, options: { readonly signal: AbortSignal }): Promise<DhtScrapeResult | undefined>;
  /** Ends what is under way. */
  close(): void;
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
  /** For what the user names; this machine and its LAN are asked only with `allowLocal`. */
  createHttpClient(options: { readonly allowLocal: boolean }): IHttpClient;
  /** This machine and its LAN are asked for what is no announce only with `allowLocal`. */
  openTrackers(options: { readonly allowLocal: boolean }): Promise<TrackerAccess>;
  /** Joins the DHT from the nodes `bootstrap`, to ask and not to answer (BEP 43). */
  openDht(options: { readonly bootstrap: readonly Endpoint[]; readonly allowLocalPeers: boolean }): Promise<DhtAccess>;
}
