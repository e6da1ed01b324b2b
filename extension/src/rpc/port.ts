export interface RpcPortHandlers {
  onMessage(message: unknown): void;
  /** The other end is gone. Called once, and never after our own `close`. */
  onClose(): void;
}

/** One end of a two-way channel of JSON values that keeps their order. */
export interface RpcPort {
  /** On a closed port the message is dropped. */
  post(message: unknown): void;
  /** Called once, in the same turn in which the port was made. */
  setHandlers(handlers: RpcPortHandlers): void;
  /** Idempotent. */
  close(): void;
}
