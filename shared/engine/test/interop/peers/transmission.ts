import { readFile } from 'node:fs/promises';
import { freePort } from './free-port.js';
import { request, type Fetcher } from './http-json.js';
import type { LanHost } from './lan.js';
import { PeerProcess, scratchDirectory } from './peer-process.js';
import type { LeechOptions, PeerEndpoint, RealPeer, SeedOptions } from './real-peer.js';
import { waitUntil } from './wait-until.js';

const START_TIMEOUT_MS = 60_000;
const CHECK_TIMEOUT_MS = 120_000;
/** `status` of a torrent in Transmission's RPC. */
const STATUS_DOWNLOADING = 4;
const STATUS_SEEDING = 6;

interface TransmissionTorrent {
  readonly status: number;
  readonly percentDone: number;
  readonly leftUntilDone: number;
  readonly metadataPercentComplete: number;
  readonly errorString: string;
  readonly peersConnected: number;
  readonly peersFrom: TransmissionSources;
}

/** Of whom it is connected with: how many it learned of by each way. */
export interface TransmissionSources {
  readonly fromIncoming: number;
  /** By local discovery (BEP 14). */
  readonly fromLpd: number;
  readonly fromPex: number;
}

export interface TransmissionOptions {
  /** Where it runs, with IPv4 alone; on 127.0.0.1 without it. */
  readonly host?: LanHost;
  /** BEP 14. Default false. */
  readonly usesLocalDiscovery?: boolean;
}

/** transmission-daemon. It never dials 127.x and it cannot be told to dial somebody; it decides on interest and unchoking every 10 s. */
export class TransmissionPeer implements RealPeer {
  readonly name = 'transmission';
  readonly canDial = false;
  readonly #process: PeerProcess;
  readonly #rpcUrl: string;
  readonly #fetch: Fetcher;
  #sessionId = '';
  #torrentId = 0;

  private constructor(
    process: PeerProcess,
    readonly endpoint: PeerEndpoint,
    rpcUrl: string,
    fetcher: Fetcher,
  ) {
    this.#process = process;
    this.#rpcUrl = rpcUrl;
    this.#fetch = fetcher;
  }

