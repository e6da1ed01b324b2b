import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { PeerEndpoint } from '../../shared/engine/test/interop/peers/real-peer.js';
import { PIECE_BYTES } from '../null-engine/messages.js';
import type { Payload, Scratch } from '../scratch.js';
import { CorruptingProxy } from './corrupting-proxy.js';
import { LibtorrentSeeders } from './libtorrent-seeders.js';

const CONTACT_POLL_MS = 5;
const CONTACT_TIMEOUT_MS = 60_000;

export interface SwarmOptions {
  readonly payload: Payload;
  readonly scratch: Scratch;
  /** One libtorrent seeder for each: its upload limit in bytes a second, 0 for none. */
  readonly uploadLimits: readonly number[];
  readonly pieceLength?: number;
  /** One block in so many of the first seeder is wrong; none without it. */
  readonly blocksPerCorrupt?: number;
}

/** The sources of a row: libtorrent seeders of one torrent. */
export class Swarm {
  private constructor(
    readonly torrentFile: string,
    /** Where the data of the torrent lies. */
    readonly dataDir: string,
    readonly endpoints: readonly PeerEndpoint[],
    private readonly seeders: LibtorrentSeeders,
    private readonly proxy: CorruptingProxy | undefined,
  ) {}

  static async start(options: SwarmOptions): Promise<Swarm> {
    const { payload, scratch, uploadLimits, pieceLength = PIECE_BYTES, blocksPerCorrupt } = options;
    const { folder: dataDir, name } = await scratch.payload(payload);
    const torrentFile = join(await scratch.folder('torrent'), 'payload.torrent');
    const seeders = await LibtorrentSeeders.start(uploadLimits.length);
    try {
      await seeders.createTorrent({ path: join(dataDir, name), out: torrentFile, pieceLength });
      await seeders.seed({ torrentFile, dataDir, uploadLimits });
      const [first, ...others] = seeders.endpoints;
      if (!first || blocksPerCorrupt === undefined) {
        return new Swarm(torrentFile, dataDir, seeders.endpoints, seeders, undefined);
      }
      const proxy = await CorruptingProxy.start(first, blocksPerCorrupt);
      return new Swarm(torrentFile, dataDir, [proxy.endpoint, ...others], seeders, proxy);
    } catch (error) {
      await seeders.stop();
      throw error;
    }
  }

  /** Of the torrent, in hex. */
  infoHash(): Promise<string> {
    return this.seeders.infoHash(this.torrentFile);
  }

  /** A link to the torrent that names the seeders as peers. */
  async magnet(): Promise<string> {
    const peers = this.endpoints.map(({ host, port }) => `&x.pe=${host}:${port}`);
    return `magnet:?xt=urn:btih:${await this.infoHash()}${peers.join('')}`;
  }

  /** Has every seeder dial a leecher. */
  dial(endpoint: PeerEndpoint): Promise<void> {
    return this.seeders.addPeer(endpoint);
  }

  /** Waits until a leecher is connected to one of the seeders. */
  async contact(): Promise<void> {
    const deadline = performance.now() + CONTACT_TIMEOUT_MS;
    while (performance.now() < deadline) {
      if ((await this.seeders.status()).connections > 0) return;
      await delay(CONTACT_POLL_MS);
    }
    throw new Error('nobody connected to the seeders');
  }

  /** Payload sent so far, by all. */
  async servedBytes(): Promise<number> {
    return (await this.seeders.status()).uploadedBytes;
  }

  async close(): Promise<void> {
    this.proxy?.close();
    await this.seeders.stop();
  }
}
