import { chmodSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from './free-port.js';
import { request } from './http-json.js';
import { PeerProcess, scratchDirectory } from './peer-process.js';
import { waitUntil } from './wait-until.js';

const START_TIMEOUT_MS = 60_000;
const BITTORRENT_TRACKER_SCRIPT = fileURLToPath(new URL('bittorrent-tracker-child.mjs', import.meta.url));

/** A tracker that none of us wrote, on loopback. */
export interface RealTracker {
  readonly name: string;
  /** HTTP announce URL. */
  readonly announceUrl: string;
  /** UDP announce URL (BEP 15), same port. */
  readonly udpAnnounceUrl: string;
  /** How many peers that have everything it knows (its scrape). */
  seedsOf(infoHash: string): Promise<number>;
  /** Likewise those that lack something. */
  leechersOf(infoHash: string): Promise<number>;
  stop(): Promise<void>;
}

/** opentracker as Debian builds it: any info-hash that `infoHashes` (hex) does not list gets a failure reason. */
export async function startOpentracker(infoHashes: readonly string[]): Promise<RealTracker> {
  const port = await freePort();
  const home = scratchDirectory('opentracker');
  // It gives up root and changes into this folder before it reads the list.
  chmodSync(home, 0o755);
  writeFileSync(join(home, 'whitelist.txt'), infoHashes.map((hash) => `${hash}\n`).join(''));
  const place = ['-i', '127.0.0.1', '-p', String(port), '-P', String(port)];
  const args = [...place, '-d', home, '-w', 'whitelist.txt', '-u', 'nobody'];
  const tracker = await ready(
    'opentracker',
    port,
    new PeerProcess({ command: 'opentracker', args, debianPackage: 'opentracker' }, [home]),
  );
  // It listens before it has read the list.
  await waitUntil(() => isListed(port, infoHashes[0]), {
    timeoutMs: START_TIMEOUT_MS,
    what: 'opentracker has its list',
  });
  return tracker;
}

/** Announces a peer and takes it back. A stop by itself asks nothing: opentracker answers it whether the torrent is listed or not. */
async function isListed(port: number, infoHash: string | undefined): Promise<boolean> {
  if (infoHash === undefined) return true;
  const hash = infoHash.replace(/../g, '%$&');
  const query = `info_hash=${hash}&peer_id=${'x'.repeat(20)}&port=1&uploaded=0&downloaded=0&left=1`;
  const announce = async (event: 'started' | 'stopped') =>
    (await request(`http://127.0.0.1:${port}/announce?${query}&event=${event}`)).text();
  if ((await announce('started')).includes('failure reason')) return false;
  await announce('stopped');
  return true;
}

/** WebTorrent's tracker; it takes any torrent. */
export async function startBittorrentTracker(): Promise<RealTracker> {
  const port = await freePort();
  const args = [BITTORRENT_TRACKER_SCRIPT, String(port)];
  return ready(
    'bittorrent-tracker',
    port,
    new PeerProcess({ command: process.execPath, args, debianPackage: 'nodejs' }, []),
  );
}

async function ready(name: string, port: number, process: PeerProcess): Promise<RealTracker> {
  const details = () => process.output;
  await waitUntil(() => accepts(port), { timeoutMs: START_TIMEOUT_MS, what: `${name} accepts`, details });
  return {
    name,
    announceUrl: `http://127.0.0.1:${port}/announce`,
    udpAnnounceUrl: `udp://127.0.0.1:${port}/announce`,
    seedsOf: (infoHash) => scraped(port, infoHash, '8:complete'),
    leechersOf: (infoHash) => scraped(port, infoHash, '10:incomplete'),
    stop: () => process.stop(),
  };
}

async function scraped(port: number, infoHash: string, key: string): Promise<number> {
  const escaped = infoHash.replace(/../g, '%$&');
  const response = await request(`http://127.0.0.1:${port}/scrape?info_hash=${escaped}`);
  const reply = Buffer.from(await response.arrayBuffer()).toString('latin1');
  return Number(new RegExp(`${key}i(\\d+)e`).exec(reply)?.[1] ?? 0);
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
