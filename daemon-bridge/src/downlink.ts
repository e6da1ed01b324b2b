import { type FrameOutlet, FrameWriter, Opcode, SESSION_ID } from '@jstorrent/bridge-protocol';

/** One way to the extension, fast or native. */
export interface OutgoingLane {
  /** Size of the buffers that frames are gathered in. */
  readonly batchBytes: number;
  /** Sends frames in order. `sent` is called when the lane needs them no more; not at all once the lane has broken. */
  send(frames: Uint8Array<ArrayBuffer>, sent: () => void): void;
}

/** One batch is being written, one waits: more would only take from the coalescing. */
const BATCHES_IN_FLIGHT = 2;
const POOLED_BUFFERS = 16;

/** Gathers the frames of one lane: they leave at the end of the turn, or as soon as the lane is free again. */
class LaneWriter implements FrameOutlet {
  readonly frames = new FrameWriter(this);
  readonly #lane: OutgoingLane;
  readonly #pool: Uint8Array<ArrayBuffer>[] = [];
  #inFlight = 0;

  constructor(lane: OutgoingLane) {
    this.#lane = lane;
  }

  acquire(): Uint8Array<ArrayBuffer> {
    return this.#pool.pop() ?? new Uint8Array(this.#lane.batchBytes);
  }

  emit(frames: Uint8Array<ArrayBuffer>): void {
    this.#inFlight++;
    this.#lane.send(frames, () => {
      this.#inFlight--;
      if (this.#pool.length < POOLED_BUFFERS) this.#pool.push(new Uint8Array(frames.buffer));
      this.#flushIfFree();
    });
  }

  onPending(): void {
    setImmediate(() => this.#flushIfFree());
  }

  #flushIfFree(): void {
    if (this.#inFlight < BATCHES_IN_FLIGHT) this.frames.flush();
  }
}

/**
 * Everything that goes to the extension, on whichever lane is in use. What waits here is bounded by the credit that the extension gave
 * and by the number of sockets.
 */
export class Downlink {
  readonly #native: LaneWriter;
  #current: LaneWriter;

  constructor(native: OutgoingLane) {
    this.#native = new LaneWriter(native);
    this.#current = this.#native;
  }

  /** Sends one frame; the payload is copied at once. */
  write(opcode: number, socketId: number, payload?: Uint8Array, tail?: Uint8Array): void {
    this.#current.frames.write(opcode, socketId, payload, tail);
  }

  /** Sends bytes of a stream; they are copied at once. */
  writeData(socketId: number, data: Uint8Array): void {
    this.#current.frames.writeData(socketId, data);
  }

  /** Goes on in the fast lane; the mark of the change is the last frame of the native one. */
  switchTo(fast: OutgoingLane): void {
    this.write(Opcode.LANE_SWITCH, SESSION_ID);
    this.#current.frames.flush();
    this.#current = new LaneWriter(fast);
  }

  /** Sends what waits now, not at the end of the turn. */
  flush(): void {
    this.#current.frames.flush();
  }

  /** Goes on in the native lane; what waits for the fast one is dropped. */
  fallBack(): void {
    this.#current = this.#native;
  }
}
