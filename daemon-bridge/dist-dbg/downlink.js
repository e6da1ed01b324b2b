import { FrameWriter, Opcode, SESSION_ID } from '@jstorrent/bridge-protocol';
/** One batch is being written, one waits: more would only take from the coalescing. */
const BATCHES_IN_FLIGHT = 2;
const POOLED_BUFFERS = 4;
/** Gathers the frames of one lane: they leave at the end of the turn, or as soon as the lane is free again. */
class LaneWriter {
  frames = new FrameWriter(this);
  #lane;
  #pool = [];
  #inFlight = 0;
  constructor(lane) {
    this.#lane = lane;
  }
  acquire() {
    return this.#pool.pop() ?? new Uint8Array(this.#lane.batchBytes);
  }
  emit(frames) {
    this.#inFlight++;
    this.#lane.send(frames, () => {
      this.#inFlight--;
      if (this.#pool.length < POOLED_BUFFERS) this.#pool.push(new Uint8Array(frames.buffer));
      this.#flushIfFree();
    });
  }
  onPending() {
    setImmediate(() => this.#flushIfFree());
  }
  #flushIfFree() {
    if (this.#inFlight < BATCHES_IN_FLIGHT) this.frames.flush();
  }
}
/**
 * Everything that goes to the extension, on whichever lane is in use. What waits here is bounded by the credit that the extension gave
 * and by the number of sockets.
 */
export class Downlink {
  #native;
  #current;
  constructor(native) {
    this.#native = new LaneWriter(native);
    this.#current = this.#native;
  }
  /** Sends one frame; the payload is copied at once. */
  write(opcode, socketId, payload, tail) {
    this.#current.frames.write(opcode, socketId, payload, tail);
  }
  /** Sends bytes of a stream; they are copied at once. */
  writeData(socketId, data) {
    this.#current.frames.writeData(socketId, data);
  }
  /** Goes on in the fast lane; the mark of the change is the last frame of the native one. */
  switchTo(fast) {
    this.write(Opcode.LANE_SWITCH, SESSION_ID);
    this.#current.frames.flush();
    this.#current = new LaneWriter(fast);
  }
  /** Sends what waits now, not at the end of the turn. */
  flush() {
    this.#current.frames.flush();
  }
  /** Goes on in the native lane; what waits for the fast one is dropped. */
  fallBack() {
    this.#current = this.#native;
  }
}
//# sourceMappingURL=downlink.js.map
