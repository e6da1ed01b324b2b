import { canonicalHost } from '../core/address-policy.js';
import type { IClock, ITimer } from '../interfaces/clock.js';
import type { IHasher } from '../interfaces/hasher.js';
import type { ILogger } from '../interfaces/logger.js';
import type { IRandom } from '../interfaces/random.js';
import type { Endpoint } from '../interfaces/socket.js';
import { familyOf, type IpFamily } from '../protocol/node-info.js';
import type { DhtAddresses } from './contacts.js';
import { DhtNode, type RunningSearch } from './dht-node.js';
import { OTHER_FAMILY_PATIENCE_MS } from './limits.js';
import type { Announcement, PeerSearchOptions, SearchSummary } from './peer-search.js';
import type { DatagramPort } from './rpc.js';
import { encodeSavedState, parseSavedState } from './saved-state.js';
import { type PeerCounts, ScrapeTally, type ScrapeResult } from './scrape.js';
import { UploadBudget } from './upload-budget.js';

export interface DhtOptions {
  /** One UDP port for both families; it may be shared with uTP and UDP trackers. */
  readonly socket: DatagramPort;
  readonly clock: IClock;
  readonly random: IRandom;
  readonly hasher: IHasher;
  readonly logger: ILogger;
  readonly addresses: DhtAddresses;
  /** BEP 43: for hosts that cannot be reached. Default false. */
  readonly isReadOnly?: boolean;
  /** Names and addresses of nodes to start from where nothing is saved. */
  readonly bootstrap: readonly Endpoint[];
  /** What {@link Dht.saveState} gave; damage is tolerated. */
  readonly savedState?: Uint8Array | undefined;
  /** A node asked us something; called for each query that is answered. */
  onQuery?(from: Endpoint): void;
  /** Most nodes agree that this is our address (BEP 42). May be called again and again. */
  onExternalAddress?(ip: string): void;
}

export interface FindPeersOptions {
  /** Announces us after the search. */
  readonly announce?: Announcement | undefined;
  /** Peers that are no seeds will do (BEP 33). */
  readonly noSeeds?: boolean;
  readonly signal?: AbortSignal;
  /** Distinct peers, as they are found. */
  onPeer(peer: Endpoint): void;
  /** Called once, unless aborted or closed. While no node is known, searches wait. */
  onDone?(summary: SearchSummary): void;
}

/** The DHT for a whole client: a node in the IPv4 network and one in the IPv6 network (BEP 32), over one port. */
export class Dht {
  readonly #clock: IClock;
  readonly #hasher: IHasher;
  readonly #nodes: Readonly<Record<IpFamily, DhtNode>>;
  /** Until then searches wait for a network where nobody answers yet; undefined until the other has been searched for the first time. */
  #joinedBy: number | undefined = -Infinity;

  constructor(options: DhtOptions) {
    this.#clock = options.clock;
    this.#hasher = options.hasher;
    const saved = options.savedState ? parseSavedState(options.savedState) : {};
    const upload = new UploadBudget(options.clock);
    const create = (family: IpFamily, other: IpFamily): DhtNode =>
      new DhtNode({
        ...options,
        family,
        upload,
        isReadOnly: options.isReadOnly ?? false,
        saved: saved[family],
        otherFamily: {
          closest: (target) => this.#nodes[other].closest(target),
          offer: (nodes) => this.#nodes[other].offer(nodes),
        },
        onQuery: (from) => options.onQuery?.(from),
        onExternalAddress: (ip) => options.onExternalAddress?.(ip),
      });
    this.#nodes = { 4: create(4, 6), 6: create(6, 4) };
  }

  /** Nodes that answer us. */
  get nodeCount(): number {
    return this.#nodes[4].nodeCount + this.#nodes[6].nodeCount;
  }

