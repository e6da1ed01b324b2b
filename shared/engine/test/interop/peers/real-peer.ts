/** A TCP address peers are reached at. */
export interface PeerEndpoint {
  readonly host: string;
  readonly port: number;
}

/** What to share or fetch: the path of a .torrent file, or a magnet link. */
type TorrentSource = { readonly torrentFile: string } | { readonly magnet: string };

export interface SeedOptions {
  readonly torrentFile: string;
  /** The folder that holds the torrent's own file or folder. */
  readonly dataDir: string;
  /** Makes a slow peer. Only libtorrent, aria2 and webtorrent hold it on loopback. */
  readonly uploadBytesPerSecond?: number;
}

export interface LeechOptions {
  readonly source: TorrentSource;
  readonly outDir: string;
  readonly downloadBytesPerSecond?: number;
}

/**
 * A BitTorrent client that none of us wrote, as a headless process on loopback, with one torrent. The same few verbs for every one, so
 * that a spec says once what must hold for all.
 */
export interface RealPeer {
  readonly name: string;
  /** Where it listens; in use once `seed` or `leech` resolved. */
  readonly endpoint: PeerEndpoint;
  /** Of the process, for figures of CPU time and memory. */
  readonly pid: number;
  /** False for clients that cannot be told to dial a loopback address: the other side must dial them, or a tracker introduce them. */
  readonly canDial: boolean;
  /** Adds the torrent with its data and waits until all of it is verified. */
  seed(options: SeedOptions): Promise<void>;
  /** Adds the torrent and returns at once; {@link waitComplete} waits for the end. */
  leech(options: LeechOptions): Promise<void>;
  /** Rejects when {@link canDial} is false. */
  addPeer(endpoint: PeerEndpoint): Promise<void>;
  /** Waits until every byte is verified and on disk. */
  waitComplete(options: { readonly timeoutMs: number }): Promise<void>;
  /** Ends the process and all its children, and removes its private files. Idempotent. */
  stop(): Promise<void>;
}
