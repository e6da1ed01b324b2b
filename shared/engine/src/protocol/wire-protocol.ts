import { encodeHandshake, encodeReserved, HANDSHAKE_BYTES, parseHandshake, parseReserved } from './handshake.js';
import {
  BLOCK_MESSAGE_BYTES,
  encode,
  encodePieceHeader,
  HAVE_BYTES,
  writeCancel,
  writeHave,
  writeReject,
  writeRequest,
} from './wire-encoder.js';
import { parse, parseHeader } from './wire-parser.js';

/**
 * The peer wire protocol (BEP 3, 5, 6, 10): stateless and synchronous, bytes in, messages out and back. Parsers read in place and
 * throw only `WireProtocolError`; whoever owns the connection keeps what has not been consumed.
 */
export const PeerWireProtocol = {
  HANDSHAKE_BYTES,
  HAVE_BYTES,
  BLOCK_MESSAGE_BYTES,
  encodeHandshake,
  parseHandshake,
  encodeReserved,
  parseReserved,
  parse,
  parseHeader,
  encode,
  encodePieceHeader,
  writeHave,
  writeRequest,
  writeCancel,
  writeReject,
} as const;
