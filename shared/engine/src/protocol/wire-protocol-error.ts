/**
 * Why bytes of a peer are not the protocol: `bad-protocol` (another handshake), `message-too-long` (length prefix over the limit),
 * `bad-length` (wrong for that message), `block-too-long` (PIECE over 16 KiB). The peer is to be dropped.
 */
export class WireProtocolError extends Error {
  override readonly name = 'WireProtocolError';
  constructor(
    readonly code: 'bad-protocol' | 'message-too-long' | 'bad-length' | 'block-too-long',
    message: string,
  ) {
    super(message);
  }
}
