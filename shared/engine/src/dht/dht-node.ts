import type { IClock } from '../interfaces/clock.js';
import type { IHasher } from '../interfaces/hasher.js';
import type { ILogger } from '../interfaces/logger.js';
import type { IRandom } from '../interfaces/random.js';
import type { Endpoint } from '../interfaces/socket.js';
import { isKrpc, parseKrpc } from '../protocol/krpc-parser.js';
import { KrpcError, type KrpcMessage, type KrpcQuery, type KrpcReply } from '../protocol/krpc.js';
import { familyOf, NODE_ID_BYTES, type IpFamily, type NodeInfo } from '../protocol/node-info.js';
import { formatEndpoint, formatIp, parseIp } from '../utils/ip-address.js';
import { AddressVotes } from './address-votes.js';
import { Bootstrap } from './bootstrap.js';
import { Contacts, type DhtAddresses } from './contacts.js';
import { FloodGuard } from './flood-guard.js';
import { K, MAX_STORED_PEERS } from './limits.js';
import { Maintenance } from './maintenance.js';
import { PeerSearch, type PeerSearchOptions } from './peer-search.js';
import { PeerStore } from './peer-store.js';
import { Responder } from './responder.js';
import { RoutingTable } from './routing-table.js';
import { Rpc, type DatagramPort } from './rpc.js';
import type { SavedTable } from './saved-state.js';
import { isSecureNodeId, secureNodeId } from './secure-node-id.js';
import { TokenStore } from './token-store.js';
import type { UploadBudget } from './upload-budget.js';

const LOG_SCOPE = 'dht';

export interface DhtNodeOptions {
  readonly family: IpFamily;
  readonly socket: DatagramPort;
  readonly clock: IClock;
  readonly random: IRandom;
  readonly hasher: IHasher;
  readonly logger: ILogger;
  readonly addresses: DhtAddresses;
  /** Shared by the nodes of both families. */
  readonly upload: UploadBudget;
  /** BEP 43: answers nobody, and says so. For hosts that cannot be reached. */
  readonly isReadOnly: boolean;
  readonly bootstrap: readonly Endpoint[];
  readonly saved: SavedTable | undefined;
  /** The node beside this one in the other family (BEP 32). */
  readonly otherFamily: {
    closest(target: Uint8Array): readonly NodeInfo[];
    offer(nodes: readonly NodeInfo[]): void;
  };
  /** A node asked us something; called for each query that is answered. */
  onQuery(from: Endpoint): void;
  /** Most nodes agree that this is our address. */
  onExternalAddress(ip: string): void;
}

/** A search under way. */
export interface RunningSearch {
  /** Nobody is being asked: no node is known, or none of them answered. */
  isWaiting(): boolean;
  /** Ends it without `onDone`. Idempotent. */
  stop(): void;
}

/** One node of the DHT of one address family (BEP 5): composes the parts and hands each datagram to its own. */
export class DhtNode {
  readonly #options: DhtNodeOptions;
  readonly #rpc: Rpc;
  readonly #table: RoutingTable;
  readonly #contacts: Contacts;
  readonly #peers: PeerStore;
  readonly #responder: Responder;
  readonly #bootstrap: Bootstrap;
  readonly #maintenance: Maintenance;
  readonly #floodGuard: FloodGuard;
  readonly #votes = new AddressVotes();
  readonly #searches = new Set<PeerSearch>();
  #id: Uint8Array;
  #isClosed = false;

