import type { IClock } from '../interfaces/clock.js';
import type { Endpoint } from '../interfaces/socket.js';
import type { NodeInfo } from '../protocol/node-info.js';
import { equalBytes } from '../utils/bytes.js';
import { Bucket } from './bucket.js';
import { BAD_FAILS, FRESH_MS, MAX_FAILS, RECHECK_MS } from './limits.js';
import { compareDistance, sharedPrefixBits } from './node-id.js';
import { isBad, isGood, isSame, lastHeardAt, type TableNode } from './table-node.js';

/**
 * The nodes we know, in buckets by how many leading bits they share with our own id (BEP 5; what splitting full buckets leads to in
 * the end). One node an identity (an IP address in public use). Nodes get in by answering us, from an earlier session or, where there is room, by hearsay.
 */
export class RoutingTable {
  readonly #clock: IClock;
  readonly #identityOf: (endpoint: Endpoint) => string;
  readonly #buckets: Bucket[] = [];
  readonly #byIdentity = new Map<string, TableNode>();
  #ownId: Uint8Array;

  constructor(options: {
    readonly ownId: Uint8Array;
    readonly clock: IClock;
    readonly identityOf: (endpoint: Endpoint) => string;
  }) {
    this.#ownId = options.ownId;
    this.#clock = options.clock;
    this.#identityOf = options.identityOf;
  }

