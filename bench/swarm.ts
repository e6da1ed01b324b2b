import { dirname, join } from 'node:path';
import { LibtorrentPeer } from '../shared/engine/test/interop/peers/libtorrent.js';
import type { PeerEndpoint } from '../shared/engine/test/interop/peers/real-peer.js';
import { setTimeout as delay } from 'node:timers/promises';
import { PIECE_BYTES } from './null-engine/messages.js';
import type { Scratch } from './scratch.js';

const CONTACT_POLL_MS = 5;
const CONTACT_TIMEOUT_MS = 60_000;

export interface SwarmOptions {
  readonly sizeBytes: number;
  readonly scratch: Scratch;
  /** One libtorrent seeder for each: its upload limit in bytes a second, 0 for none. */
  readonly uploadLimits: readonly number[];
}

/** The sources of a row: libtorrent seeders of one torrent with one file. */
export class Swarm {
  private constructor(
    readonly torrentFile: string,
    private readonly seeders: readonly LibtorrentPeer[],
  ) {}

  static async start({ sizeBytes, scratch, uploadLimits }: SwarmOptions): Promise<Swarm> {
    const payload = await scratch.payload(sizeBytes);
    const torrentFile = join(await scratch.folder('torrent'), 'payload.torrent');
    const seeders = await Promise.all(uploadLimits.map(() => LibtorrentPeer.start()));
    const swarm = new Swarm(torrentFile, seeders);
    try {
      await seeders[0]?.createTorrent({ path: payload, out: torrentFile, pieceLength: PIECE_BYTES, trackers: [] });
      for (const [index, seeder] of seeders.entries()) {
        const limit = uploadLimits[index] ?? 0;
        await seeder.seed({ torrentFile, dataDir: dirname(payload), uploadBytesPerSecond: limit });
      }
      return swarm;
    } catch (error) {
      await swarm.close();
      throw error;
    }
  }

  /** Of the torrent, in hex. */
  async infoHash(): Promise<string> {
    return (await this.seeders[0]?.describe(this.torrentFile))?.infoHash ?? '';
  }

  get endpoints(): readonly PeerEndpoint[] {
    return this.seeders.map(({ endpoint }) => endpoint);
  }

  /** A link to the torrent that names the seeders as peers. */
  async magnet(): Promise<string> {
    const peers = this.endpoints.map(({ host, port }) => `&x.pe=${host}:${port}`);
    return `magnet:?xt=urn:btih:${await this.infoHash()}${peers.join('')}`;
  }

  /** Has every seeder dial a leecher. */
  async dial(endpoint: PeerEndpoint): Promise<void> {
    await Promise.all(this.seeders.map((seeder) => seeder.addPeer(endpoint)));
  }

  /** Waits until a leecher is connected to one of the seeders. */
  async contact(): Promise<void> {
    const deadline = performance.now() + CONTACT_TIMEOUT_MS;
    while (performance.now() < deadline) {
      const statuses = await Promise.all(this.seeders.map((seeder) => seeder.status()));
      if (statuses.some(({ peers }) => peers > 0)) return;
      await delay(CONTACT_POLL_MS);
    }
    throw new Error('nobody connected to the seeders');
  }

  /** Payload sent so far, by all. */
  async servedBytes(): Promise<number> {
    const statuses = await Promise.all(this.seeders.map((seeder) => seeder.status()));
    return statuses.reduce((sum, { uploadedBytes }) => sum + uploadedBytes, 0);
  }

  async close(): Promise<void> {
    await Promise.all(this.seeders.map((seeder) => seeder.stop()));
  }
}
