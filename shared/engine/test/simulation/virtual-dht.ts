import { Dht } from '../../src/dht/dht.js';
import { secureNodeId } from '../../src/dht/secure-node-id.js';
import { encodeSavedState } from '../../src/dht/saved-state.js';
import type { SearchSummary } from '../../src/dht/peer-search.js';
import type { Endpoint, IUdpSocket } from '../../src/interfaces/socket.js';
import { parseIp } from '../../src/utils/ip-address.js';
import { MemoryHasher, SeededRandom, SilentLogger, VirtualClock, VirtualNetwork } from '../mocks/index.js';
import type { VirtualHost } from '../mocks/index.js';

const PORT = 6881;
/** 20 % of all datagrams are lost, whichever way they go: half at each end. */
const END_LOSS_RATE = 1 - Math.sqrt(0.8);
/** Nodes that everybody starts from, as public routers do it. */
const ROUTERS = 4;

export interface VirtualDhtNode {
  readonly host: VirtualHost;
  readonly socket: IUdpSocket;
  readonly dht: Dht;
  readonly endpoint: Endpoint;
}

/** How a search went, and what it cost in virtual time. */
export interface SearchOutcome {
  readonly peers: readonly Endpoint[];
  readonly firstPeerMs: number | undefined;
  readonly summary: SearchSummary;
}

/** A DHT of whole nodes on the virtual network, with losses and delays like those of the public one. */
export class VirtualDht {
  readonly clock = new VirtualClock();
  readonly random: SeededRandom;
  readonly nodes: VirtualDhtNode[] = [];
  /** By all nodes together, lost ones included. */
  readonly sent = { datagrams: 0, bytes: 0 };
  readonly #network: VirtualNetwork;
  #hosts = 0;

  constructor(options: { readonly seed: number }) {
    this.random = new SeededRandom(options.seed);
    this.#network = new VirtualNetwork({ clock: this.clock, random: this.random });
  }

  /** Starts a node. Without a saved state it has the id of its address and starts from the routers. */
  async start(
    options: { readonly savedState?: Uint8Array; readonly host?: VirtualHost } = {},
  ): Promise<VirtualDhtNode> {
    const latencyMs = 10 + this.random.integer(90);
    const host = options.host ?? this.#network.host(this.#nextAddress(), { latencyMs, lossRate: END_LOSS_RATE });
    const socket = await host.bindUdp({ port: PORT });
    const id = secureNodeId(parseIp(host.ip) ?? new Uint8Array(), this.random);
    const send = (data: Uint8Array, to: Endpoint): void => {
      this.sent.datagrams++;
      this.sent.bytes += data.length;
      socket.send(data, to);
    };
    const dht = new Dht({
      socket: { send },
      clock: this.clock,
      random: this.random,
      hasher: new MemoryHasher(),
      logger: new SilentLogger(),
      addresses: { allows: () => true, identity: (endpoint) => endpoint.host },
      bootstrap: this.nodes.slice(0, ROUTERS).map(({ endpoint }) => endpoint),
      savedState: options.savedState ?? encodeSavedState({ 4: { id, nodes: [] } }),
    });
    const handlers = {
      onMessage: (data: Uint8Array, from: Endpoint) => dht.receive(data, from),
      onClose: () => undefined,
    };
    socket.setHandlers(handlers);
    dht.start();
    const node = { host, socket, dht, endpoint: { host: host.ip, port: PORT } };
    this.nodes.push(node);
    return node;
  }

  /** Ends a node without a word; the others find out for themselves. */
  stop(node: VirtualDhtNode): void {
    node.dht.close();
    node.socket.close();
    this.nodes.splice(this.nodes.indexOf(node), 1);
  }

  /** Starts `count` nodes, a few at a time, and lets them find each other. */
  async grow(count: number): Promise<void> {
    for (let index = 0; index < count; index++) {
      await this.start();
      await this.clock.advance(30);
    }
    await this.clock.advance(10_000);
  }

  /** Searches, and announces `port` if given; settles when it is over, so the clock must be moved meanwhile. */
  async search(node: VirtualDhtNode, infoHash: Uint8Array, port?: number): Promise<SearchOutcome> {
    const startedAt = this.clock.now();
    const peers: Endpoint[] = [];
    let firstPeerMs: number | undefined;
    const summary = await new Promise<SearchSummary>((resolve) => {
      node.dht.findPeers(infoHash, {
        announce: port === undefined ? undefined : { port },
        onPeer: (peer) => {
          firstPeerMs ??= this.clock.now() - startedAt;
          peers.push(peer);
        },
        onDone: resolve,
      });
    });
    return { peers, firstPeerMs, summary };
  }

  close(): void {
    for (const { dht } of this.nodes) dht.close();
  }

  /** Addresses of many networks, each its own. */
  #nextAddress(): string {
    const index = this.#hosts++;
    return `${20 + (index % 60)}.${(index * 7) % 250}.${index >> 8}.${1 + ((index & 0xff) % 250)}`;
  }
}
