import { fileURLToPath } from 'node:url';
import { freePort } from './free-port.js';
import { JsonLinesProcess } from './json-lines.js';
import type { PeerEndpoint } from './real-peer.js';

const SCRIPT = fileURLToPath(new URL('bittorrent-dht-child.mjs', import.meta.url));

/** A node of the npm package bittorrent-dht (WebTorrent's) on 127.0.0.1. */
export class BittorrentDhtNode {
  readonly #child: JsonLinesProcess;

  private constructor(
    child: JsonLinesProcess,
    readonly endpoint: PeerEndpoint,
  ) {
    this.#child = child;
  }

  static async start(bootstrap: readonly PeerEndpoint[]): Promise<BittorrentDhtNode> {
    const port = await freePort();
    const args = [SCRIPT, String(port), ...bootstrap.map(({ host, port }) => `${host}:${port}`)];
    const child = new JsonLinesProcess({ command: process.execPath, args, debianPackage: 'nodejs' });
    // Answered once it listens.
    await child.ask('ping');
    return new BittorrentDhtNode(child, { host: '127.0.0.1', port });
  }

  async announce(infoHash: string, port: number): Promise<void> {
    await this.#child.ask('announce', { infoHash, port });
  }

  /** Peers as `host:port`. */
  async lookup(infoHash: string): Promise<readonly string[]> {
    return (await this.#child.ask('lookup', { infoHash })) as readonly string[];
  }

  stop(): Promise<void> {
    return this.#child.process.stop();
  }
}
