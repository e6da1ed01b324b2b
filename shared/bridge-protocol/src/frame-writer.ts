import { BridgeProtocolError } from './errors.js';
import { FRAME_FIXED_BYTES, FRAME_HEADER_BYTES, Opcode } from './frames.js';
import { MAX_DATA_PAYLOAD_BYTES, MAX_PAYLOAD_BYTES } from './limits.js';

/** Where a {@link FrameWriter} gets its buffers and leaves them filled. */
export interface FrameOutlet {
  /** A buffer for the next batch, at least {@link NATIVE_LANE_BATCH_BYTES} long. */
  acquire(): Uint8Array<ArrayBuffer>;
  /** Takes a batch of whole frames together with its buffer, which the writer has forgotten: send it, transfer it, use it again. */
  emit(frames: Uint8Array<ArrayBuffer>): void;
  /** The first frame of a batch was written: arrange for `flush`, at the latest at the end of the turn in which the lane is free. */
  onPending(): void;
}

const EMPTY = new Uint8Array(0);

/**
 * Packs frames into batches, copying each payload once. A batch goes out when the next frame does not fit or when its
 * owner calls {@link FrameWriter.flush}.
 */
export class FrameWriter {
  readonly #outlet: FrameOutlet;
  #buffer: Uint8Array<ArrayBuffer> | undefined;
  #used = 0;

  constructor(outlet: FrameOutlet) {
    this.#outlet = outlet;
  }

  /** Bytes waiting for `flush`. */
  get pendingBytes(): number {
    return this.#used;
  }

  /** Appends one frame whose payload is `payload` followed by `tail`. The payload is copied before the call returns. */
  write(opcode: number, socketId: number, payload: Uint8Array = EMPTY, tail: Uint8Array = EMPTY): void {
    const length = payload.length + tail.length;
    if (length > MAX_PAYLOAD_BYTES) throw new BridgeProtocolError('frame-too-long', `A payload of ${length} bytes`);
    const buffer = this.#room(FRAME_HEADER_BYTES + length);
    this.#header(buffer, opcode, socketId, length);
    buffer.set(payload, this.#used);
    if (tail.length > 0) buffer.set(tail, this.#used + payload.length);
    this.#advance(length);
  }

  /** Appends a piece of a stream, as as many DATA frames as it takes. */
  writeData(socketId: number, data: Uint8Array): void {
    let offset = 0;
    while (offset < data.length) {
      const buffer = this.#room(FRAME_HEADER_BYTES + Math.min(data.length - offset, SMALLEST_SPLIT_BYTES));
      const free = buffer.length - this.#used - FRAME_HEADER_BYTES;
      const length = Math.min(data.length - offset, free, MAX_DATA_PAYLOAD_BYTES);
      this.#header(buffer, Opcode.DATA, socketId, length);
      buffer.set(offset === 0 && length === data.length ? data : data.subarray(offset, offset + length), this.#used);
      this.#advance(length);
      offset += length;
    }
  }

  /** Emits what is pending. */
  flush(): void {
    const buffer = this.#buffer;
    if (!buffer || this.#used === 0) return;
    const frames = buffer.subarray(0, this.#used);
    this.#buffer = undefined;
    this.#used = 0;
    this.#outlet.emit(frames);
  }

  #room(bytes: number): Uint8Array<ArrayBuffer> {
    if (this.#buffer && this.#buffer.length - this.#used < bytes) this.flush();
    return (this.#buffer ??= this.#outlet.acquire());
  }

  #header(buffer: Uint8Array, opcode: number, socketId: number, payloadBytes: number): void {
    const at = this.#used;
    writeU32(buffer, at, payloadBytes + FRAME_FIXED_BYTES);
    buffer[at + 4] = opcode;
    writeU32(buffer, at + 5, socketId);
    this.#used = at + FRAME_HEADER_BYTES;
  }

  #advance(payloadBytes: number): void {
    const first = this.#used === FRAME_HEADER_BYTES;
    this.#used += payloadBytes;
    if (first) this.#outlet.onPending();
  }
}

/** DATA is split over two batches only when at least so much of it fits into the first. */
const SMALLEST_SPLIT_BYTES = 4096;

function writeU32(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >>> 24;
  bytes[at + 1] = value >>> 16;
  bytes[at + 2] = value >>> 8;
  bytes[at + 3] = value;
}
