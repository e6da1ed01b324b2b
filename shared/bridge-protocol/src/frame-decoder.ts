import { BridgeProtocolError } from './errors.js';
import { FRAME_FIXED_BYTES, FRAME_HEADER_BYTES, Opcode } from './frames.js';
import { MAX_PAYLOAD_BYTES, MAX_SKIPPED_FRAME_BYTES } from './limits.js';

/** Takes decoded frames. Neither method may throw. */
export interface FrameSink {
  /**
   * One frame, or for DATA a part of one. `payload` is a view that is valid only until the call returns.
   * The opcode may be one nobody knows.
   */
  onFrame(opcode: number, socketId: number, payload: Uint8Array): void;
  /** A frame that was skipped: the sink closes `socketId`, the lane goes on. */
  onBadFrame(socketId: number, error: BridgeProtocolError): void;
}

const EMPTY = new Uint8Array(0);

/**
 * Cuts one direction of a lane into frames, from chunks of any size. Payloads inside one chunk are handed over in place; of a payload that
 * crosses chunks DATA is handed over in parts and everything else is gathered, so at most one payload is ever held.
 */
export class FrameDecoder {
  readonly #sink: FrameSink;
  readonly #header = new Uint8Array(FRAME_HEADER_BYTES);
  #headerBytes = 0;
  #opcode = 0;
  #socketId = 0;
  /** Payload bytes of the frame under way still to come. */
  #remaining = 0;
  #skipping = false;
  #gathered = EMPTY;
  #gatheredBytes = 0;
  #lost: BridgeProtocolError | undefined;

  constructor(sink: FrameSink) {
    this.#sink = sink;
  }

  /** Decodes `chunk`. Throws `framing-lost`, from then on always, when the stream cannot be frames: the lane must end. */
  push(chunk: Uint8Array): void {
    if (this.#lost) throw this.#lost;
    let offset = 0;
    while (offset < chunk.length) {
      offset =
        this.#headerBytes < FRAME_HEADER_BYTES ? this.#readHeader(chunk, offset) : this.#readPayload(chunk, offset);
    }
  }

  #readHeader(chunk: Uint8Array, start: number): number {
    const take = Math.min(FRAME_HEADER_BYTES - this.#headerBytes, chunk.length - start);
    let source = chunk;
    let at = start;
    if (take < FRAME_HEADER_BYTES) {
      this.#header.set(chunk.subarray(start, start + take), this.#headerBytes);
      source = this.#header;
      at = 0;
    }
    this.#headerBytes += take;
    if (this.#headerBytes === FRAME_HEADER_BYTES) this.#startFrame(source, at);
    return start + take;
  }

  #startFrame(header: Uint8Array, at: number): void {
    const length = readU32(header, at);
    this.#opcode = header[at + 4] ?? 0;
    this.#socketId = readU32(header, at + 5);
    if (length < FRAME_FIXED_BYTES || length > MAX_SKIPPED_FRAME_BYTES) {
      this.#lost = new BridgeProtocolError('framing-lost', `A frame of ${length} bytes`);
      throw this.#lost;
    }
    this.#remaining = length - FRAME_FIXED_BYTES;
    this.#skipping = this.#remaining > MAX_PAYLOAD_BYTES;
    if (this.#remaining === 0) this.#deliver(EMPTY);
  }

  #readPayload(chunk: Uint8Array, start: number): number {
    const end = Math.min(start + this.#remaining, chunk.length);
    const part = chunk.subarray(start, end);
    this.#remaining -= part.length;
    if (this.#skipping) {
      if (this.#remaining === 0) this.#reportSkipped();
    } else if (this.#opcode === Opcode.DATA) {
      if (this.#remaining === 0) this.#headerBytes = 0;
      this.#sink.onFrame(Opcode.DATA, this.#socketId, part);
    } else if (this.#gatheredBytes === 0 && this.#remaining === 0) {
      this.#deliver(part);
    } else {
      this.#gather(part);
    }
    return end;
  }

  #gather(part: Uint8Array): void {
    if (this.#gathered.length === 0) this.#gathered = new Uint8Array(MAX_PAYLOAD_BYTES);
    this.#gathered.set(part, this.#gatheredBytes);
    this.#gatheredBytes += part.length;
    if (this.#remaining > 0) return;
    const payload = this.#gathered.subarray(0, this.#gatheredBytes);
    this.#gatheredBytes = 0;
    this.#deliver(payload);
  }

  #deliver(payload: Uint8Array): void {
    this.#headerBytes = 0;
    this.#sink.onFrame(this.#opcode, this.#socketId, payload);
  }

  #reportSkipped(): void {
    this.#headerBytes = 0;
    this.#skipping = false;
    const error = new BridgeProtocolError('frame-too-long', `A payload over ${MAX_PAYLOAD_BYTES} bytes`);
    this.#sink.onBadFrame(this.#socketId, error);
  }
}

function readU32(bytes: Uint8Array, at: number): number {
  const [a = 0, b = 0, c = 0, d = 0] = [bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]];
  return ((a << 24) | (b << 16) | (c << 8) | d) >>> 0;
}
