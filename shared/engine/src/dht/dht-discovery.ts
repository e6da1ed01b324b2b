import type {
  CreateDiscovery,
  DiscoveryContext,
  PeerDiscovery,
  PeerSearching,
  SoughtTorrent,
} from '../core/peer-discovery.js';
import type { IClock, ITimer } from '../interfaces/clock.js';
import type { IHasher } from '../interfaces/hasher.js';
import type { ILogger } from '../interfaces/logger.js';
import type { IRandom } from '../interfaces/random.js';
import type { Endpoint } from '../interfaces/socket.js';
import { endpointOf } from '../protocol/listed-addresses.js';
import { parseIp } from '../utils/ip-address.js';
import { DhtAnnouncer, type DhtSchedule } from './dht-announcer.js';
import { Dht } from './dht.js';

/** Between two records of the nodes that are known. */
const SAVE_INTERVAL_MS = 5 * 60_000;
/** Nodes that somebody named before there was a DHT to ask them. */
const MAX_EARLY_NODES = 100;

/** What the DHT needs of its host. */
interface DhtHost {
  readonly clock: IClock;
  readonly random: IRandom;
  readonly hasher: IHasher;
  readonly logger: ILogger;
}

/** Makes the client's {@link DhtDiscovery}. */
export function dhtDiscovery(host: DhtHost): CreateDiscovery {
  return (context) => new DhtDiscovery(host, context);
}

/** A DHT at work. */
interface Running {
  readonly dht: Dht;
  readonly announcer: DhtAnnouncer;
  readonly stopListening: () => void;
}

/** One torrent that looks for peers; its schedule begins once the DHT runs. */
interface Seeker {
  readonly torrent: SoughtTorrent;
  schedule: DhtSchedule | undefined;
}

/**
 * The DHT for all torrents of a client. It joins the network with the first torrent that looks for peers, goes on from the nodes of the
 * last session, and leaves with the last one.
 */
class DhtDiscovery implements PeerDiscovery {
  readonly source = 'dht';
  readonly #host: DhtHost;
  readonly #context: DiscoveryContext;
  readonly #seekers = new Set<Seeker>();
  readonly #earlyNodes: Endpoint[] = [];
  #running: Running | undefined;
  #isStarting = false;
  #isClosed = false;
  #saveTimer: ITimer | undefined;
  /** Of this session; it may not have been written yet. */
  #lastState: Uint8Array | undefined;

  constructor(host: DhtHost, context: DiscoveryContext) {
    this.#host = host;
    this.#context = context;
  }

  get nodeCount(): number | undefined {
    return this.#running?.dht.nodeCount;
  }

  seek(torrent: SoughtTorrent): PeerSearching {
    const seeker: Seeker = { torrent, schedule: undefined };
    this.#seekers.add(seeker);
    if (this.#running) this.#schedule(seeker, this.#running);
    else void this.#start();
    return {
      lookNow: () => seeker.schedule?.announceNow(),
      end: () => {
        seeker.schedule?.stop();
        this.#seekers.delete(seeker);
        if (this.#seekers.size === 0) this.#stop();
      },
    };
  }

  networkIsBack(): void {
    this.#running?.dht.networkIsBack();
    this.#running?.announcer.networkIsBack();
  }

  addNode(endpoint: Endpoint): void {
    if (this.#running) this.#running.dht.addNode(endpoint);
    else if (this.#earlyNodes.length < MAX_EARLY_NODES) this.#earlyNodes.push(endpoint);
  }

  close(): void {
    this.#isClosed = true;
    this.#stop();
  }

  async #start(): Promise<void> {
    if (this.#isStarting || !this.#isWanted()) return;
    this.#isStarting = true;
    const savedState = this.#lastState ?? (await this.#context.loadState(this.source));
    this.#isStarting = false;
    // Everybody may have left while the state was read.
    if (!this.#isWanted()) return;
    const running = (this.#running = this.#create(savedState));
    running.dht.start();
    for (const node of this.#earlyNodes.splice(0)) running.dht.addNode(node);
    for (const seeker of this.#seekers) this.#schedule(seeker, running);
    this.#saveLater();
  }

  #isWanted(): boolean {
    return this.#seekers.size > 0 && !this.#isClosed;
  }

  #create(savedState: Uint8Array | undefined): Running {
    const { clock, random, hasher, logger } = this.#host;
    const context = this.#context;
    const { udp, externalAddress, reachability } = context;
    const dht = new Dht({
      socket: { send: (data, to) => void udp.send(data, to) },
      clock,
      random,
      hasher,
      logger,
      addresses: {
        allows: (endpoint) => context.policy.allows(endpoint, 'dht'),
        identity: (endpoint) => context.policy.identity(endpoint),
      },
      bootstrap: context.settings().dhtBootstrap.flatMap((text) => bootstrapNode(text) ?? []),
      savedState,
      onQuery: ({ host }) => reachability.queryCame(host),
      onExternalAddress: (ip) => {
        const address = parseIp(ip);
        // One voter for the whole DHT: it has counted its nodes already.
        if (address) externalAddress.vote(address, 'dht');
      },
    });
    const { ipv4, ipv6 } = externalAddress;
    for (const ip of [ipv4, ipv6]) if (ip !== undefined) dht.setExternalAddress(ip);
    const stopListening = udp.on('krpc', (data, from) => {
      dht.receive(data, from);
    });
    return { dht, announcer: new DhtAnnouncer({ dht, clock, random }), stopListening };
  }

  #schedule(seeker: Seeker, { announcer }: Running): void {
    const { torrent } = seeker;
    seeker.schedule = announcer.add({
      infoHash: torrent.infoHash,
      announcement: () => {
        const port = this.#context.listenPort();
        return port === undefined ? undefined : { port, isSeed: torrent.isSeed() };
      },
      wantsSeeds: () => !torrent.isComplete(),
      onPeer: (peer) => {
        torrent.onPeer(peer);
      },
    });
  }

  #stop(): void {
    const running = this.#running;
    if (!running) return;
    this.#saveTimer?.cancel();
    this.#save(running);
    running.stopListening();
    running.announcer.close();
    running.dht.close();
    this.#running = undefined;
  }

  #saveLater(): void {
    this.#saveTimer = this.#host.clock.setTimer(SAVE_INTERVAL_MS, () => {
      if (!this.#running) return;
      this.#save(this.#running);
      this.#saveLater();
    });
  }

  #save({ dht }: Running): void {
    // Taken now: it may be written when the DHT is gone.
    const state = (this.#lastState = dht.saveState());
    this.#context.saveState(this.source, () => state);
  }
}

/** `host:port`; an IPv6 literal stands in brackets. */
export function bootstrapNode(text: string): Endpoint | undefined {
  const match = /^(?:\[([^\]]+)\]|([^:]+)):(\d{1,5})$/.exec(text.trim());
  return match ? endpointOf(match[1] ?? match[2] ?? '', Number(match[3])) : undefined;
}
