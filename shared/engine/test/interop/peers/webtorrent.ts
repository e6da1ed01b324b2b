import { fileURLToPath } from 'node:url';
import { freePort } from './free-port.js';
import { JsonLinesProcess } from './json-lines.js';
import type { LeechOptions, PeerEndpoint, RealPeer, SeedOptions } from './real-peer.js';
import { waitUntil } from './wait-until.js';

const SCRIPT = fileURLToPath(new URL('webtorrent-child.mjs', import.meta.url));
const CHECK_TIMEOUT_MS = 120_000;

/** WebTorrent on Node: TCP only, no discovery but trackers. */
export class WebTorrentPeer implements RealPeer {
  readonly name = 'webtorrent';
  readonly canDial = true;
  readonly #child: JsonLinesProcess;

  private constructor(
    child: JsonLinesProcess,
    readonly endpoint: PeerEndpoint,
  ) {
    this.#child = child;
  }

  static async start(): Promise<WebTorrentPeer> {
    const port = await freePort();
    const child = new JsonLinesProcess({
      command: process.execPath,
      args: [SCRIPT, String(port)],
      debianPackage: 'nodejs',
    });
    return new WebTorrentPeer(child, { host: '127.0.0.1', port });
  }

  get pid(): number {
    return this.#child.process.pid;
  }

  async seed({ torrentFile, dataDir, uploadBytesPerSecond = 0 }: SeedOptions): Promise<void> {
    await this.#child.ask('seed', { torrent: torrentFile, dir: dataDir, uploadLimit: uploadBytesPerSecond });
    await this.waitComplete({ timeoutMs: CHECK_TIMEOUT_MS });
  }

  async leech({ source, outDir, downloadBytesPerSecond = 0 }: LeechOptions): Promise<void> {
    const what = 'magnet' in source ? source.magnet : source.torrentFile;
    await this.#child.ask('leech', { source: what, dir: outDir, downloadLimit: downloadBytesPerSecond });
  }

  async addPeer({ host, port }: PeerEndpoint): Promise<void> {
    const isReady = async () => {
      await this.#child.ask('addPeer', { host, port });
      return true;
    };
    await waitUntil(isReady, { timeoutMs: 60_000, what: 'webtorrent takes a peer' });
  }

  async waitComplete({ timeoutMs }: { readonly timeoutMs: number }): Promise<void> {
    let last: unknown;
    const isDone = async () => {
      const status = (await this.#child.ask('status')) as { readonly isDone: boolean };
      last = status;
      return status.isDone;
    };
    const details = () => `${JSON.stringify(last)}\n${this.#child.process.output}`;
    await waitUntil(isDone, { timeoutMs, what: 'webtorrent has everything', details });
  }

  stop(): Promise<void> {
    return this.#child.process.stop();
  }
}
