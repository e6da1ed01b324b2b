import type { Endpoint } from '../interfaces/socket.js';
import type { KrpcReply } from '../protocol/krpc.js';
import type { NodeInfo } from '../protocol/node-info.js';
import { formatEndpoint } from '../utils/ip-address.js';
import type { Contacts } from './contacts.js';
import { K, MAX_FOUND_PEERS } from './limits.js';
import type { Lookup } from './lookup.js';
import { compareDistance } from './node-id.js';
import type { PeerCounts } from './scrape.js';

/** What is announced after a search, to the eight closest nodes. */
export interface Announcement {
  /** The TCP port that peers reach us at: 1 to 65535. */
  readonly port: number;
  /** Whoever stores us takes the port that our datagrams come from instead, which a NAT may have changed (BEP 5). */
  readonly impliedPort?: boolean;
  readonly isSeed?: boolean;
}

/** How a search went. */
export interface SearchSummary {
  /** Nodes that answered. */
  readonly answered: number;
  /** Distinct peers found. */
  readonly peers: number;
  /** Steps from our own table to the first node that knew a peer, 0 when we are that node; undefined when nobody did. */
  readonly rounds: number | undefined;
  /** Nodes that were sent an announce. */
  readonly announcedTo: number;
}

export interface PeerSearchOptions {
  readonly infoHash: Uint8Array;
  readonly announce?: Announcement | undefined;
  /** Peers that are no seeds will do (BEP 33). */
  readonly noSeeds?: boolean | undefined;
  /** Ask for the bloom filters of BEP 33. */
  readonly scrape?: boolean | undefined;
  onPeer?(peer: Endpoint): void;
  /** What each node that answered knows, and what we know ourselves where we are one of the eight closest. */
  onCounts?(counts: PeerCounts): void;
  /** Called once, unless stopped before. */
  onDone?(summary: SearchSummary): void;
  /** Nobody answered; it goes on when somebody does. May be called again and again. */
  onSilence?(): void;
}

/** Who announced themselves to us, for the torrent of a search. */
export interface OwnStore {
  id(): Uint8Array;
  peers(): readonly Endpoint[];
  counts(): PeerCounts | undefined;
}

/** Finds the peers of one torrent (get_peers) and then announces us (announce_peer). Waits while no node is known. */
export class PeerSearch {
  readonly #contacts: Contacts;
  readonly #options: PeerSearchOptions;
  readonly #own: OwnStore;
  readonly #found = new Set<string>();
  #writable: { readonly node: NodeInfo; readonly token: Uint8Array }[] = [];
  #lookup: Lookup | undefined;
  #rounds: number | undefined;
  #isOver = false;

  /** `own`: we are a node like those that are asked. */
  constructor(contacts: Contacts, options: PeerSearchOptions, own: OwnStore) {
    this.#contacts = contacts;
    this.#options = options;
    this.#own = own;
  }

  /** Ended or stopped. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Nobody is being asked: no node is known, or none of them answered. */
  get isWaiting(): boolean {
    return !this.#isOver && !this.#lookup;
  }

  /** Begins, or begins again after nobody had answered; does nothing while it runs. Call it whenever a node is known. */
  run(): void {
    if (this.#isOver || this.#lookup) return;
    const { infoHash, noSeeds, scrape } = this.#options;
    this.#lookup = this.#contacts.lookup({
      target: infoHash,
      body: { method: 'get_peers', infoHash, noSeeds, scrape },
      onReply: (reply, node, round) => this.#take(reply, node, round),
      onDone: (lookup) => this.#finish(lookup),
    });
  }

  /** Ends it without `onDone`. Idempotent. */
  stop(): void {
    this.#isOver = true;
    this.#lookup?.stop();
  }

  #take(reply: KrpcReply, node: NodeInfo, round: number): void {
    if (reply.token) this.#writable.push({ node, token: reply.token });
    this.#options.onCounts?.(reply);
    this.#passAll(reply.values ?? [], round);
  }

  #passAll(peers: readonly Endpoint[], round: number): void {
    if (peers.length > 0) this.#rounds = Math.min(this.#rounds ?? round, round);
    for (const peer of peers) this.#pass(peer);
  }

  #pass(peer: Endpoint): void {
    const key = formatEndpoint(peer);
    if (this.#isOver || this.#found.has(key) || this.#found.size >= MAX_FOUND_PEERS) return;
    this.#found.add(key);
    this.#options.onPeer?.(peer);
  }

  #finish(lookup: Lookup): void {
    this.#lookup = undefined;
    if (lookup.answered === 0) {
      this.#options.onSilence?.();
      return;
    }
    // In a network of a few we are among the closest nodes ourselves.
    this.#passAll(this.#own.peers(), 0);
    const counts = lookup.isAmongClosest(this.#own.id()) && this.#own.counts();
    if (counts) this.#options.onCounts?.(counts);
    if (this.#isOver) return;
    this.#isOver = true;
    const announcedTo = this.#announce();
    const summary = { answered: lookup.answered, peers: this.#found.size, rounds: this.#rounds, announcedTo };
    this.#options.onDone?.(summary);
  }

  #announce(): number {
    const { infoHash, announce } = this.#options;
    if (!announce) return 0;
    const closest = this.#writable.sort((a, b) => compareDistance(infoHash, a.node.id, b.node.id)).slice(0, K);
    for (const { node, token } of closest) {
      const body = { method: 'announce_peer', infoHash, token, ...announce } as const;
      // Once more where no reply comes: it does no harm twice.
      const onSlow = (): void => this.#contacts.ask(node, body);
      this.#contacts.ask(node, body, { onReply: () => undefined, onSlow, onFailed: () => undefined });
    }
    return closest.length;
  }
}
