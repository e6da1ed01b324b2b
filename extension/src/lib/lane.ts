import type { FastLaneOffer } from '@jstorrent/bridge-protocol';

/** What a lane tells its owner. */
export interface LaneHandlers {
  /** Some bytes of the frame stream, cut anywhere. The view is valid only until the call returns. */
  onFrames(chunk: Uint8Array): void;
  /** The lane ended by itself. Called once, last, and never after `close`. */
  onLost(reason: string): void;
}

/** A way for frames to the helper and back. */
export interface Lane {
  /** Sends whole frames. The buffer is given away. */
  send(frames: Uint8Array<ArrayBuffer>): void;
  /** Idempotent; handlers are called no more. */
  close(): void;
}

/** The accelerator: it connects as it is made, and reads only once it is told that the helper's frames go this way. */
export interface FastLane extends Lane {
  startReading(): void;
  /** A buffer as long as a batch that was sent and came back. */
  takeBuffer(): ArrayBuffer | undefined;
}

export type OpenFastLane = (offer: FastLaneOffer, handlers: LaneHandlers) => FastLane;