  static async start({ host, usesLocalDiscovery = false }: TransmissionOptions = {}): Promise<TransmissionPeer> {
    const port = await freePort();
    const rpcPort = await freePort();
    const home = scratchDirectory('transmission');
    const control = ['-f', '-g', home, '-p', String(rpcPort), '-T', '-a', '127.0.0.1', '-r', '127.0.0.1'];
    const address = host?.address ?? '127.0.0.1';
    const discovery = ['-O', usesLocalDiscovery ? '-y' : '-Y', '-M'];
    const network = ['-P', String(port), '-i', address, '-I', '::1', ...discovery, '--no-utp', '-ep', '-GSR'];
    const daemon = {
      command: 'transmission-daemon',
      args: [...control, ...network, '-w', home],
      debianPackage: 'transmission-daemon',
    };
    const process = new PeerProcess(host?.namespace.inside(daemon) ?? daemon, [home]);
    const rpcUrl = `http://127.0.0.1:${rpcPort}/transmission/rpc`;
    const peer = new TransmissionPeer(process, { host: address, port }, rpcUrl, host?.namespace.fetch ?? fetch);
    const answers = async () => Boolean(await peer.#call('session-get', {}));
    await waitUntil(answers, {
      timeoutMs: START_TIMEOUT_MS,
      what: 'transmission answers',
      details: () => process.output,
    });
    return peer;
  }

  get pid(): number {
    return this.#process.pid;
  }

  async seed({ torrentFile, dataDir }: SeedOptions): Promise<void> {
    await this.#add({ metainfo: (await readFile(torrentFile)).toString('base64'), 'download-dir': dataDir });
    await this.#call('torrent-verify', { ids: [this.#torrentId] });
    await this.waitComplete({ timeoutMs: CHECK_TIMEOUT_MS });
  }

  async leech({ source, outDir, downloadBytesPerSecond }: LeechOptions): Promise<void> {
    const what =
      'magnet' in source
        ? { filename: source.magnet }
        : { metainfo: (await readFile(source.torrentFile)).toString('base64') };
    await this.#add({ ...what, 'download-dir': outDir });
    if (downloadBytesPerSecond !== undefined) {
      const limit = { downloadLimit: downloadBytesPerSecond / 1000, downloadLimited: true };
      await this.#call('torrent-set', { ids: [this.#torrentId], ...limit });
    }
    // It refuses a peer that comes while it still looks for what is on disk.
    await this.#waitUntil((torrent) => torrent.status >= STATUS_DOWNLOADING, {
      timeoutMs: START_TIMEOUT_MS,
      what: 'transmission downloads',
    });
  }

  addPeer(): Promise<void> {
    return Promise.reject(new Error('transmission never dials a loopback address'));
  }

  async waitComplete({ timeoutMs }: { readonly timeoutMs: number }): Promise<void> {
    const isComplete = (torrent: TransmissionTorrent) =>
      torrent.status === STATUS_SEEDING &&
      torrent.metadataPercentComplete === 1 &&
      torrent.percentDone === 1 &&
      torrent.leftUntilDone === 0;
    await this.#waitUntil(isComplete, { timeoutMs, what: 'transmission has everything' });
  }

  async sources(): Promise<TransmissionSources> {
    return (await this.#get(['peersFrom'])).peersFrom;
  }

  /** 0 to 1. */
  async progress(): Promise<number> {
    return (await this.#get(['percentDone'])).percentDone;
  }

  stop(): Promise<void> {
    return this.#process.stop();
  }

  async #waitUntil(
    isReached: (torrent: TransmissionTorrent) => boolean,
    { timeoutMs, what }: { readonly timeoutMs: number; readonly what: string },
  ): Promise<void> {
    const fields: (keyof TransmissionTorrent)[] = [
      'status',
      'percentDone',
      'leftUntilDone',
      'metadataPercentComplete',
      'errorString',
      'peersConnected',
    ];
    let last: TransmissionTorrent | undefined;
    const ask = async () => {
      last = await this.#get(fields);
      return isReached(last);
    };
    const details = () => `${JSON.stringify(last)}\n${this.#process.output}`;
    await waitUntil(ask, { timeoutMs, what, details });
  }

  async #get<Field extends keyof TransmissionTorrent>(
    fields: readonly Field[],
  ): Promise<Pick<TransmissionTorrent, Field>> {
    const reply = (await this.#call('torrent-get', { ids: [this.#torrentId], fields })) as {
      readonly torrents: readonly TransmissionTorrent[];
    };
    const [torrent] = reply.torrents;
    if (!torrent) throw new Error('transmission has no torrent');
    return torrent;
  }

  async #add(args: Readonly<Record<string, unknown>>): Promise<void> {
    const reply = (await this.#call('torrent-add', { ...args, paused: false })) as {
      readonly 'torrent-added': { readonly id: number };
    };
    this.#torrentId = reply['torrent-added'].id;
  }

  async #call(method: string, args: Readonly<Record<string, unknown>>): Promise<unknown> {
    const body = JSON.stringify({ method, arguments: args });
    if (this.#sessionId === '') await this.#fetchSessionId();
    const headers = { 'x-transmission-session-id': this.#sessionId };
    const response = await request(this.#rpcUrl, { method: 'POST', headers, body }, this.#fetch);
    const reply = (await response.json()) as { readonly result: string; readonly arguments: unknown };
    if (reply.result !== 'success') throw new Error(`transmission, ${method}: ${reply.result}`);
    return reply.arguments;
  }

  /** The RPC port answers 409 with the id that every request must carry (its guard against forged requests). */
  async #fetchSessionId(): Promise<void> {
    const response = await this.#fetch(this.#rpcUrl, { signal: AbortSignal.timeout(START_TIMEOUT_MS) });
    await response.text();
    this.#sessionId = response.headers.get('x-transmission-session-id') ?? '';
  }
}