  /** Nodes that have answered us and still do. */
  get goodCount(): number {
    let count = 0;
    for (const bucket of this.#buckets) count += bucket.nodes.filter(isGood).length;
    return count;
  }

  get isEmpty(): boolean {
    return this.#byIdentity.size === 0;
  }

  /** Whether a node is not ourselves. */
  isOther({ id }: NodeInfo): boolean {
    return !equalBytes(id, this.#ownId);
  }

  /** Adds a node of an earlier session: given to nobody until it answers. */
  restore(info: NodeInfo): void {
    this.#tryInsert(info, MAX_FAILS);
  }

  /** Adds a node that another one named, where there is room: given to nobody until it answers, and soon forgotten if it does not. */
  heardOf(info: NodeInfo): void {
    this.#tryInsert(info, BAD_FAILS);
  }

  /** A node answered us. Returns whether it is new here. */
  replied(info: NodeInfo): boolean {
    if (!this.isOther(info)) return false;
    const now = this.#clock.now();
    const identity = this.#identityOf(info.endpoint);
    const known = this.#byIdentity.get(identity);
    if (known && isSame(known, info)) {
      known.repliedAt = now;
      known.fails = 0;
      known.patience = MAX_FAILS;
      this.#bucketOf(known.id).changedAt = now;
      return false;
    }
    // An address that already has a working node gets no second one.
    if (known && isGood(known) && known.endpoint.port !== info.endpoint.port) return false;
    if (known) this.#remove(known);
    const node = this.#createNode(info, MAX_FAILS);
    node.repliedAt = now;
    this.#insert(node);
    return true;
  }

  /**
   * A node asked us something. Returns whether it is worth an introduction: it never answered us and there would be room, or it has
   * another id than before.
   */
  queried(info: NodeInfo): boolean {
    if (!this.isOther(info)) return false;
    const known = this.#byIdentity.get(this.#identityOf(info.endpoint));
    if (known && isSame(known, info)) {
      const isFirstSign = lastHeardAt(known) === -Infinity && known.queriedAt === -Infinity;
      known.queriedAt = this.#clock.now();
      return isFirstSign;
    }
    if (known) return known.endpoint.port === info.endpoint.port;
    return this.#buckets[sharedPrefixBits(this.#ownId, info.id)]?.hasRoom ?? true;
  }

  /** A node did not answer. */
  failed(info: NodeInfo): void {
    const known = this.#byIdentity.get(this.#identityOf(info.endpoint));
    if (!known || !isSame(known, info)) return;
    known.fails++;
    const bucket = this.#bucketOf(known.id);
    // While nobody answers the network is more likely gone than all nodes: those that ever answered are kept for its return.
    const isGivenUp = known.fails >= known.patience && (known.patience < MAX_FAILS || this.goodCount > 0);
    if (isGivenUp || (isBad(known) && bucket.hasSpare)) this.#remove(known);
  }

  /** At most `count` nodes closest to `target`, closest first; `onlyGood` leaves out those that have not answered or fail. */
  closest(target: Uint8Array, count: number, options: { readonly onlyGood: boolean }): NodeInfo[] {
    const found: NodeInfo[] = [];
    const take = (nodes: readonly TableNode[]): void => {
      const eligible = options.onlyGood ? nodes.filter(isGood) : [...nodes];
      found.push(...eligible.sort((a, b) => compareDistance(target, a.id, b.id)));
    };
    // Bucket `shared` has the target's next bit too; deeper ones share as much as we do; the others ever less.
    const shared = sharedPrefixBits(this.#ownId, target);
    take(this.#buckets[shared]?.nodes ?? []);
    if (found.length < count) take(this.#buckets.slice(shared + 1).flatMap(({ nodes }) => nodes));
    for (let bits = Math.min(shared, this.#buckets.length) - 1; bits >= 0 && found.length < count; bits--) {
      take(this.#buckets[bits]?.nodes ?? []);
    }
    return found.slice(0, count);
  }

  /** The node whose state is in doubt for longest, now marked as being checked; undefined when there is none. */
  takeDoubtful(): NodeInfo | undefined {
    const now = this.#clock.now();
    let chosen: TableNode | undefined;
    for (const { nodes } of this.#buckets) {
      for (const node of nodes) {
        const isDoubtful = node.fails > 0 || now - lastHeardAt(node) >= FRESH_MS;
        if (!isDoubtful || now - node.checkedAt < RECHECK_MS) continue;
        if (!chosen || node.checkedAt < chosen.checkedAt) chosen = node;
      }
    }
    if (chosen) chosen.checkedAt = now;
    return chosen;
  }

  /**
   * How many bits the ids of a bucket share with ours that has nodes but saw no change for 15 minutes, now marked as being refreshed;
   * undefined when there is none.
   */
  takeStale(): number | undefined {
    const now = this.#clock.now();
    const bits = this.#buckets.findIndex(({ nodes, changedAt }) => nodes.length > 0 && now - changedAt >= FRESH_MS);
    const bucket = this.#buckets[bits];
    if (!bucket) return undefined;
    bucket.changedAt = now;
    return bits;
  }

  /** All nodes, those that work first. */
  nodes(): NodeInfo[] {
    const nodes = this.#buckets.flatMap((bucket) => bucket.nodes);
    return nodes.sort((a, b) => a.fails - b.fails || lastHeardAt(b) - lastHeardAt(a));
  }

  /** Sorts everything anew around another id of our own. */
  moveTo(ownId: Uint8Array): void {
    const nodes = this.#buckets.flatMap((bucket) => bucket.nodes);
    this.#ownId = ownId;
    this.#buckets.length = 0;
    this.#byIdentity.clear();
    for (const node of nodes) if (this.isOther(node)) this.#insert(node);
  }

  #bucketOf(id: Uint8Array): Bucket {
    const bits = sharedPrefixBits(this.#ownId, id);
    while (this.#buckets.length <= bits) this.#buckets.push(new Bucket(this.#buckets.length, this.#clock.now()));
    return this.#buckets[bits] as Bucket;
  }

  #createNode({ id, endpoint }: NodeInfo, patience: number): TableNode {
    const identity = this.#identityOf(endpoint);
    const never = -Infinity;
    return { id, endpoint, identity, repliedAt: never, queriedAt: never, checkedAt: never, fails: 0, patience };
  }

  #tryInsert(info: NodeInfo, patience: number): void {
    if (!this.isOther(info) || this.#byIdentity.has(this.#identityOf(info.endpoint))) return;
    this.#insert(this.#createNode(info, patience));
  }

  /** A spare is not in the index: its address may still get a place elsewhere. */
  #insert(node: TableNode): void {
    const bucket = this.#bucketOf(node.id);
    const { isIn, replaced } = bucket.insert(node);
    if (replaced) this.#byIdentity.delete(replaced.identity);
    if (!isIn) return;
    bucket.changedAt = this.#clock.now();
    this.#byIdentity.set(node.identity, node);
  }

  #remove(node: TableNode): void {
    this.#byIdentity.delete(node.identity);
    const bucket = this.#bucketOf(node.id);
    bucket.remove(node);
    for (let spare = bucket.takeSpare(); spare; spare = bucket.takeSpare()) {
      if (this.#byIdentity.has(spare.identity)) continue;
      this.#insert(spare);
      break;
    }
  }
}
