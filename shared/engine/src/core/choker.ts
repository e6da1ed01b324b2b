import type { IRandom } from '../interfaces/random.js';
import { rateBasedSlots } from './rate-based-slots.js';
import { type SeededPeer, SeedingRanks } from './seeding-ranks.js';
import type { SeedingOrder } from './settings.js';

/** How often the caller asks for a round. */
export const UNCHOKE_INTERVAL_MS = 15_000;
const OPTIMISTIC_INTERVAL_MS = 30_000;
/** One slot in so many is optimistic, but at least one. */
const SLOTS_PER_OPTIMISTIC = 5;

/** One connected peer of any torrent, as the choker sees it. */
export interface ChokerPeer<Key> extends SeededPeer<Key> {
  /** The peer wants something from us. */
  readonly isInterested: boolean;
  /** Its torrent is complete here, so there is nothing to reciprocate. */
  readonly weAreSeed: boolean;
  /** Payload since the last round. */
  readonly receivedBytes: number;
}

/** What to change; peers in neither list stay as they are. */
export interface ChokerDecision<Key> {
  readonly choke: readonly Key[];
  readonly unchoke: readonly Key[];
}

/** A moment at which the choker decides. */
export interface ChokerTurn {
  /** `IClock.now()`. */
  readonly now: number;
  /** Upload slots over all torrents, optimistic ones included. */
  readonly slots: number;
  /** As many slots instead as are worth having, by what each brings. */
  readonly isRateBased: boolean;
  /** Who comes first where we seed. */
  readonly order: SeedingOrder;
}

/**
 * Who may download from us (BEP 3). Slots go to the peers that gave us most in the last round, then, where we seed, by
 * {@link SeedingRanks}, so that a downloading torrent's partners come before a seeding torrent's. One slot in five, at least one, is
 * optimistic: it goes to the peer that has waited longest for it and moves on every 30 s.
 *
 * It touches no connection: snapshots in, decisions out. All it remembers is who held which slot and when.
 */
export class Choker<Key extends object> {
  readonly #random: IRandom;
  /** When the present optimistic peers got their slot. */
  #optimisticSince = new Map<Key, number>();
  readonly #lastOptimistic = new WeakMap<Key, number>();
  readonly #ranks = new SeedingRanks<Key>();
  /** By the rates of the last round. */
  #worthwhileSlots = rateBasedSlots([]);

  constructor(options: { readonly random: IRandom }) {
    this.#random = options.random;
  }

  /** The round of every 15 s: all slots are dealt anew. */
  round(peers: readonly ChokerPeer<Key>[], turn: ChokerTurn): ChokerDecision<Key> {
    this.#worthwhileSlots = rateBasedSlots(peers.map(({ sentBytes }) => (sentBytes * 1000) / UNCHOKE_INTERVAL_MS));
    const slots = this.#slots(turn);
    const interested = this.#ranked(
      peers.filter((peer) => peer.isInterested),
      turn,
    );
    const optimisticSlots = Math.min(slots, Math.max(1, Math.floor(slots / SLOTS_PER_OPTIMISTIC)));
    const chosen = new Set(interested.slice(0, slots - optimisticSlots).map((peer) => peer.key));
    const rest = interested.filter((peer) => !chosen.has(peer.key));
    for (const key of this.#chooseOptimistic(rest, optimisticSlots, turn.now)) chosen.add(key);
    return this.#decide(
      peers.filter((peer) => peer.isUnchoked && !chosen.has(peer.key)),
      peers.filter((peer) => !peer.isUnchoked && chosen.has(peer.key)),
      turn,
    );
  }

  /** Between rounds, whenever interest changes or a peer comes or goes: gives free slots to peers that wait for one. */
  fill(peers: readonly ChokerPeer<Key>[], turn: ChokerTurn): ChokerDecision<Key> {
    const slots = this.#slots(turn);
    const busy = peers.filter((peer) => peer.isUnchoked && peer.isInterested).length;
    const waiting = peers.filter((peer) => !peer.isUnchoked && peer.isInterested);
    const unchoke = this.#ranked(waiting, turn).slice(0, Math.max(0, slots - busy));
    const idle = peers.filter((peer) => peer.isUnchoked && !peer.isInterested);
    const excess = busy + idle.length + unchoke.length - slots;
    return this.#decide(unchoke.length > 0 && excess > 0 ? idle.slice(0, excess) : [], unchoke, turn);
  }

  #slots({ slots, isRateBased }: ChokerTurn): number {
    return isRateBased ? this.#worthwhileSlots : slots;
  }

  #decide(choke: readonly ChokerPeer<Key>[], unchoke: readonly ChokerPeer<Key>[], { now }: ChokerTurn) {
    for (const { key } of choke) this.#ranks.end(key, now);
    for (const peer of unchoke) this.#ranks.begin(peer, now);
    return { choke: choke.map((peer) => peer.key), unchoke: unchoke.map((peer) => peer.key) };
  }

  /** Keeps optimistic peers until their time is up or they earned a slot of their own, and fills the places that are left. */
  #chooseOptimistic(candidates: readonly ChokerPeer<Key>[], count: number, now: number): Key[] {
    const waitedLongest = this.#shuffled(candidates).sort((a, b) => this.#lastHeld(a.key) - this.#lastHeld(b.key));
    const isCurrent = (key: Key) => now - (this.#optimisticSince.get(key) ?? -Infinity) < OPTIMISTIC_INTERVAL_MS;
    const kept = waitedLongest.filter((peer) => isCurrent(peer.key));
    const fresh = waitedLongest.filter((peer) => !isCurrent(peer.key));
    const chosen = [...kept, ...fresh].slice(0, count).map((peer) => peer.key);
    this.#optimisticSince = new Map(
      chosen.map((key) => [key, isCurrent(key) ? (this.#optimisticSince.get(key) ?? now) : now]),
    );
    for (const key of chosen) this.#lastOptimistic.set(key, now);
    return chosen;
  }

  #lastHeld(key: Key): number {
    return this.#lastOptimistic.get(key) ?? -1;
  }

  /** Best first; equals in random order. */
  #ranked(peers: readonly ChokerPeer<Key>[], turn: ChokerTurn): ChokerPeer<Key>[] {
    return this.#shuffled(peers).sort((a, b) => {
      if (a.receivedBytes !== b.receivedBytes) return b.receivedBytes - a.receivedBytes;
      if (a.weAreSeed && b.weAreSeed) return this.#ranks.compare(a, b, turn);
      return takenWhereWeSeed(b) - takenWhereWeSeed(a);
    });
  }

  #shuffled(peers: readonly ChokerPeer<Key>[]): ChokerPeer<Key>[] {
    const shuffled = [...peers];
    for (let index = shuffled.length - 1; index > 0; index--) {
      const other = this.#random.integer(index + 1);
      [shuffled[index], shuffled[other]] = [shuffled[other] as ChokerPeer<Key>, shuffled[index] as ChokerPeer<Key>];
    }
    return shuffled;
  }
}

function takenWhereWeSeed(peer: ChokerPeer<unknown>): number {
  return peer.weAreSeed ? peer.sentBytes : 0;
}
