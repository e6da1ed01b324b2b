import type { SeedingOrder } from './settings.js';

/** A turn lasts so long at least, however fast the peer is. */
const LEAST_TURN_MS = 60_000;

/** A peer of a torrent that is complete here. */
export interface SeededPeer<Key> {
  readonly key: Key;
  readonly isUnchoked: boolean;
  /** Payload it got since the last round. */
  readonly sentBytes: number;
  /** Since it came. */
  readonly sentTotalBytes: number;
  /** What a turn is worth: twenty pieces. */
  readonly turnBytes: number;
  /** Of the torrent, what it has: 0 to 1. */
  readonly progress: number;
}

/** Who comes first where nobody gives anything back. It remembers whose turn began when. */
export class SeedingRanks<Key extends object> {
  readonly #began = new WeakMap<Key, { readonly at: number; readonly sentTotalBytes: number }>();
  readonly #ended = new WeakMap<Key, number>();

  begin({ key, sentTotalBytes }: SeededPeer<Key>, now: number): void {
    this.#began.set(key, { at: now, sentTotalBytes });
  }

  end(key: Key, now: number): void {
    this.#ended.set(key, now);
  }

  /** Below 0 when `a` comes before `b`. */
  compare(
    a: SeededPeer<Key>,
    b: SeededPeer<Key>,
    { order, now }: { readonly order: SeedingOrder; readonly now: number },
  ) {
    switch (order) {
      case 'fastestUpload':
        return b.sentBytes - a.sentBytes;
      case 'roundRobin':
        return this.#compareTurns(a, b, now);
      case 'antiLeech':
        return distanceFromMiddle(b) - distanceFromMiddle(a) || this.#compareTurns(a, b, now);
    }
  }

  /** First those whose turn it is, then those that wait, the longest first, and last those that have had theirs. */
  #compareTurns(a: SeededPeer<Key>, b: SeededPeer<Key>, now: number): number {
    return this.#place(a, now) - this.#place(b, now) || this.#since(a) - this.#since(b);
  }

  #place(peer: SeededPeer<Key>, now: number): number {
    if (!peer.isUnchoked) return 1;
    const began = this.#began.get(peer.key);
    if (!began) return 0;
    const isOver = now - began.at >= LEAST_TURN_MS && peer.sentTotalBytes - began.sentTotalBytes >= peer.turnBytes;
    return isOver ? 2 : 0;
  }

  /** When its turn began, or the one before ended. */
  #since({ key, isUnchoked }: SeededPeer<Key>): number {
    return (isUnchoked ? this.#began.get(key)?.at : this.#ended.get(key)) ?? -1;
  }
}

/** Beginners and those that have nearly all leave soon or share soon; those in the middle have others to trade with. */
function distanceFromMiddle({ progress }: SeededPeer<unknown>): number {
  return Math.abs(progress - 0.5);
}
