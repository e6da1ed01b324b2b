/**
 * What a peer of the bridge did wrong. `framing-lost` means that the lane can no longer be read: the lane ends. Everything else
 * concerns one socket id, which is closed with code `protocol`; the rest goes on.
 */
export type BridgeProtocolErrorCode =
  | 'framing-lost'
  | 'frame-too-long'
  | 'unknown-opcode'
  | 'bad-payload'
  | 'unknown-socket-id'
  | 'reused-socket-id'
  | 'wrong-state'
  | 'credit-overflow'
  | 'credit-too-large'
  | 'bad-native-message';

/** The other end broke the protocol. */
export class BridgeProtocolError extends Error {
  override readonly name = 'BridgeProtocolError';
  constructor(
    readonly code: BridgeProtocolErrorCode,
    message: string,
    options?: { cause?: unknown },
  ) {
    super(message, options);
  }
}
