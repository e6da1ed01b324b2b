import type { IClock } from '../../src/interfaces/clock.js';
import type { Downlink, LinkSource, Uplink } from './virtual-link.js';

/** The way from one host to another. */
export interface VirtualPath {
  readonly clock: IClock;
  /** Where it starts. */
  readonly sourceIp: string;
  readonly uplink: Uplink;
  readonly downlink: Downlink;
  /** One-way delay without loss. */
  readonly latencyMs: number;
  /** Largest segment: a fraction of a second at the slower end's rate, so that slow hosts stay responsive. */
  readonly segmentBytes: number;
  /** Most bytes that are under way or unread. */
  readonly windowBytes: number;
  /** Draws whether the next packet is lost. */
  loses(): boolean;
  /** False while the hosts are partitioned or one is off. */
  isOpen(): boolean;
  /** Calls back, once, when the way may be open again. */
  whenReopened(callback: () => void): void;
  takeBuffer(): Uint8Array;
  giveBuffer(buffer: Uint8Array): void;
}

/** Bytes on their way, copied once when they leave the sender; `fin` ends the stream. */
export interface Segment {
  readonly kind: 'data' | 'fin';
  readonly buffer: Uint8Array;
  readonly length: number;
}

/** What a pipe tells its two ends. */
export interface PipeEnds {
  /** The queue became shorter. */
  onTransmitted(): void;
  /** A segment arrived; the receiver calls `consumed` once it has read it. */
  onSegment(segment: Segment): void;
}

/** A lost TCP segment comes after a retransmission time-out: at least this, and two round trips. */
const MIN_RETRANSMISSION_MS = 200;
const NO_BYTES = new Uint8Array(0);

/** One direction of a TCP connection: a send queue, a window, and segments that arrive in order. */
export class Pipe implements LinkSource {
  readonly #path: VirtualPath;
  readonly #ends: PipeEnds;
  readonly #queue: Uint8Array[] = [];
  readonly #wire: Segment[] = [];
  #headOffset = 0;
  #queuedBytes = 0;
  #unreadBytes = 0;
  #fin: 'no' | 'queued' | 'sent' = 'no';
  #lastArrival = 0;
  #arrivedSegments = 0;

  constructor(path: VirtualPath, ends: PipeEnds) {
    this.#path = path;
    this.#ends = ends;
  }

  get queuedBytes(): number {
    return this.#queuedBytes;
  }

  get finSent(): boolean {
    return this.#fin === 'sent';
  }

  canTransmit(): boolean {
    if (this.#queuedBytes === 0) return this.#fin === 'queued';
    return this.#unreadBytes + Math.min(this.#queuedBytes, this.#path.segmentBytes) <= this.#path.windowBytes;
  }

  enqueue(data: Uint8Array): void {
    if (data.byteLength === 0) return;
    this.#queue.push(data);
    this.#queuedBytes += data.byteLength;
    this.#path.uplink.request(this);
  }

  /** Ends the stream after what is queued. */
  end(): void {
    if (this.#fin !== 'no') return;
    this.#fin = 'queued';
    this.#path.uplink.request(this);
  }

  /** Forgets what has not left yet. */
  dropQueue(): void {
    this.#queue.length = 0;
    this.#headOffset = 0;
    this.#queuedBytes = 0;
  }

  /** The receiver has read `segment`: its buffer is free and the window opens. */
  consumed(segment: Segment): void {
    if (segment.kind === 'data') this.#path.giveBuffer(segment.buffer);
    this.#unreadBytes -= segment.length;
    if (this.canTransmit()) this.#path.uplink.request(this);
  }

  transmit(serialisedMs: (bytes: number) => number): number {
    const segment = this.#queuedBytes > 0 ? this.#takeSegment() : this.#takeFin();
    this.#unreadBytes += segment.length;
    this.#wire.push(segment);
    const { clock, latencyMs } = this.#path;
    const now = clock.now();
    const retransmissionMs = this.#path.loses() ? Math.max(MIN_RETRANSMISSION_MS, 4 * latencyMs) : 0;
    const arrival = now + serialisedMs(segment.length) + latencyMs + retransmissionMs;
    this.#lastArrival = Math.max(this.#lastArrival, arrival);
    clock.setTimer(this.#lastArrival - now, () => {
      this.#arrivedSegments++;
      this.#receive();
    });
    this.#ends.onTransmitted();
    return segment.length;
  }

  #takeFin(): Segment {
    this.#fin = 'sent';
    return { kind: 'fin', buffer: NO_BYTES, length: 0 };
  }

  #takeSegment(): Segment {
    const buffer = this.#path.takeBuffer();
    const length = Math.min(this.#queuedBytes, this.#path.segmentBytes);
    let filled = 0;
    let finishedViews = 0;
    while (filled < length) {
      const view = this.#queue[finishedViews] ?? NO_BYTES;
      const part = view.subarray(this.#headOffset, this.#headOffset + length - filled);
      buffer.set(part, filled);
      filled += part.byteLength;
      this.#headOffset += part.byteLength;
      if (this.#headOffset === view.byteLength) {
        finishedViews++;
        this.#headOffset = 0;
      }
    }
    this.#queue.splice(0, finishedViews);
    this.#queuedBytes -= length;
    return { kind: 'data', buffer, length };
  }

  /** Takes what has arrived off the wire, in order; while the way is cut it waits there, as retransmissions would. */
  #receive(): void {
    while (this.#arrivedSegments > 0) {
      if (!this.#path.isOpen()) {
        this.#path.whenReopened(() => this.#receive());
        return;
      }
      const segment = this.#wire.shift();
      if (!segment) return;
      this.#arrivedSegments--;
      this.#path.downlink.receive(segment.length, () => this.#ends.onSegment(segment));
    }
  }
}
