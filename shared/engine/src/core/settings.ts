/** Global settings of a `Client`. Every one has its unit in its name; sources in the design's table of defaults. */
export interface ClientSettings {
  /** TCP port for incoming peers; 0 chooses one in 49152-65535 and keeps it. */
  readonly listenPort: number;
  /**
   * Dial and accept loopback and LAN addresses from every source, one peer per IP and port. For demos and tests; holds for the torrents
   * that are added or restored afterwards.
   */
  readonly allowLocalPeers: boolean;
  /** Every tracker of a torrent, instead of the first that answers (BEP 12). */
  readonly announceToAllTrackers: boolean;
  /** Ask the DHT for peers and answer it (BEP 5). */
  readonly enableDht: boolean;
  /** Where the DHT is entered when no node is known from before: `host:port` each, names or IP literals (IPv6 in brackets). */
  readonly dhtBootstrap: readonly string[];
  /** Exchange addresses with peers (BEP 11). */
  readonly enablePex: boolean;
  /** Look for peers on the LAN (BEP 14). */
  readonly enableLsd: boolean;
  readonly maxConnections: number;
  readonly maxConnectionsPerTorrent: number;
  readonly maxConnectionAttemptsPerSecond: number;
  /** Upload slots over all torrents, the optimistic one included. */
  readonly uploadSlots: number;
  /** Bytes of piece memory over all torrents: open, hashing and being written. */
  readonly pieceMemoryBytes: number;
  /** Most bytes of a .torrent file or of metadata from peers. */
  readonly maxMetadataBytes: number;
}

export const DEFAULT_SETTINGS: ClientSettings = {
  listenPort: 0,
  allowLocalPeers: false,
  announceToAllTrackers: false,
  enableDht: true,
  dhtBootstrap: [
    'dht.libtorrent.org:25401',
    'dht.transmissionbt.com:6881',
    'router.bittorrent.com:6881',
    'router.utorrent.com:6881',
  ],
  enablePex: true,
  enableLsd: true,
  maxConnections: 200,
  maxConnectionsPerTorrent: 60,
  maxConnectionAttemptsPerSecond: 30,
  uploadSlots: 8,
  pieceMemoryBytes: 64 * 1024 * 1024,
  maxMetadataBytes: 32 * 1024 * 1024,
};
