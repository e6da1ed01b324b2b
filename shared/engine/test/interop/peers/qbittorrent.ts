import { mkdirSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from './free-port.js';
import { answersHandshake } from './handshake-probe.js';
import { request } from './http-json.js';
import { PeerProcess, scratchDirectory } from './peer-process.js';
import type { LeechOptions, PeerEndpoint, RealPeer, SeedOptions } from './real-peer.js';
import { waitUntil } from './wait-until.js';

const START_TIMEOUT_MS = 60_000;
const CHECK_TIMEOUT_MS = 120_000;
const LISTED_TIMEOUT_MS = 60_000;
const COMPLETE_STATES = ['uploading', 'stalledUP', 'forcedUP'];

interface QbittorrentTorrent {
  readonly hash: string;
  readonly state: string;
  readonly progress: number;
  readonly amount_left: number;
}

/** qbittorrent-nox: libtorrent again, but with another program's settings and habits around it. TCP in plaintext. */
export class QbittorrentPeer implements RealPeer {
  readonly name = 'qbittorrent';
  readonly canDial = true;
  readonly #process: PeerProcess;
  readonly #apiUrl: string;
  #hash = '';

  private constructor(
    process: PeerProcess,
    readonly endpoint: PeerEndpoint,
    apiUrl: string,
  ) {
    this.#process = process;
    this.#apiUrl = apiUrl;
  }

  static async start(): Promise<QbittorrentPeer> {
    const port = await freePort();
    const apiPort = await freePort();
    const home = scratchDirectory('qbittorrent');
    writeConfiguration(home);
    const args = [`--profile=${home}`, `--webui-port=${apiPort}`, `--torrenting-port=${port}`];
    const process = new PeerProcess({ command: 'qbittorrent-nox', args, debianPackage: 'qbittorrent-nox' }, [home]);
    const peer = new QbittorrentPeer(process, { host: '127.0.0.1', port }, `http://127.0.0.1:${apiPort}/api/v2`);
    const answers = async () => (await request(`${peer.#apiUrl}/app/version`)).ok;
    await waitUntil(answers, {
      timeoutMs: START_TIMEOUT_MS,
      what: 'qbittorrent answers',
      details: () => process.output,
    });
    return peer;
  }

  get pid(): number {
    return this.#process.pid;
  }

  async seed({ torrentFile, dataDir }: SeedOptions): Promise<void> {
    await this.#add({ torrentFile }, dataDir);
    await this.waitComplete({ timeoutMs: CHECK_TIMEOUT_MS });
    // It says that it seeds about a second before it takes connections.
    const takesConnections = () => answersHandshake(this.endpoint, this.#hash);
    await waitUntil(takesConnections, { timeoutMs: LISTED_TIMEOUT_MS, what: 'qbittorrent takes connections' });
  }

  async leech({ source, outDir }: LeechOptions): Promise<void> {
    await this.#add(source, outDir);
  }

  async addPeer({ host, port }: PeerEndpoint): Promise<void> {
    const body = new URLSearchParams({ hashes: this.#hash, peers: `${host}:${port}` });
    await request(`${this.#apiUrl}/torrents/addPeers`, { method: 'POST', body });
  }

  async waitComplete({ timeoutMs }: { readonly timeoutMs: number }): Promise<void> {
    let last: QbittorrentTorrent | undefined;
    const isComplete = async () => {
      last = await this.#torrent();
      return last?.progress === 1 && last.amount_left === 0 && COMPLETE_STATES.includes(last.state);
    };
    const details = () => `${JSON.stringify(last)}\n${this.#process.output}`;
    await waitUntil(isComplete, { timeoutMs, what: 'qbittorrent has everything', details });
  }

  stop(): Promise<void> {
    return this.#process.stop();
  }

  async #add(source: LeechOptions['source'], folder: string): Promise<void> {
    const form = new FormData();
    if ('magnet' in source) form.set('urls', source.magnet);
    else form.set('torrents', new Blob([await readFile(source.torrentFile)]), 'a.torrent');
    form.set('savepath', folder);
    form.set('contentLayout', 'Original');
    form.set('root_folder', 'true');
    await request(`${this.#apiUrl}/torrents/add`, { method: 'POST', body: form });
    const isListed = async () => (await this.#torrent())?.hash;
    this.#hash = await waitUntil(isListed, { timeoutMs: LISTED_TIMEOUT_MS, what: 'qbittorrent lists the torrent' });
  }

  /** Its only torrent. */
  async #torrent(): Promise<QbittorrentTorrent | undefined> {
    const response = await request(`${this.#apiUrl}/torrents/info`);
    return ((await response.json()) as readonly QbittorrentTorrent[])[0];
  }
}

function writeConfiguration(home: string): void {
  const folder = join(home, 'qBittorrent', 'config');
  mkdirSync(folder, { recursive: true });
  const lines = [
    '[LegalNotice]',
    'Accepted=true',
    '[BitTorrent]',
    'Session\\Interface=lo',
    'Session\\InterfaceAddress=127.0.0.1',
    'Session\\MultiConnectionsPerIp=true',
    'Session\\Encryption=2',
    'Session\\BTProtocol=TCP',
    'Session\\RefreshInterval=100',
    'Session\\DHTEnabled=false',
    'Session\\LSDEnabled=false',
    'Session\\PeXEnabled=false',
    'Session\\SSRFMitigation=true',
    '[Network]',
    'PortForwardingEnabled=false',
    '[Preferences]',
    'WebUI\\Address=127.0.0.1',
    'WebUI\\LocalHostAuth=false',
    'WebUI\\CSRFProtection=false',
    'WebUI\\HostHeaderValidation=false',
    'WebUI\\UseUPnP=false',
  ];
  writeFileSync(join(folder, 'qBittorrent.conf'), `${lines.join('\n')}\n`);
}
