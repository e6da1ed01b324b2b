/** One way to the extension, fast or native. */
export interface OutgoingLane {
  /** Size of the buffers that frames are gathered in. */
  readonly batchBytes: number;
  /** Sends frames in order. `sent` is called when the lane needs them no more; not at all once the lane has broken. */
  send(frames: Uint8Array<ArrayBuffer>, sent: () => void): void;
}
/**
 * Everything that goes to the extension, on whichever lane is in use. What waits here is bounded by the credit that the extension gave
 * and by the number of sockets.
 */
export declare class Downlink {
  #private;
  constructor(native: OutgoingLane);
  /** Sends one frame; the payload is copied at once. */
  write(opcode: number, socketId: number, payload?: Uint8Array, tail?: Uint8Array): void;
  /** Sends bytes of a stream; they are copied at once. */
  writeData(socketId: number, data: Uint8Array): void;
  /** Goes on in the fast lane; the mark of the change is the last frame of the native one. */
  switchTo(fast: OutgoingLane): void;
  /** Sends what waits now, not at the end of the turn. */
  flush(): void;
  /** Goes on in the native lane; what waits for the fast one is dropped. */
  fallBack(): void;
}
