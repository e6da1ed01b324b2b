import type { IClock } from '../interfaces/clock.js';
import type { DownloadRoot } from '../interfaces/download-root.js';
import type { IHasher } from '../interfaces/hasher.js';
import type { ILogger } from '../interfaces/logger.js';
import type { IRandom } from '../interfaces/random.js';
import type { ISessionStore } from '../interfaces/session-store.js';
import type { ISocketFactory } from '../interfaces/socket.js';
import type { SectionSizes } from './piece-layout.js';
import type { CreateDiscovery } from './peer-discovery.js';
import type { ClientSettings } from './settings.js';
import type { CreateTrackers } from './tracker-set.js';

/** Everything a client needs of its host. */
export interface ClientOptions {
  readonly sockets: ISocketFactory;
  readonly hasher: IHasher;
  readonly clock: IClock;
  readonly random: IRandom;
  readonly store: ISessionStore;
  readonly logger: ILogger;
  /** Download roots by name; one of them, a direct one, is `default`. Others may follow: `Client.roots`. */
  readonly roots: ReadonlyMap<string, DownloadRoot>;
  readonly createTrackers: CreateTrackers;
  /** Ways of finding peers beside trackers and peers. */
  readonly createDiscoveries?: readonly CreateDiscovery[];
  /** Stronger than what the session stored. */
  readonly settings?: Partial<ClientSettings>;
  /** What of a piece lies in memory at once; without it as much as suits a desktop. */
  readonly sections?: SectionSizes;
  /** Such as `0.1.0`, for peers to see. */
  readonly version: string;
}