  constructor(options: DhtNodeOptions) {
    const { family, clock, random, addresses, saved } = options;
    this.#options = options;
    this.#id = saved?.id ?? random.bytes(NODE_ID_BYTES);
    const ownId = () => this.#id;
    const identityOf = (endpoint: Endpoint) => addresses.identity(endpoint);
    this.#floodGuard = new FloodGuard(clock);
    this.#rpc = new Rpc({ ...options, identity: () => ({ id: this.#id, isReadOnly: options.isReadOnly }) });
    this.#table = new RoutingTable({ ownId: this.#id, clock, identityOf });
    this.#contacts = new Contacts({
      family,
      addresses,
      rpc: this.#rpc,
      table: this.#table,
      onReply: (reply, from) => this.#heardFrom(reply, from),
      onForeignNodes: (nodes) => options.otherFamily.offer(nodes),
    });
    this.#peers = new PeerStore(options);
    this.#responder = new Responder({
      family,
      ownId,
      identityOf,
      tokens: new TokenStore({ clock, random }),
      peers: this.#peers,
      closest: (target, wanted) => (wanted === family ? this.closest(target) : options.otherFamily.closest(target)),
    });
    const parts = { clock, random, ownId, contacts: this.#contacts, table: this.#table };
    const isAskable = ({ host }: Endpoint) => [undefined, family].includes(familyOf(host));
    this.#bootstrap = new Bootstrap({ ...parts, routers: options.bootstrap.filter(isAskable), want: [4, 6] });
    this.#maintenance = new Maintenance({ ...parts, bootstrap: this.#bootstrap });
    for (const node of saved?.nodes ?? []) if (addresses.allows(node.endpoint)) this.#table.restore(node);
  }

  get id(): Uint8Array {
    return this.#id;
  }

  /** Nodes that answer us. */
  get nodeCount(): number {
    return this.#table.goodCount;
  }

  /** No node is known, working or not: searches wait. */
  get isEmpty(): boolean {
    return this.#table.isEmpty;
  }

  start(): void {
    this.#bootstrap.join();
    this.#maintenance.start();
  }

  /** Takes a datagram of the port; those that are none of ours are ignored. `data` need not outlive the call. */
  receive(data: Uint8Array, from: Endpoint): void {
    const { addresses } = this.#options;
    if (this.#isClosed || !isKrpc(data) || !addresses.allows(from)) return;
    const identity = addresses.identity(from);
    if (!this.#floodGuard.admits(identity)) return;
    const message = this.#parse(data, from);
    if (!message) return;
    if (message.type === 'query') this.#answer(message, from);
    else if (this.#rpc.settle(message, from)) this.#floodGuard.forgive(identity);
  }

  /** Finds peers and announces us, as `options` say. */
  findPeers(options: PeerSearchOptions): RunningSearch {
    const { infoHash } = options;
    const own = {
      id: () => this.#id,
      peers: () => this.#peers.pick(infoHash, MAX_STORED_PEERS, { noSeeds: false }),
      counts: () => {
        const filters = this.#peers.filters(infoHash);
        return filters && { seedFilter: filters.seeds, peerFilter: filters.peers };
      },
    };
    const searchOptions: PeerSearchOptions = {
      ...options,
      onPeer: (peer) => {
        if (this.#options.addresses.allows(peer)) options.onPeer?.(peer);
      },
      onDone: (summary) => {
        this.#searches.delete(search);
        options.onDone?.(summary);
      },
    };
    const search = new PeerSearch(this.#contacts, searchOptions, own);
    this.#searches.add(search);
    if (!this.#table.isEmpty) search.run();
    return {
      isWaiting: () => search.isWaiting,
      stop: () => {
        this.#searches.delete(search);
        search.stop();
      },
    };
  }

  /** A node that somebody named: a peer's PORT message, the `nodes` of a .torrent. It is asked whether it is there. */
  addNode(endpoint: Endpoint): void {
    if (!this.#isClosed) this.#contacts.introduce(endpoint);
  }

  /** Nodes that the other family heard of; welcome while there are few. */
  offer(nodes: readonly NodeInfo[]): void {
    if (this.#table.goodCount < K) for (const { endpoint } of nodes) this.addNode(endpoint);
  }

  /** At most 8 good nodes. */
  closest(target: Uint8Array): readonly NodeInfo[] {
    return this.#table.closest(target, K, { onlyGood: true });
  }

  /** Takes an id that belongs to our address (BEP 42), if the present one does not. */
  setExternalAddress(host: string): void {
    const ip = parseIp(host);
    if (!ip || familyOf(host) !== this.#options.family || isSecureNodeId(this.#id, ip)) return;
    this.#options.logger.info(LOG_SCOPE, `a new node id for ${formatIp(ip)}`);
    this.#id = secureNodeId(ip, this.#options.random);
    this.#table.moveTo(this.#id);
    this.#bootstrap.join();
  }

  /** What was asked in the meantime was lost: joins again, at once. */
  networkIsBack(): void {
    this.#bootstrap.rejoin();
  }

  save(): SavedTable {
    return { id: this.#id, nodes: this.#table.nodes() };
  }

  /** Ends all searches without a word. Idempotent. */
  close(): void {
    this.#isClosed = true;
    for (const search of this.#searches) search.stop();
    this.#searches.clear();
    this.#bootstrap.close();
    this.#maintenance.close();
    this.#rpc.close();
  }

  #parse(data: Uint8Array, from: Endpoint): KrpcMessage | undefined {
    try {
      return parseKrpc(data);
    } catch (error) {
      if (!(error instanceof KrpcError)) throw error;
      this.#options.logger.debug(LOG_SCOPE, `ignored a message of ${formatEndpoint(from)}: ${error.code}`);
      return undefined;
    }
  }

  #answer(query: KrpcQuery, from: Endpoint): void {
    if (this.#options.isReadOnly) return;
    this.#options.onQuery(from);
    this.#rpc.answer(this.#responder.answer(query, from), from);
    const isWelcome = !query.isReadOnly && this.#table.queried({ id: query.id, endpoint: from });
    if (isWelcome) this.#contacts.introduce(from);
  }

  #heardFrom({ externalIp }: KrpcReply, from: Endpoint): void {
    const { addresses, family } = this.#options;
    if (externalIp !== undefined && familyOf(externalIp) === family) {
      const winner = this.#votes.add(externalIp, addresses.identity(from));
      if (winner !== undefined) {
        this.#options.onExternalAddress(winner);
        this.setExternalAddress(winner);
      }
    }
    for (const search of this.#searches) search.run();
  }
}
