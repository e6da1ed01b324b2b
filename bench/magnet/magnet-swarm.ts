import { join } from 'node:path';
import { LibtorrentPeer } from '../../shared/engine/test/interop/peers/libtorrent.js';
import { type RealTracker, startOpentracker } from '../../shared/engine/test/interop/peers/trackers.js';
import { waitUntil } from '../../shared/engine/test/interop/peers/wait-until.js';
import type { Scratch } from '../scratch.js';
import { DhtNetwork } from './dht-network.js';

const PIECE_BYTES = 256 * 1024;
const ANNOUNCE_TIMEOUT_MS = 30_000;

/** How the seeder is found. */
export interface Way {
  readonly name: string;
  readonly magnet: string;
  /** Where the DHT is entered, `host:port`; undefined where it must not be used. */
  readonly router: string | undefined;
}

/** One libtorrent seeder that a tracker (HTTP and UDP) and a DHT know. */
export class MagnetSwarm {
  private constructor(
    readonly ways: readonly Way[],
    private readonly parts: readonly { stop(): Promise<void> }[],
  ) {}

  /** Resolves once the seeder can be found in every way. */
  static async start(scratch: Scratch, sizeBytes: number): Promise<MagnetSwarm> {
    const parts: { stop(): Promise<void> }[] = [];
    const use = <T extends { stop(): Promise<void> }>(part: T): T => {
      parts.unshift(part);
      return part;
    };
    try {
      const network = use(await DhtNetwork.start());
      const seeder = use(await LibtorrentPeer.start({ settings: dhtSettings(network.router) }));
      await network.newcomer();
      const { folder: dataDir, name } = await scratch.payload({ sizeBytes });
      const path = join(dataDir, name);
      const folder = await scratch.folder('magnet');
      const create = async (trackers: readonly string[]) => {
        const out = join(folder, `${trackers.length}.torrent`);
        await seeder.createTorrent({ path, out, pieceLength: PIECE_BYTES, trackers });
        return out;
      };
      const { infoHash } = await seeder.describe(await create([]));
      const tracker = use(await startOpentracker([infoHash]));
      await seeder.seed({ torrentFile: await create([tracker.announceUrl]), dataDir });
      const endpoint = `${seeder.endpoint.host}:${seeder.endpoint.port}`;
      await network.announced(infoHash, endpoint);
      const isKnown = async () => (await tracker.seedsOf(infoHash)) > 0;
      await waitUntil(isKnown, { timeoutMs: ANNOUNCE_TIMEOUT_MS, what: 'the tracker knows the seeder' });
      return new MagnetSwarm(waysTo({ infoHash, endpoint, tracker, network }), parts);
    } catch (error) {
      await stopAll(parts);
      throw error;
    }
  }

  close(): Promise<void> {
    return stopAll(this.parts);
  }
}

/** For libtorrent, where all nodes have addresses of one machine. */
function dhtSettings(router: string) {
  return {
    enable_dht: true,
    dht_bootstrap_nodes: router,
    dht_restrict_routing_ips: false,
    dht_restrict_search_ips: false,
    dht_ignore_dark_internet: false,
  };
}

function waysTo(swarm: {
  readonly infoHash: string;
  readonly endpoint: string;
  readonly tracker: RealTracker;
  readonly network: DhtNetwork;
}): Way[] {
  const { infoHash, endpoint, tracker, network } = swarm;
  const link = `magnet:?xt=urn:btih:${infoHash}`;
  const by = (url: string) => `${link}&tr=${encodeURIComponent(url)}`;
  return [
    { name: 'explicit peer', magnet: `${link}&x.pe=${endpoint}`, router: undefined },
    { name: 'HTTP tracker', magnet: by(tracker.announceUrl), router: undefined },
    { name: 'UDP tracker', magnet: by(tracker.udpAnnounceUrl), router: undefined },
    { name: 'DHT only', magnet: link, router: network.router },
  ];
}

async function stopAll(parts: readonly { stop(): Promise<void> }[]): Promise<void> {
  for (const part of parts) await part.stop();
}
