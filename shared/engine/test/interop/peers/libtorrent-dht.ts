import { fileURLToPath } from 'node:url';
import { freePort } from './free-port.js';
import { JsonLinesProcess } from './json-lines.js';
import type { SeedOptions } from './real-peer.js';
import { waitUntil } from './wait-until.js';

const SCRIPT = fileURLToPath(new URL('libtorrent_dht.py', import.meta.url));
const NODES = 30;
/** What each node is to know before the network counts as one. */
const ENOUGH_NODES = 20;
const JOIN_TIMEOUT_MS = 60_000;
const SEED_TIMEOUT_MS = 60_000;

/** A DHT of 30 libtorrent nodes on 127.0.0.2 to 127.0.0.31, in one process. Nothing outside of it is known to any of them. */
export class LibtorrentDht {
  readonly #child: JsonLinesProcess;

  private constructor(
    child: JsonLinesProcess,
    /** A node to start from, as settings and the command line name it. */
    readonly bootstrap: string,
    /** Where {@link seed} makes a peer, as `host:port`. */
    readonly seeder: string,
  ) {
    this.#child = child;
  }

  static async start(): Promise<LibtorrentDht> {
    const hosts = Array.from({ length: NODES }, (_, index) => `127.0.0.${index + 2}`);
    const port = await freePort();
    const args = [SCRIPT, JSON.stringify(hosts), String(port)];
    const child = new JsonLinesProcess({ command: '/usr/bin/python3', args, debianPackage: 'python3-libtorrent' });
    const join = async () => ((await child.ask('join')) as readonly number[]).every((known) => known >= ENOUGH_NODES);
    const details = () => child.process.output;
    await waitUntil(join, { timeoutMs: JOIN_TIMEOUT_MS, what: 'the nodes know each other', details });
    return new LibtorrentDht(child, `${hosts[0] ?? ''}:${port}`, `${hosts.at(-1) ?? ''}:${port}`);
  }

  /** Has the last node seed a torrent, of which nobody learns but by the DHT. */
  async seed({ torrentFile, dataDir }: Omit<SeedOptions, 'uploadBytesPerSecond'>): Promise<void> {
    await this.#child.ask('seed', { torrent: torrentFile, dir: dataDir });
    const announce = async () => (await this.#child.ask('announce')) as boolean;
    await waitUntil(announce, { timeoutMs: SEED_TIMEOUT_MS, what: 'a node seeds' });
  }

  stop(): Promise<void> {
    return this.#child.process.stop();
  }
}
