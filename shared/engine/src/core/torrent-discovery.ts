import type { Endpoint } from '../interfaces/socket.js';
import type { PeerDiscovery, PeerSearching } from './peer-discovery.js';
import type { ClientSettings } from './settings.js';
import type { PeerSource } from './snapshots.js';

/** Sources that spread addresses beyond the tracker; a private torrent uses none of them (BEP 27). */
const OPEN_SOURCES: ReadonlySet<PeerSource> = new Set<PeerSource>(['dht', 'pex', 'lsd']);

/** How a peer is known that no tracker has named: who dials us may have found us by the DHT and its like. */
export const UNTOLD_SOURCES: ReadonlySet<PeerSource> = new Set<PeerSource>([...OPEN_SOURCES, 'incoming']);

/** How a peer is known that neither the user nor a link has named. */
export const SWARM_SOURCES: ReadonlySet<PeerSource> = new Set<PeerSource>([...UNTOLD_SOURCES, 'tracker', 'resume']);

/** Whether peers from `source` may be sought, given and taken. */
export function isSourceOpen(source: PeerSource, torrent: { readonly isPrivate: boolean }, settings: ClientSettings) {
  if (torrent.isPrivate && OPEN_SOURCES.has(source)) return false;
  switch (source) {
    case 'dht':
      return settings.enableDht;
    case 'lsd':
      return settings.enableLsd;
    case 'pex':
      return settings.enablePex;
    default:
      return true;
  }
}

/** What is told of a torrent; see {@link SoughtTorrent}. */
export interface DiscoveredTorrent {
  readonly infoHash: Uint8Array;
  readonly isComplete: boolean;
  readonly content: { readonly missingBytes: number } | undefined;
}

/** Keeps the DHT and local discovery at work for one torrent exactly while they may be: it runs, it is not private, the setting is on. */
export class TorrentDiscovery {
  readonly #torrent: DiscoveredTorrent;
  readonly #discoveries: readonly PeerDiscovery[];
  readonly #isOpen: (source: PeerSource) => boolean;
  readonly #onPeer: (endpoint: Endpoint, source: PeerSource) => void;
  /** By discovery at work. */
  readonly #searching = new Map<PeerDiscovery, PeerSearching>();
  #isRunning = false;

  constructor(options: {
    readonly torrent: DiscoveredTorrent;
    readonly discoveries: readonly PeerDiscovery[];
    readonly isOpen: (source: PeerSource) => boolean;
    readonly onPeer: (endpoint: Endpoint, source: PeerSource) => void;
  }) {
    this.#torrent = options.torrent;
    this.#discoveries = options.discoveries;
    this.#isOpen = options.isOpen;
    this.#onPeer = options.onPeer;
  }

  start(): void {
    this.#isRunning = true;
    this.follow();
  }

  stop(): void {
    this.#isRunning = false;
    this.follow();
  }

  /** Looks as soon as each discovery allows it. */
  lookNow(): void {
    for (const searching of this.#searching.values()) searching.lookNow();
  }

  /** What may be used has changed. */
  follow(): void {
    const { infoHash } = this.#torrent;
    const isComplete = () => this.#torrent.isComplete;
    const isSeed = () => this.#torrent.isComplete && this.#torrent.content?.missingBytes === 0;
    for (const discovery of this.#discoveries) {
      const { source } = discovery;
      const searching = this.#searching.get(discovery);
      const isWanted = this.#isRunning && this.#isOpen(source);
      if (isWanted && !searching) {
        const onPeer = (endpoint: Endpoint) => {
          this.#onPeer(endpoint, source);
        };
        this.#searching.set(discovery, discovery.seek({ infoHash, isComplete, isSeed, onPeer }));
      } else if (!isWanted && searching) {
        this.#searching.delete(discovery);
        searching.end();
      }
    }
  }
}