  /** Joins the network. */
  start(): void {
    this.#joinedBy = undefined;
    for (const node of this.#both()) node.start();
  }

  /** Our own network was gone, or is another one now: joins again, at once. Searches that wait go on with the first answer. */
  networkIsBack(): void {
    this.#joinedBy = undefined;
    for (const node of this.#both()) node.networkIsBack();
  }

  /**
   * Takes a datagram of the port, `from` an IP literal; whatever does not begin with `d` is for somebody else and ignored. `data` need
   * not outlive the call.
   */
  receive(data: Uint8Array, from: Endpoint): void {
    const family = familyOf(from.host);
    if (family) this.#nodes[family].receive(data, from);
  }

  /** Finds the peers of a torrent in both networks. Never for a private torrent (BEP 27): the caller knows. */
  findPeers(infoHash: Uint8Array, options: FindPeersOptions): void {
    const { announce, noSeeds } = options;
    const search = { infoHash, announce, noSeeds, onPeer: (peer: Endpoint) => options.onPeer(peer) };
    this.#search(search, (summary) => options.onDone?.(summary), options.signal);
  }

  /** About how many seeds and other peers there are (BEP 33); undefined when aborted. Waits while no node is known. */
  async scrape(
    infoHash: Uint8Array,
    options: { readonly signal?: AbortSignal } = {},
  ): Promise<ScrapeResult | undefined> {
    const { signal } = options;
    const tally = new ScrapeTally();
    const isDone = await new Promise<boolean>((resolve) => {
      signal?.addEventListener('abort', () => resolve(false), { once: true });
      const search = { infoHash, scrape: true, onCounts: (counts: PeerCounts) => tally.add(counts) };
      this.#search(search, () => resolve(true), signal);
    });
    return isDone ? tally.result(this.#hasher) : undefined;
  }

  /** A node that somebody named: a peer's PORT message, the `nodes` of a .torrent. It is asked whether it is there. */
  addNode(endpoint: Endpoint): void {
    // Whoever named it may spell an address as they like; the reply comes from how we spell it.
    const host = canonicalHost(endpoint.host);
    const family = familyOf(host);
    const nodes = family ? [this.#nodes[family]] : this.#both();
    for (const node of nodes) node.addNode({ host, port: endpoint.port });
  }

  /** Our address is known from elsewhere (a tracker, a vote of peers): BEP 42 ties the node id to it. */
  setExternalAddress(ip: string): void {
    for (const node of this.#both()) node.setExternalAddress(ip);
  }

  /** Ids and up to 400 nodes a family, for the next session. */
  saveState(): Uint8Array {
    return encodeSavedState({ 4: this.#nodes[4].save(), 6: this.#nodes[6].save() });
  }

  /** Ends everything without a word. Idempotent. */
  close(): void {
    for (const node of this.#both()) node.close();
  }

  #both(): readonly DhtNode[] {
    return [this.#nodes[4], this.#nodes[6]];
  }

  #search(
    search: Omit<PeerSearchOptions, 'onDone' | 'onSilence'>,
    onDone: (summary: SearchSummary) => void,
    signal: AbortSignal | undefined,
  ): void {
    if (signal?.aborted) return;
    const running = new Map<DhtNode, RunningSearch>();
    const summaries: SearchSummary[] = [];
    let patience: ITimer | undefined;
    const stop = (): void => {
      patience?.cancel();
      for (const one of running.values()) one.stop();
      running.clear();
    };
    signal?.addEventListener('abort', stop, { once: true });
    const finishIfDone = (): void => {
      const isBusy = [...running].some(([{ nodeCount }, one]) => nodeCount > 0 && !one.isWaiting());
      if (isBusy || summaries.length === 0) return;
      // A network where nobody answers does not keep the other waiting, but for a while after the start.
      const now = this.#clock.now();
      this.#joinedBy ??= now + OTHER_FAMILY_PATIENCE_MS;
      if (now < this.#joinedBy && [...running.keys()].some(({ nodeCount }) => nodeCount === 0)) {
        patience ??= this.#clock.setTimer(this.#joinedBy - now, finishIfDone);
        return;
      }
      stop();
      signal?.removeEventListener('abort', stop);
      onDone(mergeSummaries(summaries));
    };
    for (const node of this.#both()) {
      const onNodeDone = (summary: SearchSummary) => {
        summaries.push(summary);
        running.delete(node);
        finishIfDone();
      };
      running.set(node, node.findPeers({ ...search, onDone: onNodeDone, onSilence: finishIfDone }));
    }
  }
}

function mergeSummaries(summaries: readonly SearchSummary[]): SearchSummary {
  const sum = (of: (summary: SearchSummary) => number) => summaries.reduce((total, summary) => total + of(summary), 0);
  const rounds = Math.min(...summaries.map((summary) => summary.rounds ?? Infinity));
  return {
    answered: sum(({ answered }) => answered),
    peers: sum(({ peers }) => peers),
    announcedTo: sum(({ announcedTo }) => announcedTo),
    rounds: rounds === Infinity ? undefined : rounds,
  };
}
