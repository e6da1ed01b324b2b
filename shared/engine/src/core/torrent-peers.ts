import type { IRandom } from '../interfaces/random.js';
import type { Endpoint } from '../interfaces/socket.js';
import { parseIp } from '../utils/ip-address.js';
import type { CandidateOptions } from './address-policy.js';
import type { ChokeRounds } from './choke-rounds.js';
import type { ExternalAddress } from './external-address.js';
import { type LiaisonTorrent, PeerLiaison } from './peer-liaison.js';
import type { PeerDiscovery } from './peer-discovery.js';
import type { OwnIdentity, Peer } from './peer.js';
import { PeerList } from './peer-list.js';
import { PexExchange } from './pex-exchange.js';
import type { ClientSettings } from './settings.js';
import type { PeerSource } from './snapshots.js';
import { lastingSourceOf, type StoredPeer } from './stored-peer.js';
import { Swarm, type SwarmNetwork, type SwarmTorrent } from './swarm.js';
import type { TorrentContent } from './torrent-content.js';
import {
  type DiscoveredTorrent,
  isSourceOpen,
  SWARM_SOURCES,
  TorrentDiscovery,
  UNTOLD_SOURCES,
} from './torrent-discovery.js';
import { MAX_STORED_PEERS, type TorrentRecord } from './torrent-record.js';
import { TorrentRates } from './transfer-rates.js';
import { Turnover } from './turnover.js';

/** What the peers of one torrent share with those of others. */
export interface PeersContext {
  readonly network: SwarmNetwork;
  readonly storage: { readonly random: IRandom };
  readonly chokeRounds: ChokeRounds;
  readonly externalAddress: ExternalAddress;
  readonly discoveries: readonly PeerDiscovery[];
  /** For BEP 10 `v`, such as `0.1.0`. */
  readonly version: string;
  settings(): ClientSettings;
  listenPort(): number | undefined;
  udpPort(): number | undefined;
}

/** What peers must know of their torrent. */
export type PeopledTorrent = SwarmTorrent &
  LiaisonTorrent &
  DiscoveredTorrent & { readonly record: Pick<TorrentRecord, 'trackers'> };

/** The people of one torrent: the addresses it knows, its connections, and every way of finding more. Holds the rules of BEP 27. */
export class TorrentPeers {
  readonly list: PeerList;
  readonly swarm: Swarm;
  readonly liaison: PeerLiaison;
  readonly rates: TorrentRates;
  readonly #torrent: PeopledTorrent;
  readonly #context: PeersContext;
  readonly #discovery: TorrentDiscovery;
  readonly #pex: PexExchange;
  readonly #turnover: Turnover<Peer>;
  #wasComplete = false;

