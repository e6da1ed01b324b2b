import { fileURLToPath } from 'node:url';
import { freePort } from '../../shared/engine/test/interop/peers/free-port.js';
import { JsonLinesProcess } from '../../shared/engine/test/interop/peers/json-lines.js';
import type { PeerEndpoint } from '../../shared/engine/test/interop/peers/real-peer.js';
import { waitUntil } from '../../shared/engine/test/interop/peers/wait-until.js';

const SCRIPT = fileURLToPath(new URL('libtorrent_seeders.py', import.meta.url));
const PEERS = fileURLToPath(new URL('../../shared/engine/test/interop/peers', import.meta.url));
/** A hundred sessions need no more threads each. */
const SETTINGS = { aio_threads: 2, hashing_threads: 1 };
const START_TIMEOUT_MS = 60_000;

interface SeedersStatus {
  readonly areSeeding: boolean;
  /** Of all of them together. */
  readonly connections: number;
  /** Payload. */
  readonly uploadedBytes: number;
}

/** libtorrent seeders of one torrent, each a session of its own, in one process. */
export class LibtorrentSeeders {
  private constructor(
    private readonly child: JsonLinesProcess,
    readonly endpoints: readonly PeerEndpoint[],
  ) {}

  static async start(count: number): Promise<LibtorrentSeeders> {
    const ports: number[] = [];
    while (ports.length < count) {
      const port = await freePort();
      if (!ports.includes(port)) ports.push(port);
    }
    const args = ['-B', SCRIPT, PEERS, JSON.stringify(SETTINGS), ...ports.map(String)];
    const child = new JsonLinesProcess({ command: '/usr/bin/python3', args, debianPackage: 'python3-libtorrent' });
    return new LibtorrentSeeders(
      child,
      ports.map((port) => ({ host: '127.0.0.1', port })),
    );
  }

  /** The data is taken to be right. `uploadLimits`: one each, in bytes a second; 0 for none. */
  async seed(options: {
    readonly torrentFile: string;
    readonly dataDir: string;
    readonly uploadLimits: readonly number[];
  }): Promise<void> {
    const { torrentFile, dataDir, uploadLimits } = options;
    await this.child.ask('seed', { torrent: torrentFile, dir: dataDir, uploadLimits });
    const areSeeding = async () => (await this.status()).areSeeding;
    const details = () => this.child.process.output;
    await waitUntil(areSeeding, { timeoutMs: START_TIMEOUT_MS, what: 'libtorrent seeds', details });
  }

  /** Makes a v1 .torrent file of a file or folder. */
  async createTorrent(options: {
    readonly path: string;
    readonly out: string;
    readonly pieceLength: number;
  }): Promise<void> {
    await this.child.ask('create', { ...options, trackers: [] });
  }

  /** Of a .torrent file, in hex. */
  async infoHash(torrentFile: string): Promise<string> {
    return ((await this.child.ask('describe', { torrent: torrentFile })) as { readonly infoHash: string }).infoHash;
  }

  /** Has every one dial. */
  async addPeer({ host, port }: PeerEndpoint): Promise<void> {
    await this.child.ask('addPeer', { host, port });
  }

  async status(): Promise<SeedersStatus> {
    return (await this.child.ask('status')) as SeedersStatus;
  }

  stop(): Promise<void> {
    return this.child.process.stop();
  }
}
