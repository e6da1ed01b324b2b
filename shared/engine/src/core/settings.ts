/**
 * Who has the upload slots where we seed: whoever takes most; one after the other, twenty pieces and a minute each; or whoever has just
 * begun or is nearly done, so that those in between trade with each other.
 */
export type SeedingOrder = (typeof SEEDING_ORDERS)[number];

export const SEEDING_ORDERS = ['fastestUpload', 'roundRobin', 'antiLeech'] as const;

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
  /** Instead as many as bring more each than the one before. */
  readonly enableRateBasedSlots: boolean;
  readonly seedingOrder: SeedingOrder;
  /** Torrents that download at the same time; 0: any number. Magnets whose metadata is being fetched count among them. */
  readonly maxActiveDownloads: number;
  /** Torrents that seed at the same time; 0: any number. */
  readonly maxActiveSeeds: number;
  /** Torrents that do either; 0: any number. */
  readonly maxActiveTorrents: number;
  /** A torrent whose rates stay below this, both ways, for {@link slowTorrentSeconds} takes no place of the three; 0: each takes one. */
  readonly slowTorrentBytesPerSecond: number;
  readonly slowTorrentSeconds: number;
  /** Seeding ends when so many percent of what was downloaded have been uploaded; 0: never for that. */
  readonly ratioLimitPercent: number;
  /** Seeding ends after so long; 0: never for that. */
  readonly seedingTimeLimitMinutes: number;
  /** Of all torrents together, the protocol's own bytes included; 0: no limit. */
  readonly downloadLimitBytesPerSecond: number;
  readonly uploadLimitBytesPerSecond: number;
  /** The limits of the turtle mode hold in place of those above; with a schedule, what that says holds instead of this. */
  readonly enableTurtle: boolean;
  readonly turtleDownloadLimitBytesPerSecond: number;
  readonly turtleUploadLimitBytesPerSecond: number;
  readonly enableTurtleSchedule: boolean;
  /** One bit a day: 1 Sunday, 2 Monday, ... 64 Saturday. A span that passes midnight belongs to the day it begins on. */
  readonly turtleScheduleDays: number;
  /** Minutes after midnight, local time. Where both are equal the span has 24 hours. */
  readonly turtleScheduleFromMinute: number;
  readonly turtleScheduleToMinute: number;
  /** Milliseconds since 1970: until then the user wants the contrary of the schedule. */
  readonly turtleExceptionUntil: number;
  /** Bytes of piece memory over all torrents: open, hashing and being written. Holds from the next start of the client. */
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
  enableRateBasedSlots: false,
  seedingOrder: 'fastestUpload',
  maxActiveDownloads: 3,
  maxActiveSeeds: 3,
  maxActiveTorrents: 5,
  slowTorrentBytesPerSecond: 2048,
  slowTorrentSeconds: 60,
  ratioLimitPercent: 0,
  seedingTimeLimitMinutes: 0,
  downloadLimitBytesPerSecond: 0,
  uploadLimitBytesPerSecond: 0,
  enableTurtle: false,
  turtleDownloadLimitBytesPerSecond: 100_000,
  turtleUploadLimitBytesPerSecond: 20_000,
  enableTurtleSchedule: false,
  turtleScheduleDays: 0b111_1111,
  turtleScheduleFromMinute: 8 * 60,
  turtleScheduleToMinute: 20 * 60,
  turtleExceptionUntil: 0,
  pieceMemoryBytes: 64 * 1024 * 1024,
  maxMetadataBytes: 32 * 1024 * 1024,
};
