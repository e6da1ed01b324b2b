import type { LiaisonTorrent } from './peer-liaison.js';
import type { Swarm, SwarmTorrent } from './swarm.js';
import type { DiscoveredTorrent } from './torrent-discovery.js';
import { type PeersContext, TorrentPeers } from './torrent-peers.js';
import type { TorrentRecord } from './torrent-record.js';
import type { TorrentStats } from './torrent-stats.js';
import type { TrackedTorrent, TrackerSet } from './tracker-set.js';

/** What the network side of a torrent shares with others. */
export interface NetworkContext extends PeersContext {
  readonly createTrackers: (torrent: TrackedTorrent) => TrackerSet;
}

/** The network side of one torrent: its peers and its trackers. Made when the torrent goes online, or somebody looks at it. */
export class TorrentNetwork {
  readonly peers: TorrentPeers;
  readonly trackers: TrackerSet;

  constructor(options: {
    readonly torrent: SwarmTorrent & LiaisonTorrent & DiscoveredTorrent;
    readonly record: TorrentRecord;
    readonly stats: TorrentStats;
    /** BEP 3's `left`. */
    readonly leftBytes: () => number;
    readonly context: NetworkContext;
    /** What is shown of the torrent differs. */
    readonly changed: () => void;
  }) {
    const { torrent, record, stats, context, changed } = options;
    this.peers = new TorrentPeers({ torrent, context, record, changed });
    this.trackers = context.createTrackers({
      infoHash: torrent.infoHash,
      peerId: torrent.peerId,
      tiers: record.trackers,
      stats: () => stats.announced(options.leftBytes()),
    });
    this.trackers.on('peer', (peer, candidate) => this.peers.add(peer, 'tracker', candidate));
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

  /** Closes all connections; resolves when trackers have been told, after 5 s at most. */
  stop(): Promise<void> {
    this.peers.stop();
    return this.trackers.stop();
  }

  close(): void {
    this.trackers.close();
  }
}
