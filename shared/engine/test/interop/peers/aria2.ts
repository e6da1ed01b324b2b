import { readFile } from 'node:fs/promises';
import { freePort } from './free-port.js';
import { jsonRpc } from './http-json.js';
import { PeerProcess, scratchDirectory } from './peer-process.js';
import type { LeechOptions, PeerEndpoint, RealPeer, SeedOptions } from './real-peer.js';
import { waitUntil } from './wait-until.js';

const START_TIMEOUT_MS = 60_000;
const CHECK_TIMEOUT_MS = 120_000;

interface Aria2Status {
  readonly status: string;
  readonly totalLength: string;
  readonly completedLength: string;
  /** 'true' once complete and verified; absent before. */
  readonly seeder?: string;
  readonly verifiedLength?: string;
  readonly verifyIntegrityPending?: string;
  readonly followedBy?: readonly string[];
  readonly errorMessage?: string;
}

/** aria2c. It knows no command to dial a peer and ignores `x.pe`: dial it, or let a tracker introduce it. */
export class Aria2Peer implements RealPeer {
  readonly name = 'aria2';
  readonly canDial = false;
  readonly #process: PeerProcess;
  readonly #rpcUrl: string;
  #download = '';

  private constructor(
    process: PeerProcess,
    readonly endpoint: PeerEndpoint,
    rpcUrl: string,
  ) {
    this.#process = process;
    this.#rpcUrl = rpcUrl;
  }

  static async start(): Promise<Aria2Peer> {
    const port = await freePort();
    const rpcPort = await freePort();
    const home = scratchDirectory('aria2');
    const args = [
      '--no-conf',
      '--quiet',
      '--enable-rpc',
      `--rpc-listen-port=${rpcPort}`,
      `--dir=${home}`,
      '--interface=127.0.0.1',
      `--listen-port=${port}`,
      '--file-allocation=none',
      '--enable-dht=false',
      '--enable-dht6=false',
      '--bt-enable-lpd=false',
      '--enable-peer-exchange=false',
      '--disable-ipv6=true',
      '--follow-torrent=mem',
      '--seed-ratio=0',
    ];
    const process = new PeerProcess({ command: 'aria2c', args, debianPackage: 'aria2' }, [home]);
    const peer = new Aria2Peer(process, { host: '127.0.0.1', port }, `http://127.0.0.1:${rpcPort}/jsonrpc`);
    const answers = async () => Boolean(await peer.#call('getVersion'));
    await waitUntil(answers, { timeoutMs: START_TIMEOUT_MS, what: 'aria2 answers', details: () => process.output });
    return peer;
  }

  get pid(): number {
    return this.#process.pid;
  }

  async seed({ torrentFile, dataDir, uploadBytesPerSecond = 0 }: SeedOptions): Promise<void> {
    await this.#addTorrent(torrentFile, {
      dir: dataDir,
      'check-integrity': 'true',
      'max-upload-limit': String(uploadBytesPerSecond),
    });
    await this.waitComplete({ timeoutMs: CHECK_TIMEOUT_MS });
  }

  async leech({ source, outDir, downloadBytesPerSecond = 0 }: LeechOptions): Promise<void> {
    const options = { dir: outDir, 'max-download-limit': String(downloadBytesPerSecond) };
    if ('magnet' in source) this.#download = (await this.#call('addUri', [source.magnet], options)) as string;
    else await this.#addTorrent(source.torrentFile, options);
  }

  addPeer(): Promise<void> {
    return Promise.reject(new Error('aria2 cannot be told to dial a peer'));
  }

  async waitComplete({ timeoutMs }: { readonly timeoutMs: number }): Promise<void> {
    let last: Aria2Status | undefined;
    const isComplete = async () => {
      last = (await this.#call('tellStatus', this.#download)) as Aria2Status;
      const follower = last.followedBy?.[0];
      if (follower !== undefined) this.#download = follower;
      return last.seeder === 'true' && last.completedLength === last.totalLength && last.totalLength !== '0';
    };
    const details = () => `${JSON.stringify(last)}\n${this.#process.output}`;
    await waitUntil(isComplete, { timeoutMs, what: 'aria2 has everything', details });
  }

  stop(): Promise<void> {
    return this.#process.stop();
  }

  async #addTorrent(torrentFile: string, options: Readonly<Record<string, string>>): Promise<void> {
    const torrent = (await readFile(torrentFile)).toString('base64');
    this.#download = (await this.#call('addTorrent', torrent, [], options)) as string;
  }

  #call(method: string, ...params: unknown[]): Promise<unknown> {
    return jsonRpc(this.#rpcUrl, `aria2.${method}`, params);
  }
}