  constructor(options: {
    readonly torrent: PeopledTorrent;
    readonly context: PeersContext;
    readonly record: TorrentRecord;
    /** What is shown of the torrent differs. */
    readonly changed: () => void;
  }) {
    const { torrent, context, record, changed } = options;
    const { network, chokeRounds, externalAddress } = context;
    const { clock, policy } = network;
    this.#torrent = torrent;
    this.#context = context;
    this.#turnover = new Turnover({ now: clock.now() });
    this.#pex = new PexExchange({
      policy,
      isOpen: () => this.#isOpen('pex'),
      onPeer: (endpoint, seed) => {
        this.add(endpoint, 'pex', seed);
      },
    });
    this.list = new PeerList({
      clock,
      random: context.storage.random,
      policy,
      stored: this.#mayResume ? record.peers : record.peers.filter(({ source }) => source),
      banned: record.banned,
      ownEndpoint: (host) => this.#ownEndpoint(host),
      // Whoever dialled us is not for that reason a peer that the tracker gave (BEP 27).
      mayDial: (sources) => !torrent.isPrivate || isTold(sources),
    });
    this.liaison = new PeerLiaison({
      torrent,
      list: this.list,
      chokeRounds,
      identity: () => this.#identity(),
      pex: this.#pex,
      dht: {
        isOpen: () => this.#isOpen('dht'),
        port: () => context.udpPort(),
        addNode: (endpoint) => {
          for (const discovery of context.discoveries) discovery.addNode?.(endpoint);
        },
      },
      externalAddress,
      clock,
      changed,
    });
    this.rates = new TorrentRates(network.limiters, record.limits);
    this.swarm = new Swarm({
      rates: this.rates,
      network,
      torrent,
      list: this.list,
      events: this.liaison,
      speaksDht: () => this.#isOpen('dht'),
    });
    this.#discovery = new TorrentDiscovery({
      torrent,
      discoveries: context.discoveries,
      isOpen: (source) => this.#isOpen(source),
      onPeer: (endpoint, source) => {
        this.add(endpoint, source);
      },
    });
  }

  start(): void {
    this.swarm.start();
    this.#discovery.start();
  }

  stop(): void {
    this.#discovery.stop();
    this.swarm.stop();
  }

  /** An address from anywhere. Sources that the torrent or the settings forbid are not listened to. */
  add(endpoint: Endpoint, source: PeerSource, options: CandidateOptions & { readonly isSeed?: boolean } = {}): void {
    if (this.#isOpen(source)) this.swarm.addCandidate(endpoint, source, options);
  }

  /**
   * Addresses for the next session. Of a torrent that is or may turn out private, none that no tracker, link or user named: a later session
   * could not tell them from others.
   */
  worthKeeping(): readonly StoredPeer[] {
    const isPublic = this.#torrent.content?.info.isPrivate === false;
    const mayKeep = (sources: readonly PeerSource[]) =>
      this.#mayResume ? isTold(sources) : lastingSourceOf(sources) !== undefined;
    return this.list.worthKeeping(MAX_STORED_PEERS, { accepts: (sources) => isPublic || mayKeep(sources) });
  }

  /**
   * Before anything is requested. A private torrent (BEP 27) parts here with everybody whom no tracker has named: it would not have looked
   * for them, had it been known, and who dialled it may have found it where it should not have been. From then on it is dialled like any
   * other private torrent, so that who was told of it by a tracker comes back.
   */
  metadataKnown(content: TorrentContent): void {
    if (content.info.isPrivate) {
      this.list.withdraw(UNTOLD_SOURCES);
      if (!this.#mayResume) this.list.withdraw(new Set<PeerSource>(['resume']));
      this.swarm.partFromUnlisted();
    }
    this.sourcesChanged();
    for (const peer of [...this.swarm.peers]) this.liaison.startTransfer(peer, content);
  }

  /** The tracker of a private torrent is another one now (BEP 27): parts with everybody whom the user did not name. */
  partFromAll(): void {
    this.list.withdraw(SWARM_SOURCES);
    this.swarm.partFromUnlisted();
  }

  /** What may be used has changed, by a setting or by the metadata. */
  sourcesChanged(): void {
    this.#discovery.follow();
    this.liaison.greetAgain();
  }

  /** Looks for peers as soon as the DHT and its like allow it. */
  lookNow(): void {
    this.#discovery.lookNow();
  }

  /** The torrent may have become complete, or incomplete by a new choice. */
  followCompleteness(): void {
    const { isComplete } = this.#torrent;
    if (isComplete !== this.#wasComplete) this.liaison.greetAgain();
    this.#wasComplete = isComplete;
    for (const peer of [...this.swarm.peers]) this.liaison.partIfBothComplete(peer);
  }

  /** About every second. */
  tick(): void {
    const now = this.#context.network.clock.now();
    const { peers } = this.swarm;
    const weAreSeed = this.#torrent.isComplete;
    this.#pex.tick(peers, now);
    const dismissed = this.#turnover.tick({
      peers,
      places: this.#torrent.maxConnections,
      weAreSeed,
      hasCandidates: () => this.list.next({ weAreSeed }) !== undefined,
      now,
    });
    for (const peer of dismissed) peer.connection.close();
  }

  /**
   * What trackers said in an earlier session may be used. Of a private torrent with several it may not: which of them it was is not known any
   * more, and the peers of two are not to be mixed (BEP 27).
   */
  get #mayResume(): boolean {
    return !this.#torrent.isPrivate || this.#torrent.record.trackers.flat().length <= 1;
  }

  #isOpen(source: PeerSource): boolean {
    return isSourceOpen(source, this.#torrent, this.#context.settings());
  }

  #identity(): OwnIdentity {
    const { version, externalAddress } = this.#context;
    return {
      clientName: `JSTorrent ${version}`,
      listenPort: this.#context.listenPort(),
      metadataSize: this.#torrent.content?.metadata.info.length,
      speaksPex: this.#isOpen('pex'),
      // Who seems to have nothing does not say that it wants nothing.
      isUploadOnly: this.#torrent.isComplete && this.#torrent.content?.uploader.superSeed.isActive !== true,
      ipv4: parseIp(externalAddress.ipv4 ?? ''),
      ipv6: parseIp(externalAddress.ipv6 ?? ''),
    };
  }

  #ownEndpoint(host: string): Endpoint | undefined {
    const own = this.#context.externalAddress.facing(host);
    const port = this.#context.listenPort();
    return own === undefined || port === undefined ? undefined : { host: own, port };
  }
}

/** A tracker, a link or the user named the peer, in this session or an earlier one. */
function isTold(sources: readonly PeerSource[]): boolean {
  return !sources.every((source) => UNTOLD_SOURCES.has(source));
}
