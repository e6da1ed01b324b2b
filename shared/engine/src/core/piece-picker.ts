import type { IRandom } from '../interfaces/random.js';
import type { BitField } from '../utils/bitfield.js';
import { PieceSequence } from './piece-sequence.js';

/** How much a piece is wanted: 0 skip, 1 low, 4 normal, 7 high. */
export type PiecePriority = 0 | 1 | 4 | 7;

/** Where a walk over the order starts and which way it goes. `reverse` is for snubbed peers, `random` for the very first pieces. */
export type PickOrder = 'rarest' | 'reverse' | 'random';

const NORMAL_PRIORITY: PiecePriority = 4;
const PRIORITY_LEVELS = 8;
/** Keys a piece of one availability and priority may take: one for each of the states below that is in the order. */
const KEYS_PER_STEP = 3;
/** When more pieces change at once they are not moved one by one: the order is rebuilt at the next pick. */
const MAX_INCREMENTAL_CHANGES = 50;

/** A peer's shortlist has no fewer pieces, while it has as many to offer. */
const SHORTLIST_PIECES = 64;
/** Parts of the order, of which a shortlist takes the first ones. */
const BINS = 512;

/** What becomes of a piece. From `FULL` on it is not in the order. */
const UNTOUCHED = 0;
const PARTIAL = 1;
/** Partial, and only snubbed peers work on it. */
const SLOW = 2;
/** Nothing left to request. */
const FULL = 3;
const DONE = 4;

/**
 * Which piece to ask for next: availability and order, no I/O. Wanted pieces that somebody has and that still have something to request
 * lie in one array, sorted into buckets by key, in random order inside a bucket:
 *
 *     key = (availability + 1) * (8 - priority) * 3 + adjust     (adjust: -3 partial, -2 untouched, -1 partial and slow)
 *
 * A change of a piece's key moves it with one swap a bucket, and a pick walks from one end. Seeds are one counter, for they change no
 * order; a bitfield of many pieces only marks the order as stale.
 */
