import type { Endpoint } from '../interfaces/socket.js';
import type { KrpcReply } from '../protocol/krpc.js';
import type { NodeInfo } from '../protocol/node-info.js';
import { equalBytes } from '../utils/bytes.js';
import { ALPHA, K, MAX_CANDIDATES, MAX_LOOKUP_QUERIES } from './limits.js';
import { compareDistance } from './node-id.js';
import type { QueryHandlers } from './transactions.js';

interface Candidate {
  readonly node: NodeInfo;
  /** 1 for those we knew, n + 1 for those that one of round n named. */
  readonly round: number;
  state: 'fresh' | 'asked' | 'slow' | 'answered' | 'failed';
  /** One datagram lost must not hide one of the closest nodes: a slow one is asked a second time before the end. */
  wasRetried: boolean;
}

/** What a lookup needs to know of its surroundings. */
export interface LookupOptions {
  readonly target: Uint8Array;
  /** Sends the query of this lookup to one node. */
  ask(node: NodeInfo, handlers: QueryHandlers): void;
  /** The nodes of a reply that may be asked. */
  nodesOf(reply: KrpcReply): readonly NodeInfo[];
  /** What counts as one node. */
  identityOf(endpoint: Endpoint): string;
  onReply?(reply: KrpcReply, node: NodeInfo, round: number): void;
  /** Called once, unless stopped before. */
  onDone(): void;
}

/**
 * Walks towards a target (BEP 5): always asks the closest nodes known, five at a time, until the eight closest that live have answered,
 * or 200 queries were sent. A node that is slow or fails gives its place to the next.
 */
export class Lookup {
  readonly #options: LookupOptions;
  /** Closest first. */
  readonly #candidates: Candidate[] = [];
  readonly #identities = new Set<string>();
  #state: 'idle' | 'running' | 'done' = 'idle';
  #queries = 0;

  constructor(options: LookupOptions) {
    this.#options = options;
  }

  /** Nodes that answered. */
  get answered(): number {
    return this.#candidates.filter(({ state }) => state === 'answered').length;
  }

  /** Whether `id` would be one of the eight closest nodes that answered. */
  isAmongClosest(id: Uint8Array): boolean {
    const closest = this.#candidates.filter(({ state }) => state === 'answered').slice(0, K);
    const last = closest[K - 1];
    return !last || compareDistance(this.#options.target, id, last.node.id) < 0;
  }

  /** Begins; without any node to ask it ends at once, but never before this returns. */
  start(nodes: readonly NodeInfo[]): void {
    for (const node of nodes) this.#add(node, 1);
    this.#state = 'running';
    queueMicrotask(() => this.#proceed());
  }

  /** Takes in further nodes from outside; those of a lookup that is over are ignored. */
  add(nodes: readonly NodeInfo[]): void {
    if (this.#state !== 'running') return;
    for (const node of nodes) this.#add(node, 1);
    this.#proceed();
  }

  /** Ends it without `onDone`. Replies still under way are ignored. */
  stop(): void {
    this.#state = 'done';
  }

  #add(node: NodeInfo, round: number): void {
    const identity = this.#options.identityOf(node.endpoint);
    if (this.#identities.has(identity)) return;
    const candidate: Candidate = { node, round, state: 'fresh', wasRetried: false };
    if (!this.#place(candidate)) return;
    this.#identities.add(identity);
  }

  /** Puts a candidate where it belongs; false when there is no room so far from the target. */
  #place(candidate: Candidate): boolean {
    const { target } = this.#options;
    const isFarther = (other: Candidate) => compareDistance(target, other.node.id, candidate.node.id) > 0;
    const index = this.#candidates.findIndex(isFarther);
    if (index < 0 && this.#candidates.length >= MAX_CANDIDATES) return false;
    this.#candidates.splice(index < 0 ? this.#candidates.length : index, 0, candidate);
    if (this.#candidates.length > MAX_CANDIDATES) {
      const dropped = this.#candidates.pop() as Candidate;
      this.#identities.delete(this.#options.identityOf(dropped.node.endpoint));
    }
    return true;
  }

  #proceed(): void {
    if (this.#state !== 'running') return;
    let free = ALPHA - this.#candidates.filter(({ state }) => state === 'asked').length;
    let answered = 0;
    let waiting = 0;
    const silent: Candidate[] = [];
    for (const candidate of [...this.#candidates]) {
      if (answered >= K) break;
      if (candidate.state === 'answered') answered++;
      else if (candidate.state === 'asked') waiting++;
      else if (candidate.state === 'slow') silent.push(candidate);
      else if (candidate.state === 'fresh' && this.#queries < MAX_LOOKUP_QUERIES) {
        waiting++;
        if (free-- > 0) this.#ask(candidate);
      }
    }
    if (waiting === 0) this.#end(answered, silent);
  }

  /** Nobody is left to ask for the first time; `silent` are the slow ones among the closest. */
  #end(answered: number, silent: readonly Candidate[]): void {
    const retried = silent
      .filter(({ wasRetried }) => !wasRetried)
      .slice(0, Math.min(K, MAX_LOOKUP_QUERIES - this.#queries));
    for (const candidate of retried) {
      candidate.wasRetried = true;
      this.#ask(candidate);
    }
    // Slow nodes are worth waiting for any longer only where nobody else answered.
    if (retried.length > 0 || (answered === 0 && silent.length > 0)) return;
    this.#state = 'done';
    this.#options.onDone();
  }

  #ask(candidate: Candidate): void {
    candidate.state = 'asked';
    this.#queries++;
    const move = (state: Candidate['state']): void => {
      if (candidate.state !== 'answered') candidate.state = state;
      this.#proceed();
    };
    this.#options.ask(candidate.node, {
      onReply: (reply, from) => {
        if (this.#state === 'running' && candidate.state !== 'answered') this.#take(reply, candidate, from);
        this.#proceed();
      },
      onSlow: () => move('slow'),
      onFailed: () => move('failed'),
    });
  }

  #take(reply: KrpcReply, candidate: Candidate, endpoint: Endpoint): void {
    const { node, round } = candidate;
    if (equalBytes(reply.id, node.id)) candidate.state = 'answered';
    else this.#replace(candidate, { id: reply.id, endpoint });
    this.#options.onReply?.(reply, { id: reply.id, endpoint }, round);
    for (const next of this.#options.nodesOf(reply)) this.#add(next, round + 1);
  }

  /** A node that has changed its id stands elsewhere. */
  #replace(old: Candidate, node: NodeInfo): void {
    const index = this.#candidates.indexOf(old);
    if (index >= 0) this.#candidates.splice(index, 1);
    old.state = 'answered';
    this.#place({ ...old, node });
  }
}
