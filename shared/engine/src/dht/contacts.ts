import type { DatagramTarget, Endpoint } from '../interfaces/socket.js';
import type { KrpcQueryBody, KrpcReply } from '../protocol/krpc.js';
import { familyOf, type IpFamily, type NodeInfo } from '../protocol/node-info.js';
import { K, MAX_INTRODUCTIONS } from './limits.js';
import { Lookup } from './lookup.js';
import type { RoutingTable } from './routing-table.js';
import type { Rpc } from './rpc.js';
import type { QueryHandlers } from './transactions.js';

/** Which addresses the DHT may talk to, and which of them count as one node; `AddressPolicy` knows. */
export interface DhtAddresses {
  allows(endpoint: Endpoint): boolean;
  identity(endpoint: Endpoint): string;
}

interface ContactsOptions {
  readonly family: IpFamily;
  readonly rpc: Rpc;
  readonly table: RoutingTable;
  readonly addresses: DhtAddresses;
  /** A node answered. */
  onReply(reply: KrpcReply, from: Endpoint): void;
  /** Nodes of the other family came with an answer (BEP 32). */
  onForeignNodes(nodes: readonly NodeInfo[]): void;
}

/** Asks nodes, and tells the routing table how they did. */
export class Contacts {
  readonly #options: ContactsOptions;
  #introductions = 0;

  constructor(options: ContactsOptions) {
    this.#options = options;
  }

  /** Asks a node whose id is known. */
  ask(node: NodeInfo, body: KrpcQueryBody, handlers?: QueryHandlers): void {
    const { rpc, table } = this.#options;
    rpc.query(node.endpoint, body, {
      onReply: (reply, from) => {
        this.#answered(reply, from);
        handlers?.onReply(reply, from);
      },
      onSlow: () => handlers?.onSlow?.(),
      onFailed: () => {
        table.failed(node);
        handlers?.onFailed();
      },
    });
  }

  /** Asks who answers at an address. A name may stand for a public router, which is no node of ours: it stays out of the table. */
  askStranger(endpoint: Endpoint, body: KrpcQueryBody, handlers: Omit<QueryHandlers, 'onSlow'>): void {
    this.#options.rpc.query(this.#inOurFamily(endpoint), body, {
      onReply: (reply, from) => {
        if (familyOf(endpoint.host)) this.#answered(reply, from);
        handlers.onReply(reply, from);
      },
      onFailed: () => handlers.onFailed(),
    });
  }

  /** Pings an address that somebody named, to take it into the table if it answers. Too many at a time are ignored. */
  introduce(endpoint: Endpoint): void {
    const family = familyOf(endpoint.host);
    const isOurs =
      family === undefined || (family === this.#options.family && this.#options.addresses.allows(endpoint));
    if (!isOurs || this.#introductions >= MAX_INTRODUCTIONS) return;
    this.#introductions++;
    this.#options.rpc.query(
      this.#inOurFamily(endpoint),
      { method: 'ping' },
      {
        onReply: (reply, from) => {
          this.#introductions--;
          this.#answered(reply, from);
        },
        onFailed: () => {
          this.#introductions--;
        },
      },
    );
  }

  /** A lookup that begins with `start`, by default the closest nodes of the table. */
  lookup(options: {
    readonly target: Uint8Array;
    readonly body: KrpcQueryBody;
    readonly start?: readonly NodeInfo[];
    onReply?(reply: KrpcReply, node: NodeInfo, round: number): void;
    onDone(lookup: Lookup): void;
  }): Lookup {
    const { target, body } = options;
    const lookup: Lookup = new Lookup({
      target,
      ask: (node, handlers) => this.ask(node, body, handlers),
      nodesOf: (reply) => this.nodesOf(reply),
      identityOf: (endpoint) => this.#options.addresses.identity(endpoint),
      onReply: (reply, node, round) => options.onReply?.(reply, node, round),
      onDone: () => options.onDone(lookup),
    });
    // More than eight, for some of them may be gone.
    lookup.start(options.start ?? this.#options.table.closest(target, 4 * K, { onlyGood: false }));
    return lookup;
  }

  /** The nodes of a reply that may be asked, which the table hears of; those of the other family go to its own node. */
  nodesOf(reply: KrpcReply): readonly NodeInfo[] {
    const { family, addresses, table } = this.#options;
    const foreign = family === 4 ? reply.nodes6 : reply.nodes;
    if (foreign && foreign.length > 0) this.#options.onForeignNodes(foreign);
    const own = (family === 4 ? reply.nodes : reply.nodes6) ?? [];
    // An IPv4 address in IPv6 clothes belongs to the other network.
    const isOurs = ({ endpoint }: NodeInfo) => family === 4 || familyOf(endpoint.host) === family;
    const isUsable = (node: NodeInfo) => isOurs(node) && table.isOther(node) && addresses.allows(node.endpoint);
    const usable = own.filter(isUsable);
    for (const node of usable) table.heardOf(node);
    return usable;
  }

  /** A name may stand for addresses of both families, of which ours are asked. */
  #inOurFamily(endpoint: Endpoint): DatagramTarget {
    return familyOf(endpoint.host) ? endpoint : { ...endpoint, family: this.#options.family };
  }

  #answered(reply: KrpcReply, from: Endpoint): void {
    this.#options.table.replied({ id: reply.id, endpoint: from });
    this.#options.onReply(reply, from);
  }
}
