import { sha1 } from '@noble/hashes/legacy.js';
import type { ClientOptions } from '../../src/core/client-options.js';
import { Client } from '../../src/core/client.js';
import type { SectionSizes } from '../../src/core/piece-layout.js';
import type { PeerDiscovery } from '../../src/core/peer-discovery.js';
import type { ClientSettings } from '../../src/core/settings.js';
import type { Torrent } from '../../src/core/torrent.js';
import type { DownloadRoot, IPublishedFiles } from '../../src/interfaces/download-root.js';
import type { IHttpClient } from '../../src/interfaces/http.js';
import { dhtDiscovery } from '../../src/dht/dht-discovery.js';
import { localDiscovery } from '../../src/lsd/local-discovery.js';
import { encode } from '../../src/protocol/bencode-encoder.js';
import { encodeMetainfo } from '../../src/protocol/metainfo-encoder.js';
import { trackerFactory } from '../../src/tracker/create-trackers.js';
import { concatBytes, toHex } from '../../src/utils/bytes.js';
import {
  MemoryFileSystem,
  MemoryHasher,
  MemoryHttpClient,
  MemorySessionStore,
  SeededRandom,
  SilentLogger,
  VirtualClock,
  type VirtualHostOptions,
  VirtualNetwork,
} from '../mocks/index.js';
import { MemoryTracker } from './memory-tracker.js';
import type { FaultInjector } from '../faults/fault-injector.js';

const TRACKER_URL = 'http://tracker.test/announce';

/** A torrent made for a test: its .torrent file and its files. */
export interface SampleTorrent {
  readonly id: string;
  readonly metainfo: Uint8Array;
  readonly magnet: string;
  readonly pieceLength: number;
  /** By path under the root. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** Every byte that is hashed, in order. */
  readonly content: Uint8Array;
  /** Where the bytes of `content` lie: paths under the root, padding files (BEP 47) included. */
  readonly layout: readonly { readonly path: string; readonly length: number; readonly isPadding: boolean }[];
}

/** Makes a torrent of random content. One entry makes a single file, more a folder. */
export function makeTorrent(options: {
  readonly name: string;
  readonly seed: number;
  readonly pieceLength: number;
  readonly files: Readonly<Record<string, number>>;
  readonly isPrivate?: boolean;
  /** Every file starts with a piece: between them lie padding files (BEP 47), which are not among its `files`. */
  readonly isPadded?: boolean;
}): SampleTorrent {
  const random = new SeededRandom(options.seed);
  const entries = Object.entries(options.files).map(([path, length]) => ({ path, bytes: random.bytes(length) }));
  const isSingle = entries.length === 1;
  const pathInRoot = (path: string) => (isSingle ? options.name : `${options.name}/${path}`);
  const parts = options.isPadded ? withPadding(entries, options.pieceLength) : entries;
  const all = concatBytes(parts.map(({ bytes }) => bytes));
  const pieces = new Uint8Array(Math.ceil(all.length / options.pieceLength) * 20);
  for (let start = 0; start < all.length; start += options.pieceLength) {
    pieces.set(sha1(all.subarray(start, start + options.pieceLength)), (start / options.pieceLength) * 20);
  }
  const files = parts.map(({ path, bytes }) => ({
    path: path.split('/'),
    length: bytes.length,
    attr: isPadding({ path }) ? 'p' : undefined,
  }));
  const info = encode({
    name: options.name,
    'piece length': options.pieceLength,
    pieces,
    ...(isSingle ? { length: all.length } : { files }),
    private: options.isPrivate ? 1 : undefined,
  });
  const id = toHex(sha1(info));
  return {
    id,
    metainfo: encodeMetainfo({ info, announceTiers: [[TRACKER_URL]] }),
    magnet: `magnet:?xt=urn:btih:${id}&tr=${encodeURIComponent(TRACKER_URL)}`,
    pieceLength: options.pieceLength,
    files: new Map(entries.map(({ path, bytes }) => [pathInRoot(path), bytes])),
    content: all,
    layout: parts.map((part) => ({
      path: pathInRoot(part.path),
      length: part.bytes.length,
      isPadding: isPadding(part),
    })),
  };
}

const PADDING_FOLDER = '.pad/';

interface SampleFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}

const isPadding = ({ path }: Pick<SampleFile, 'path'>): boolean => path.startsWith(PADDING_FOLDER);

function withPadding(files: readonly SampleFile[], pieceLength: number): SampleFile[] {
  return files.flatMap((file, index) => {
    const length = (pieceLength - (file.bytes.length % pieceLength)) % pieceLength;
    if (length === 0 || index === files.length - 1) return [file];
    return [file, { path: `${PADDING_FOLDER}${index}`, bytes: new Uint8Array(length) }];
  });
}

/** One host of the swarm: a whole client with its own disk and session. */
export interface SwarmNode {
  readonly ip: string;
  readonly client: Client;
  /** It keeps every request it made. */
  readonly http: MemoryHttpClient;
  readonly fileSystem: MemoryFileSystem;
  readonly store: MemorySessionStore;
  /** What is in the store, for a later one to go on with. */
  readonly records: Map<string, Uint8Array>;
  /** Why the client could not start; only where faults were injected. */
  readonly startError: unknown;
}

/** Clients on a virtual network, in virtual time: a run depends on `seed` alone. */
export class VirtualSwarm {
  readonly clock = new VirtualClock();
  readonly random: SeededRandom;
  readonly network: VirtualNetwork;
  readonly tracker = new MemoryTracker();

  constructor(readonly seed: number) {
    this.random = new SeededRandom(seed);
    this.network = new VirtualNetwork({ clock: this.clock, random: this.random });
  }

