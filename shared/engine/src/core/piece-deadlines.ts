import type { OpenPiece } from './open-piece.js';

/** More at a time are not kept: a player looks ahead by less. */
const MAX_DEADLINES = 1024;
/** A peer that has brought nothing yet is taken to need so long for a block. */
const UNTRIED_SECONDS = 5;
/** A block that a peer without a rate was asked for is asked of another one only when it is due so soon. */
const LAST_CALL_SECONDS = 2;
/** Another peer is asked for what is late when it will be so many times as fast. */
const TIMES_FASTER = 2;

/** How long peers will take, by what they owe and how fast they are. */
export interface ArrivalTimes<Peer> {
  /** Seconds for all that the peer was asked for and so many blocks more. Infinity: nobody knows. */
  secondsFor(peer: Peer, moreBlocks: number): number;
  /** The fewest seconds for one block more, of the peers that have the piece. */
  fewestSeconds(index: number): number;
}

/** Pieces that are wanted at a certain time, for a player: the time is in milliseconds of the caller's clock. */
export class PieceDeadlines {
  readonly #dueAt = new Map<number, number>();
  #order: readonly number[] | undefined;

  get isEmpty(): boolean {
    return this.#dueAt.size === 0;
  }

  has(index: number): boolean {
    return this.#dueAt.has(index);
  }

  /** Undefined: the piece has none any more. */
  set(index: number, dueAt: number | undefined): void {
    if (dueAt === undefined) this.#dueAt.delete(index);
    else if (this.#dueAt.size < MAX_DEADLINES || this.has(index)) this.#dueAt.set(index, dueAt);
    this.#order = undefined;
  }

  /** The pieces, the soonest due first. */
  get order(): readonly number[] {
    this.#order ??= [...this.#dueAt].sort(([, a], [, b]) => a - b).map(([index]) => index);
    return this.#order;
  }

  /** Below 0 for a piece that is late; Infinity without a deadline. */
  secondsLeft(index: number, now: number): number {
    return ((this.#dueAt.get(index) ?? Infinity) - now) / 1000;
  }
}

/** Whether a peer is one to ask for a block of a piece that is due: it will bring it in time, or nobody is much faster. */
export function isInTime<Peer>(peer: Peer, index: number, secondsLeft: number, times: ArrivalTimes<Peer>): boolean {
  const seconds = times.secondsFor(peer, 1);
  const latest = Math.max(secondsLeft, TIMES_FASTER * times.fewestSeconds(index));
  return (seconds === Infinity ? UNTRIED_SECONDS : seconds) <= latest;
}

/** Blocks of the piece that one other peer was asked for and will bring too late, where `peer` will be far sooner. */
export function lateBlocks<Peer extends object>(
  piece: OpenPiece<Peer>,
  peer: Peer,
  secondsLeft: number,
  times: ArrivalTimes<Peer>,
): readonly number[] {
  const late: number[] = [];
  for (let block = 0; block < piece.blockCount; block++) {
    const requester = piece.onlyRequester(block);
    if (!requester || requester === peer) continue;
    const seconds = times.secondsFor(requester, 0);
    const isLate = seconds > secondsLeft && (seconds !== Infinity || secondsLeft < LAST_CALL_SECONDS);
    if (isLate && TIMES_FASTER * times.secondsFor(peer, late.length + 1) < seconds) late.push(block);
  }
  return late;
}
