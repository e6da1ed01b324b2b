import type { IClock } from '../../src/interfaces/clock.js';

/** Something that hands its bytes to an {@link Uplink} when it is its turn. */
export interface LinkSource {
  /** Whether there is anything that may be sent now. */
  canTransmit(): boolean;
  /** Puts one segment on the wire, to leave the host `serialisedMs(bytes)` from now; returns its bytes. */
  transmit(serialisedMs: (bytes: number) => number): number;
}

/** A datagram that would wait longer than this in a host's queue is dropped. */
const MAX_DATAGRAM_WAIT_MS = 1000;

/** The way out of a host: one segment at a time, its sources in turn. */
export class Uplink {
  readonly #clock: IClock;
  readonly #bytesPerMs: number;
  readonly #ready = new Set<LinkSource>();
  #freeAt = 0;
  #scheduled = false;

  constructor(clock: IClock, bytesPerSecond: number) {
    this.#clock = clock;
    this.#bytesPerMs = bytesPerSecond / 1000;
  }

  /** Gives `source` turns until it can transmit no more. What is sent within one turn of the event loop shares segments. */
  request(source: LinkSource): void {
    this.#ready.add(source);
    this.#schedule();
  }

  /** Takes the time of one datagram; returns when it has left, or undefined when the queue is full. */
  reserve(bytes: number): number | undefined {
    const now = this.#clock.now();
    const start = Math.max(now, this.#freeAt);
    if (start - now > MAX_DATAGRAM_WAIT_MS) return undefined;
    this.#freeAt = start + bytes / this.#bytesPerMs;
    return this.#freeAt - now;
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    this.#clock.setTimer(this.#freeAt - this.#clock.now(), () => this.#pump());
  }

  #pump(): void {
    const now = this.#clock.now();
    const serialisedMs = (bytes: number): number => bytes / this.#bytesPerMs;
    for (const source of this.#ready) {
      if (this.#freeAt > now) break;
      this.#ready.delete(source);
      if (!source.canTransmit()) continue;
      this.#freeAt = now + serialisedMs(source.transmit(serialisedMs));
      // Deleted and added again it comes last: the loop goes round until nobody has anything.
      if (source.canTransmit()) this.#ready.add(source);
    }
    this.#scheduled = false;
    if (this.#ready.size > 0) this.#schedule();
  }
}

/** The way into a host: first come, first served. */
export class Downlink {
  readonly #clock: IClock;
  readonly #bytesPerMs: number;
  #freeAt = 0;

  constructor(clock: IClock, bytesPerSecond: number) {
    this.#clock = clock;
    this.#bytesPerMs = bytesPerSecond / 1000;
  }

  /** Calls `deliver` once `bytes` have come through. */
  receive(bytes: number, deliver: () => void): void {
    if (this.#bytesPerMs === Infinity) {
      deliver();
      return;
    }
    const now = this.#clock.now();
    this.#freeAt = Math.max(now, this.#freeAt) + bytes / this.#bytesPerMs;
    this.#clock.setTimer(this.#freeAt - now, deliver);
  }

  /** Like `receive`, but drops what would wait too long. */
  receiveDatagram(bytes: number, deliver: () => void): void {
    if (this.#freeAt - this.#clock.now() <= MAX_DATAGRAM_WAIT_MS) this.receive(bytes, deliver);
  }
}
