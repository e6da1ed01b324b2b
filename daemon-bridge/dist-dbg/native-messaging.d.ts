import type { Readable } from 'node:stream';
import type { OutgoingLane } from './downlink.js';
interface NativeHandlers {
  /** One message, parsed. */
  onMessage(message: unknown): void;
  /** The port is gone, or what came is no native message. Called once, last. */
  onEnd(error?: Error): void;
}
/** Reads native messages from stdin. */
export declare class NativeReader {
  #private;
  constructor(input: Readable, handlers: NativeHandlers);
  /** Reads no more. */
  close(): void;
}
/**
 * Writes native messages to stdout, by asynchronous writes on the file descriptor: `process.stdout` blocks on a pipe on some systems, and
 * a slow reader would stop every socket.
 */
export declare class NativeWriter implements OutgoingLane {
  #private;
  readonly batchBytes: number;
  constructor(fd: number, onError: (error: Error) => void);
  send(frames: Uint8Array<ArrayBuffer>, sent: () => void): void;
  /** Calls back when everything that was sent so far has left. */
  afterWrites(callback: () => void): void;
  /** Sends one message; `sent` is called when it has left. */
  sendMessage(message: object, sent?: () => void): void;
}
export {};