export class PiecePicker {
  readonly #pieceCount: number;
  /** Peers that have the piece, seeds not counted. */
  readonly #availability: Uint16Array;
  readonly #priority: Uint8Array;
  readonly #state: Uint8Array;
  readonly #order: Int32Array;
  /** Where a piece lies in the order; -1 when it is not in it. */
  readonly #position: Int32Array;
  /** Where the bucket of each key ends in the order. */
  #bucketEnds: number[] = [];
  #length = 0;
  #seeds = 0;
  #isStale = true;
  /** These go before all others. */
  #urgent: PieceSequence | undefined;
  /** All that is wanted, when it comes from the first to the last. */
  #sequence: PieceSequence | undefined;
  #randomState: number;
  #steps = 0;
  readonly #isDone = (index: number): boolean => this.#state[index] === DONE;
  readonly #countStep = (): void => {
    this.#steps++;
  };

  constructor(options: { readonly pieceCount: number; readonly random: IRandom }) {
    this.#pieceCount = options.pieceCount;
    this.#availability = new Uint16Array(options.pieceCount);
    this.#priority = new Uint8Array(options.pieceCount).fill(NORMAL_PRIORITY);
    this.#state = new Uint8Array(options.pieceCount);
    this.#order = new Int32Array(options.pieceCount);
    this.#position = new Int32Array(options.pieceCount).fill(-1);
    this.#randomState = options.random.integer(0xffffffff) + 1;
  }

  /** Peers that have the piece, seeds not counted. */
  availability(index: number): number {
    return this.#availability[index] as number;
  }

  /** Work done so far, in pieces visited and swapped. */
  get steps(): number {
    return this.#steps;
  }

  priority(index: number): PiecePriority {
    return this.#priority[index] as PiecePriority;
  }

  /** A peer with these pieces came. Later changes of `pieces` are told by `peerChanged`. */
  addPeer(pieces: BitField): void {
    this.#countPieces(pieces, 1);
  }

  /** A peer left; `pieces` is what it had at the end. */
  removePeer(pieces: BitField): void {
    this.#countPieces(pieces, -1);
  }

  addSeed(): void {
    if (this.#seeds++ === 0) this.#isStale = true;
  }

  removeSeed(): void {
    if (--this.#seeds === 0) this.#isStale = true;
  }

  /** A peer that is not counted as a seed got a piece (1) or lost it (-1). */
  peerChanged(index: number, change: 1 | -1): void {
    this.#count(index, change);
  }

  /** One priority a piece. */
  setPriorities(priorities: readonly PiecePriority[]): void {
    let changes = 0;
    for (let index = 0; index < this.#pieceCount; index++) {
      if (this.#priority[index] !== priorities[index]) changes++;
    }
    if (changes > MAX_INCREMENTAL_CHANGES) this.#isStale = true;
    for (let index = 0; index < this.#pieceCount; index++) {
      const from = this.#key(index);
      this.#priority[index] = priorities[index] as PiecePriority;
      this.#move(index, from);
    }
  }

  /**
   * Which pieces come `first`, in this order; and whether the others follow by priority and index instead of by rarity. After
   * `setPriorities`. A snubbed peer gets what would come last all the same.
   */
  setOrder(order: { readonly first: readonly number[]; readonly isSequential: boolean }): void {
    this.#urgent = order.first.length > 0 ? new PieceSequence(order.first) : undefined;
    this.#sequence = order.isSequential ? new PieceSequence(this.#wantedInOrder()) : undefined;
  }

  /** Work on the piece has begun, or goes on with something left to request. */
  open(index: number, options: { readonly bySnubbed: boolean }): void {
    this.#setState(index, options.bySnubbed ? SLOW : PARTIAL);
  }

  /** Every block of the piece is requested or here. */
  fill(index: number): void {
    this.#setState(index, FULL);
  }

  /** The piece is as if never begun. */
  reset(index: number): void {
    this.#setState(index, UNTOUCHED);
  }

  /** We have the piece. */
  complete(index: number): void {
    this.#setState(index, DONE);
  }

  /** The first piece in `order` that `pieces` holds and `accept` takes, or -1. */
  first(pieces: BitField, order: PickOrder, accept: (index: number) => boolean): number {
    if (this.#isStale) this.#rebuild();
    const length = this.#length;
    const takesAll = pieces.hasAll;
    if (order !== 'reverse' && (this.#urgent ?? this.#sequence)) {
      const takes = (index: number) => this.#position[index] !== -1 && (takesAll || pieces.get(index)) && accept(index);
      const index = this.#urgent?.first(this.#isDone, takes, this.#countStep) ?? -1;
      if (index !== -1) return index;
      if (this.#sequence) return this.#sequence.first(this.#isDone, takes, this.#countStep);
    }
    const start = order === 'random' && length > 0 ? this.#randomBelow(length) : 0;
    for (let walked = 0; walked < length; walked++) {
      let at = start + walked;
      if (at >= length) at -= length;
      if (order === 'reverse') at = length - 1 - walked;
      const index = this.#order[at] as number;
      this.#steps++;
      if ((takesAll || pieces.get(index)) && accept(index)) return index;
    }
    return -1;
  }

  /** The first of `candidates` in order that `accept` takes, or -1. Costs a step each; those that are done are removed from the list. */
  firstOf(candidates: number[], accept: (index: number) => boolean): number {
    if (this.#isStale) this.#rebuild();
    let [first, firstRank] = [-1, Infinity];
    let kept = 0;
    for (const index of candidates) {
      this.#steps++;
      if (this.#state[index] === DONE) continue;
      candidates[kept++] = index;
      if (this.#position[index] === -1) continue;
      const rank = this.#rank(index);
      if (rank < firstRank && accept(index)) [first, firstRank] = [index, rank];
    }
    candidates.length = kept;
    return first;
  }

  /** Some block of the piece can be requested, of somebody. */
  isOffered(index: number): boolean {
    if (this.#isStale) this.#rebuild();
    return this.#position[index] !== -1;
  }

  /** Both are offered, and nobody wants one of them more, or sooner, than the other. */
  areAlike(a: number, b: number): boolean {
    const isAhead = this.#sequence !== undefined || this.#urgent?.rank(b) !== undefined;
    return !isAhead && this.isOffered(a) && this.isOffered(b) && this.#priority[a] === this.#priority[b];
  }

  /** Of what `pieces` and `among` both hold and `accept` takes, the first in order: all of it, unless there are far more. */
  shortlist(
    pieces: BitField,
    among: BitField,
    accept: (index: number) => boolean,
  ): { readonly pieces: number[]; readonly isCut: boolean } {
    if (this.#isStale) this.#rebuild();
    const binOf = (index: number) =>
      Math.floor(((this.#rank(index) + this.#pieceCount) / (2 * this.#pieceCount)) * BINS);
    const isCandidate = (index: number) => this.#position[index] !== -1 && accept(index);
    const counts = new Uint32Array(BINS);
    let total = 0;
    pieces.forEachCommon(among, (index) => {
      this.#steps++;
      if (!isCandidate(index)) return;
      total++;
      const bin = binOf(index);
      counts[bin] = (counts[bin] as number) + 1;
    });
    let lastBin = -1;
    for (let listed = 0; listed < Math.min(total, SHORTLIST_PIECES);) listed += counts[++lastBin] as number;
    const list: number[] = [];
    pieces.forEachCommon(among, (index) => {
      if (isCandidate(index) && binOf(index) <= lastBin) list.push(index);
    });
    return { pieces: list, isCut: list.length < total };
  }

  /** Its place in the order; below 0 for what goes before all others. */
  #rank(index: number): number {
    const urgency = this.#urgent?.rank(index);
    if (urgency !== undefined) return urgency - this.#pieceCount;
    return this.#sequence?.rank(index) ?? (this.#position[index] as number);
  }

  #countPieces(pieces: BitField, change: 1 | -1): void {
    if (pieces.count > MAX_INCREMENTAL_CHANGES) this.#isStale = true;
    for (const index of pieces) this.#count(index, change);
  }

  #count(index: number, change: 1 | -1): void {
    const from = this.#key(index);
    this.#availability[index] = (this.#availability[index] as number) + change;
    this.#move(index, from);
  }

  #setState(index: number, state: number): void {
    if (this.#state[index] === state) return;
    const from = this.#key(index);
    if (this.#state[index] === DONE) {
      this.#urgent?.rewind();
      this.#sequence?.rewind();
    }
    this.#state[index] = state;
    this.#move(index, from);
  }

  #wantedInOrder(): number[] {
    const wanted = [...this.#priority.keys()].filter((index) => this.#priority[index] !== 0);
    return wanted.sort((a, b) => (this.#priority[b] as number) - (this.#priority[a] as number) || a - b);
  }

  /** The bucket a piece belongs to; -1 when it does not belong in the order. */
  #key(index: number): number {
    const priority = this.#priority[index] as number;
    const state = this.#state[index] as number;
    const availability = this.#availability[index] as number;
    if (priority === 0 || state >= FULL || availability + this.#seeds === 0) return -1;
    const adjust = state === PARTIAL ? -3 : state === UNTOUCHED ? -2 : -1;
    return (availability + 1) * (PRIORITY_LEVELS - priority) * KEYS_PER_STEP + adjust;
  }

  /** Takes the piece from bucket `from` to the one it belongs to now. */
  #move(index: number, from: number): void {
    if (this.#isStale) return;
    const to = this.#key(index);
    if (from === to) return;
    while (this.#bucketEnds.length <= Math.max(from, to)) this.#bucketEnds.push(this.#length);
    const top = this.#bucketEnds.length - 1;
    if (from === -1) {
      this.#put(index, this.#length++);
      this.#bucketEnds[top] = this.#length;
      this.#moveDown(index, top, to);
    } else if (to === -1) {
      this.#moveUp(index, from, top);
      this.#bucketEnds[top] = --this.#length;
      this.#swap(index, this.#length);
      this.#position[index] = -1;
      return;
    } else if (to > from) {
      this.#moveUp(index, from, to);
    } else {
      this.#moveDown(index, from, to);
    }
    const start = to === 0 ? 0 : (this.#bucketEnds[to - 1] as number);
    this.#swap(index, start + this.#randomBelow((this.#bucketEnds[to] as number) - start));
  }

  #moveUp(index: number, from: number, to: number): void {
    for (let key = from; key < to; key++) {
      const last = (this.#bucketEnds[key] as number) - 1;
      this.#swap(index, last);
      this.#bucketEnds[key] = last;
    }
  }

  #moveDown(index: number, from: number, to: number): void {
    for (let key = from; key > to; key--) {
      const first = this.#bucketEnds[key - 1] as number;
      this.#swap(index, first);
      this.#bucketEnds[key - 1] = first + 1;
    }
  }

  /** Exchanges the piece with the one at position `at`. */
  #swap(index: number, at: number): void {
    this.#steps++;
    const from = this.#position[index] as number;
    if (from === at) return;
    this.#put(this.#order[at] as number, from);
    this.#put(index, at);
  }

  #put(index: number, at: number): void {
    this.#order[at] = index;
    this.#position[index] = at;
  }

  /** Sorts all pieces into their buckets by counting, then shuffles each bucket. */
  #rebuild(): void {
    this.#isStale = false;
    const starts: number[] = [];
    this.#length = 0;
    for (let index = 0; index < this.#pieceCount; index++) {
      this.#steps++;
      const key = this.#key(index);
      if (key === -1) continue;
      while (starts.length <= key) starts.push(0);
      starts[key] = (starts[key] as number) + 1;
      this.#length++;
    }
    for (let key = 0, start = 0; key < starts.length; key++) {
      const count = starts[key] as number;
      starts[key] = start;
      start += count;
    }
    const ends = starts.slice();
    for (let index = 0; index < this.#pieceCount; index++) {
      const key = this.#key(index);
      this.#position[index] = -1;
      if (key === -1) continue;
      const end = ends[key] as number;
      const start = starts[key] as number;
      ends[key] = end + 1;
      this.#put(index, end);
      const other = this.#order[start + this.#randomBelow(end + 1 - start)] as number;
      this.#put(index, this.#position[other] as number);
      this.#put(other, end);
    }
    this.#bucketEnds = ends;
  }

  /** Xorshift32: order among equals needs speed, not secrecy. */
  #randomBelow(bound: number): number {
    let state = this.#randomState;
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    this.#randomState = state;
    return Math.floor(((state >>> 0) / 0x1_0000_0000) * bound);
  }
}
