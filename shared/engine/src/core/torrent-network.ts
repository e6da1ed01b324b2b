import type { IHasher } from '../interfaces/hasher.js';
import { MetadataFetcher } from './metadata-fetcher.js';
import type { Swarm } from './swarm.js';
import type { TorrentContent } from './torrent-content.js';
import type { TorrentQueue } from './torrent-queue.js';
import { type PeersContext, type PeopledTorrent, TorrentPeers } from './torrent-peers.js';
import type { TorrentRecord } from './torrent-record.js';
import type { TorrentStats } from './torrent-stats.js';
import type { TrackedTorrent, TrackerSet } from './tracker-set.js';

/** What the network side of a torrent shares with others. */
export interface NetworkContext extends PeersContext {
  readonly queue: TorrentQueue;
  readonly storage: PeersContext['storage'] & { readonly hasher: IHasher };
  readonly createTrackers: (torrent: TrackedTorrent) => TrackerSet;
}

/** BEP 3's `left` for a magnet whose size is unknown: anything but 0, which would look like a seed. */
const UNKNOWN_LEFT_BYTES = 16_384;

/** The network side of one torrent: its peers and its trackers. Made when the torrent goes online, or somebody looks at it. */
export class TorrentNetwork {
  readonly peers: TorrentPeers;
  readonly trackers: TrackerSet;
  readonly #infoHash: Uint8Array;
  readonly #context: NetworkContext;

  constructor(options: {
    readonly torrent: PeopledTorrent;
    readonly record: TorrentRecord;
    readonly stats: TorrentStats;
    /** BEP 3's `left`; undefined while it is unknown. */
    readonly leftBytes: () => number | undefined;
    readonly context: NetworkContext;
    /** What is shown of the torrent differs. */
    readonly changed: () => void;
  }) {
    const { torrent, record, stats, context, changed } = options;
    this.#infoHash = torrent.infoHash;
    this.#context = context;
    this.peers = new TorrentPeers({ torrent, context, record, changed });
    this.trackers = context.createTrackers({
      infoHash: torrent.infoHash,
      peerId: torrent.peerId,
      tiers: record.trackers,
      isPrivate: () => torrent.isPrivate,
      stats: () => {
        const left = options.leftBytes() ?? UNKNOWN_LEFT_BYTES;
        return stats.announced({ left, isPartialSeed: torrent.isComplete && left > 0 });
      },
    });
    this.trackers.on('peer', (peer, candidate) => this.peers.add(peer, 'tracker', candidate));
    this.trackers.on('switched', () => this.peers.partFromAll());
    this.trackers.on('externalAddress', (address, voter) => context.externalAddress.vote(address, voter));
    this.trackers.on('changed', changed);
  }

  get swarm(): Swarm {
    return this.peers.swarm;
  }

  /** A magnet comes here once more when its files are known. */
  start(options: { readonly allTiers: boolean }): void {
    this.peers.start();
    this.trackers.start(options);
  }

  /** Before anything is requested. The peers of a private torrent are those that its trackers name, and no others: they are asked for them. */
  metadataKnown(content: TorrentContent): void {
    this.peers.metadataKnown(content);
    if (content.info.isPrivate) this.trackers.announceNow();
  }

  /** What gets the metadata of a magnet from the peers; `onDone` is told the raw info dictionary. */
  createFetcher(onDone: (info: Uint8Array) => void): MetadataFetcher {
    const { network, storage } = this.#context;
    return new MetadataFetcher({
      infoHash: this.#infoHash,
      hasher: storage.hasher,
      clock: network.clock,
      maxBytes: this.#context.settings().maxMetadataBytes,
      onDone,
    });
  }

  /** Closes all connections; resolves when trackers have been told, after 5 s at most. */
  stop(): Promise<void> {
    this.peers.stop();
    return this.trackers.stop();
  }

  close(): void {
    this.trackers.close();
  }
}
