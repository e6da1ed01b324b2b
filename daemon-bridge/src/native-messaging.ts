import { write } from 'node:fs';
import type { Readable } from 'node:stream';
import {
  BridgeProtocolError,
  framesMessage,
  MAX_NATIVE_MESSAGE_BYTES,
  NATIVE_LANE_BATCH_BYTES,
} from '@jstorrent/bridge-protocol';
import type { OutgoingLane } from './downlink.js';

/** Chrome's framing of native messages: the length as u32 in the machine's byte order, then JSON in UTF-8. */
const PREFIX_BYTES = 4;

interface NativeHandlers {
  /** One message, parsed. */
  onMessage(message: unknown): void;
  /** The port is gone, or what came is no native message. Called once, last. */
  onEnd(error?: Error): void;
}

/** Reads native messages from stdin. */
export class NativeReader {
  readonly #input: Readable;
  readonly #handlers: NativeHandlers;
  readonly #prefix = Buffer.alloc(PREFIX_BYTES);
  #prefixBytes = 0;
  #body = Buffer.alloc(0);
  #bodyBytes = 0;
  #ended = false;

  constructor(input: Readable, handlers: NativeHandlers) {
    this.#input = input;
    this.#handlers = handlers;
    input.on('data', (chunk: Buffer) => this.#read(chunk));
    input.once('end', () => this.#end());
    input.once('error', (error) => this.#end(error));
    input.once('close', () => this.#end());
  }

  /** Reads no more. */
  close(): void {
    this.#ended = true;
    this.#input.destroy();
  }

  #read(chunk: Buffer): void {
    let offset = 0;
    while (offset < chunk.length && !this.#ended) {
      offset += this.#prefixBytes < PREFIX_BYTES ? this.#readPrefix(chunk, offset) : this.#readBody(chunk, offset);
    }
  }

  #readPrefix(chunk: Buffer, offset: number): number {
    const copied = chunk.copy(this.#prefix, this.#prefixBytes, offset, offset + PREFIX_BYTES - this.#prefixBytes);
    this.#prefixBytes += copied;
    if (this.#prefixBytes === PREFIX_BYTES) this.#startBody(this.#prefix.readUInt32LE(0));
    return copied;
  }

  #startBody(length: number): void {
    if (length === 0 || length > MAX_NATIVE_MESSAGE_BYTES) {
      this.#end(new BridgeProtocolError('bad-native-message', `A native message of ${length} bytes`));
      return;
    }
    this.#body = Buffer.allocUnsafe(length);
    this.#bodyBytes = 0;
  }

  #readBody(chunk: Buffer, offset: number): number {
    const copied = chunk.copy(this.#body, this.#bodyBytes, offset);
    this.#bodyBytes += copied;
    if (this.#bodyBytes === this.#body.length) {
      this.#prefixBytes = 0;
      this.#deliver(this.#body);
    }
    return copied;
  }

  #deliver(body: Buffer): void {
    let message: unknown;
    try {
      message = JSON.parse(body.toString('utf8'));
    } catch (error) {
      this.#end(new BridgeProtocolError('bad-native-message', 'A native message that is no JSON', { cause: error }));
      return;
    }
    this.#handlers.onMessage(message);
  }

  #end(error?: Error): void {
    if (this.#ended) return;
    this.close();
    this.#handlers.onEnd(error);
  }
}

interface QueuedMessage {
  readonly bytes: Buffer;
  readonly sent: () => void;
}

/**
 * Writes native messages to stdout, by asynchronous writes on the file descriptor: `process.stdout` blocks on a pipe on some systems, and
 * a slow reader would stop every socket.
 */
export class NativeWriter implements OutgoingLane {
  readonly batchBytes = NATIVE_LANE_BATCH_BYTES;
  readonly #fd: number;
  readonly #onError: (error: Error) => void;
  readonly #queue: QueuedMessage[] = [];
  #broken = false;

  constructor(fd: number, onError: (error: Error) => void) {
    this.#fd = fd;
    this.#onError = onError;
  }

  send(frames: Uint8Array<ArrayBuffer>, sent: () => void): void {
    const base64 = Buffer.from(frames.buffer, frames.byteOffset, frames.byteLength).toString('base64');
    this.sendMessage(framesMessage(base64), sent);
  }

  /** Calls back when everything that was sent so far has left. */
  afterWrites(callback: () => void): void {
    this.#enqueue({ bytes: Buffer.alloc(0), sent: callback });
  }

  /** Sends one message; `sent` is called when it has left. */
  sendMessage(message: object, sent: () => void = () => undefined): void {
    const json = JSON.stringify(message);
    const length = Buffer.byteLength(json);
    const bytes = Buffer.allocUnsafe(PREFIX_BYTES + length);
    bytes.writeUInt32LE(length, 0);
    bytes.write(json, PREFIX_BYTES, 'utf8');
    this.#enqueue({ bytes, sent });
  }

  #enqueue(message: QueuedMessage): void {
    this.#queue.push(message);
    if (this.#queue.length === 1) this.#writeFirst(0);
  }

  #writeFirst(offset: number): void {
    const first = this.#queue[0];
    if (!first || this.#broken) return;
    write(this.#fd, first.bytes, offset, first.bytes.length - offset, null, (error, written) => {
      if (error) {
        this.#broken = true;
        this.#onError(error);
      } else if (offset + written < first.bytes.length) {
        this.#writeFirst(offset + written);
      } else {
        this.#queue.shift();
        // First the next in line: `sent` may send more, which starts writing by itself when nothing else is in line.
        this.#writeFirst(0);
        first.sent();
      }
    });
  }
}
