import { fileURLToPath } from 'node:url';
import { freePort } from '../../shared/engine/test/interop/peers/free-port.js';
import { JsonLinesProcess } from '../../shared/engine/test/interop/peers/json-lines.js';
import type {
  LeechOptions,
  PeerEndpoint,
  RealPeer,
  SeedOptions,
} from '../../shared/engine/test/interop/peers/real-peer.js';
import { waitUntil } from '../../shared/engine/test/interop/peers/wait-until.js';

const SCRIPT = fileURLToPath(new URL('engine-child.mjs', import.meta.url));
const CHECK_TIMEOUT_MS = 120_000;

interface EngineOptions {
  /** A session whose torrents it goes on with beside the one it is given, and the folder of their data. */
  readonly session?: { readonly folder: string; readonly files: string };
  /** What it downloads is verified and thrown away. */
  readonly isDiscarded?: boolean;
}

/** Our engine on Node as a process of its own, by the same verbs as the others. */
export class EnginePeer implements RealPeer {
  readonly name = 'engine';
  readonly canDial = true;
  readonly #child: JsonLinesProcess;
  readonly #isDiscarded: boolean;

  private constructor(
    child: JsonLinesProcess,
    readonly endpoint: PeerEndpoint,
    isDiscarded: boolean,
  ) {
    this.#child = child;
    this.#isDiscarded = isDiscarded;
  }

  static async start({ session, isDiscarded = false }: EngineOptions = {}): Promise<EnginePeer> {
    const port = await freePort();
    const args = [SCRIPT, String(port), ...(session ? [session.folder, session.files] : [])];
    const child = new JsonLinesProcess({ command: process.execPath, args, debianPackage: 'nodejs' });
    await child.ask('start');
    return new EnginePeer(child, { host: '127.0.0.1', port }, isDiscarded);
  }

  get pid(): number {
    return this.#child.process.pid;
  }

  async seed({ torrentFile, dataDir, uploadBytesPerSecond = 0 }: SeedOptions): Promise<void> {
    await this.#child.ask('seed', { torrent: torrentFile, dir: dataDir, uploadLimit: uploadBytesPerSecond });
    await this.waitComplete({ timeoutMs: CHECK_TIMEOUT_MS });
  }

  async leech({ source, outDir, downloadBytesPerSecond = 0 }: LeechOptions): Promise<void> {
    const options = { downloadLimit: downloadBytesPerSecond, isDiscarded: this.#isDiscarded };
    await this.#child.ask('leech', { source, dir: outDir, ...options });
  }

  async addPeer({ host, port }: PeerEndpoint): Promise<void> {
    await this.#child.ask('addPeer', { host, port });
  }

  /** Verified and on disk, of all bytes. */
  async verifiedShare(): Promise<number> {
    return (await this.#status()).verifiedShare;
  }

  async waitComplete({ timeoutMs }: { readonly timeoutMs: number }): Promise<void> {
    const isDone = async () => (await this.#status()).isDone;
    const details = () => this.#child.process.output;
    await waitUntil(isDone, { timeoutMs, what: 'our engine has everything', details });
  }

  stop(): Promise<void> {
    return this.#child.process.stop();
  }

  async #status(): Promise<{ readonly isDone: boolean; readonly verifiedShare: number }> {
    return (await this.#child.ask('status')) as { readonly isDone: boolean; readonly verifiedShare: number };
  }
}
