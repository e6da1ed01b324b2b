import { fileURLToPath } from 'node:url';
import { freePort } from './free-port.js';
import { JsonLinesProcess } from './json-lines.js';
import type { LanHost } from './lan.js';
import type { LeechOptions, PeerEndpoint, RealPeer, SeedOptions } from './real-peer.js';
import { waitUntil } from './wait-until.js';

const SCRIPT = fileURLToPath(new URL('libtorrent_peer.py', import.meta.url));
const CHECK_TIMEOUT_MS = 120_000;

export interface LibtorrentOptions {
  /** Further libtorrent settings by their own names (`settings_pack`), over those that make it fit for loopback. */
  readonly settings?: Readonly<Record<string, string | number | boolean>>;
  /** Where it runs, and listens with both of its addresses; on 127.0.0.1 without it. */
  readonly host?: LanHost;
}

/** A connection of libtorrent's, as it tells of it. */
export interface LibtorrentConnection {
  /** The other's address. */
  readonly host: string;
  /** Who named that address. */
  readonly sources: readonly ('tracker' | 'dht' | 'pex' | 'lsd')[];
  readonly isDialled: boolean;
}

/** Byte counts are of payload; `wastedBytes` came twice or failed the hash. */
export interface LibtorrentStatus {
  readonly progress: number;
  /** Of all pieces. */
  readonly verifiedShare: number;
  readonly isSeeding: boolean;
  readonly peers: number;
  /** Addresses it could dial. */
  readonly knownPeers: number;
  readonly error: string;
  readonly downloadedBytes: number;
  readonly uploadedBytes: number;
  readonly wastedBytes: number;
}

/** What libtorrent reads in a .torrent file. */
export interface LibtorrentDescription {
  readonly infoHash: string;
  readonly pieceLength: number;
  readonly files: readonly (readonly [path: string, length: number])[];
}

/** libtorrent (rasterbar), by our own script on the system's Python. TCP in plaintext, no discovery unless `settings` say so. */
export class LibtorrentPeer implements RealPeer {
  readonly name = 'libtorrent';
  readonly canDial = true;
  readonly #child: JsonLinesProcess;

  private constructor(
    child: JsonLinesProcess,
    readonly endpoint: PeerEndpoint,
  ) {
    this.#child = child;
  }

  static async start({ settings = {}, host }: LibtorrentOptions = {}): Promise<LibtorrentPeer> {
    const port = await freePort();
    const interfaces = host ? `${host.address}:${port},[${host.address6}]:${port}` : `127.0.0.1:${port}`;
    const args = [SCRIPT, interfaces, JSON.stringify(settings)];
    const command = { command: '/usr/bin/python3', args, debianPackage: 'python3-libtorrent' };
    const child = new JsonLinesProcess(host?.namespace.inside(command) ?? command);
    return new LibtorrentPeer(child, { host: host?.address ?? '127.0.0.1', port });
  }

  get pid(): number {
    return this.#child.process.pid;
  }

  async seed({ torrentFile, dataDir, uploadBytesPerSecond = 0 }: SeedOptions): Promise<void> {
    await this.#child.ask('seed', { torrent: torrentFile, dir: dataDir, uploadLimit: uploadBytesPerSecond });
    await this.#waitSeeding(CHECK_TIMEOUT_MS);
  }

  /** From now on; 0 takes the limit away. */
  async limitUpload(bytesPerSecond: number): Promise<void> {
    await this.#child.ask('limitUpload', { bytesPerSecond });
  }

  async leech({ source, outDir, downloadBytesPerSecond = 0 }: LeechOptions): Promise<void> {
    const what = 'magnet' in source ? { magnet: source.magnet } : { torrent: source.torrentFile };
    await this.#child.ask('leech', { ...what, dir: outDir, downloadLimit: downloadBytesPerSecond });
  }

  async addPeer({ host, port }: PeerEndpoint): Promise<void> {
    await this.#child.ask('addPeer', { host, port });
  }

  async status(): Promise<LibtorrentStatus> {
    return (await this.#child.ask('status')) as LibtorrentStatus;
  }

  async verifiedShare(): Promise<number> {
    return (await this.status()).verifiedShare;
  }

  /** Whom it is connected with. */
  async connections(): Promise<readonly LibtorrentConnection[]> {
    return (await this.#child.ask('peers')) as readonly LibtorrentConnection[];
  }

  /** Makes a v1 .torrent file of a file or folder, by code that is not ours. */
  async createTorrent(options: {
    readonly path: string;
    readonly out: string;
    /** Bytes; 0 lets libtorrent choose. */
    readonly pieceLength: number;
    readonly trackers: readonly string[];
  }): Promise<void> {
    await this.#child.ask('create', options);
  }

  async describe(torrentFile: string): Promise<LibtorrentDescription> {
    return (await this.#child.ask('describe', { torrent: torrentFile })) as LibtorrentDescription;
  }

  async waitComplete({ timeoutMs }: { readonly timeoutMs: number }): Promise<void> {
    await this.#waitSeeding(timeoutMs);
    await this.#child.ask('flush');
  }

  stop(): Promise<void> {
    return this.#child.process.stop();
  }

  async #waitSeeding(timeoutMs: number): Promise<void> {
    let last: LibtorrentStatus | undefined;
    const probe = async () => {
      last = await this.status();
      return last.isSeeding;
    };
    const details = () => `${JSON.stringify(last)}\n${this.#child.process.output}`;
    await waitUntil(probe, { timeoutMs, what: 'libtorrent has everything', details });
  }
}
