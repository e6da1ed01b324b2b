import { type FastLaneOffer } from '@jstorrent/bridge-protocol';
import type { OutgoingLane } from './downlink.js';
export interface FastLaneOptions {
  /** `chrome-extension://ID`, the only origin that is let in. */
  readonly origin: string;
  /** For both tokens; the port closes when a half is missing by then. */
  readonly tokenValidMs?: number;
  /** Both halves are in. */
  onReady(): void;
  /** Frames from the extension, in fresh memory. */
  onFrames(chunk: Uint8Array): void;
  /** A half ended, or did not come in time. Called once, never after `close`. */
  onLost(): void;
}
/**
 * The fast lane's port: a streaming response down and a WebSocket up, on loopback, for one extension, for one use. It listens no longer
 * than until both halves are in.
 */
export declare class FastLane implements OutgoingLane {
  #private;
  readonly batchBytes: number;
  constructor(options: FastLaneOptions);
  /** Opens the port. Calls `onOffer` with what the extension needs, or `onLost`. */
  open(onOffer: (offer: FastLaneOffer) => void): void;
  send(frames: Uint8Array<ArrayBuffer>, sent: () => void): void;
  /** The extension's native lane has ended: what comes up the WebSocket is next. */
  startReading(): void;
  /** Drops both halves and the port. Idempotent. */
  close(): void;
}