  /** Starts a client at `ip`. `earlier` goes on with the disk and the session of a client that is gone. */
  async node(
    ip: string,
    options: VirtualHostOptions & {
      readonly settings?: Partial<ClientSettings>;
      readonly earlier?: SwarmNode;
      readonly sockets?: ClientOptions['sockets'];
      /** Instead of the tracker's own. */
      readonly http?: IHttpClient;
      /** Is given the client before it starts. */
      readonly onClient?: (client: Client) => void;
      /** What stands between the client and its host; without it nothing goes wrong, and the client cannot be killed. */
      readonly faults?: FaultInjector;
      readonly capacityBytes?: number;
      /** Its disk can say how much room there is. */
      readonly tellsRoom?: boolean;
      /** A folder of the user's, as the download root `folder`. */
      readonly folder?: IPublishedFiles;
      /** Of the parts in which big files come there. */
      readonly partBytes?: number;
      /** Looks for peers on the network, which is one LAN. */
      readonly usesLsd?: boolean;
      /** Takes part in the DHT, from the nodes that `settings.dhtBootstrap` names. */
      readonly usesDht?: boolean;
      /** How much of a piece lies in its memory at once. */
      readonly sections?: SectionSizes;
      /** Finds peers beside all that. */
      readonly discovery?: PeerDiscovery;
    } = {},
  ): Promise<SwarmNode> {
    const fileSystem =
      options.earlier?.fileSystem ??
      new MemoryFileSystem({
        detachBuffers: true,
        clock: this.clock,
        capacityBytes: options.capacityBytes ?? Infinity,
      });
    const freeBytes = () => Promise.resolve(fileSystem.capacityBytes - fileSystem.usedBytes);
    const records = options.earlier?.records ?? new Map<string, Uint8Array>();
    const store = new MemorySessionStore(records);
    const random = new SeededRandom(this.random.integer(2 ** 31));
    const { faults } = options;
    const clock = faults?.clock ?? this.clock;
    const http = new MemoryHttpClient({ clock, handler: this.tracker.handlerFor(ip) });
    const host = options.sockets ?? this.network.host(ip, options);
    const sockets = (options.sockets ? undefined : faults?.sockets(host)) ?? host;
    const logger = new SilentLogger();
    const hasher = new MemoryHasher({ detachBuffers: true });
    const roots = new Map<string, DownloadRoot>([
      [
        'default',
        { kind: 'direct', files: faults?.files(fileSystem) ?? fileSystem, ...(options.tellsRoom && { freeBytes }) },
      ],
    ]);
    const { folder, partBytes } = options;
    if (folder) {
      const files = faults?.folder(folder) ?? folder;
      roots.set('folder', { kind: 'published', files, ...(partBytes !== undefined && { partBytes }) });
    }
    const client = new Client({
      sockets,
      hasher,
      clock,
      random,
      store: faults?.store(store) ?? store,
      logger,
      roots,
      createDiscoveries: [
        ...(options.usesDht ? [dhtDiscovery({ clock, random, hasher, logger })] : []),
        ...(options.usesLsd ? [localDiscovery({ sockets, clock, random, logger })] : []),
        ...(options.discovery ? [() => options.discovery as PeerDiscovery] : []),
      ],
      createTrackers: trackerFactory({ http: options.http ?? http, clock, random }),
      settings: { allowLocalPeers: true, ...options.settings },
      version: '0.1.0',
      ...(options.sections && { sections: options.sections }),
    });
    options.onClient?.(client);
    const started = client.start();
    let startError: unknown;
    const outcome = faults && started.catch((error: unknown) => (startError = error));
    await this.clock.settle(outcome ? Promise.race([outcome, faults.died]) : started);
    return { ip, client, http, fileSystem, store, records, startError };
  }

  /** Puts the files of `sample` on the node's disk, adds it there and waits until it seeds. */
  async seedFrom(node: SwarmNode, sample: SampleTorrent): Promise<Torrent> {
    this.writeFiles(node, sample);
    const torrent = await this.add(node, { metainfo: sample.metainfo });
    await this.clock.runUntil(() => torrent.state.kind === 'seeding');
    return torrent;
  }

  /** Puts the files of `sample` on the node's disk. */
  writeFiles(node: SwarmNode, sample: SampleTorrent): void {
    for (const [path, bytes] of sample.files) node.fileSystem.writeFile(path, bytes);
    for (const { path, length, isPadding } of sample.layout) {
      if (isPadding) node.fileSystem.writeFile(path, new Uint8Array(length));
    }
  }

  async add(node: SwarmNode, ...args: Parameters<Client['add']>): Promise<Torrent> {
    return (await this.clock.settle(node.client.add(...args))).torrent;
  }

  /** Runs until every torrent seeds. */
  async complete(torrents: readonly Torrent[], options: { readonly maxMs?: number } = {}): Promise<void> {
    await this.clock.runUntil(() => torrents.every((torrent) => torrent.state.kind === 'seeding'), options);
  }

  async close(nodes: readonly SwarmNode[]): Promise<void> {
    await this.clock.settle(Promise.all(nodes.map((node) => node.client.close())));
  }
}

/** True when the node's disk holds every file of `sample`, byte for byte. */
export function hasAllFiles(node: SwarmNode, sample: SampleTorrent): boolean {
  for (const [path, bytes] of sample.files) {
    const found = node.fileSystem.readFile(path);
    if (found.length !== bytes.length || toHex(sha1(found)) !== toHex(sha1(bytes))) return false;
  }
  return true;
}
