import { writeUint32 } from '../utils/bytes.js';
import { MESSAGE_IDS, type BlockMessage, type WireMessage } from './wire-message.js';

/** Bytes of a whole HAVE. */
export const HAVE_BYTES = 9;
/** Bytes of a whole REQUEST, CANCEL or REJECT. */
export const BLOCK_MESSAGE_BYTES = 17;
/** Bytes of a PIECE before its block. */
const PIECE_HEADER_BYTES = 13;

/** One message in a buffer of its own. For bursts use the writers; for PIECE `encodePieceHeader`, which leaves the block where it is. */
export function encode(message: WireMessage): Uint8Array {
  switch (message.type) {
    case 'keep-alive':
      return new Uint8Array(4);
    case 'have':
    case 'suggest':
    case 'allowed-fast': {
      const bytes = frame(MESSAGE_IDS[message.type], 4);
      writeUint32(bytes, 5, message.index);
      return bytes;
    }
    case 'request':
    case 'cancel':
    case 'reject': {
      const bytes = new Uint8Array(BLOCK_MESSAGE_BYTES);
      writeBlockMessage(message.type, bytes, 0, message.index, message.begin, message.length);
      return bytes;
    }
    case 'piece': {
      const bytes = new Uint8Array(PIECE_HEADER_BYTES + message.block.length);
      bytes.set(encodePieceHeader(message.index, message.begin, message.block.length));
      bytes.set(message.block, PIECE_HEADER_BYTES);
      return bytes;
    }
    case 'port':
      return frameOf(MESSAGE_IDS.port, Uint8Array.of(message.port >>> 8, message.port));
    case 'bitfield':
      return frameOf(MESSAGE_IDS.bitfield, message.bits);
    case 'extended': {
      const bytes = frame(MESSAGE_IDS.extended, 1 + message.payload.length);
      bytes[5] = message.extendedId;
      bytes.set(message.payload, 6);
      return bytes;
    }
    case 'unknown':
      return frameOf(message.id, message.payload);
    default:
      return frame(MESSAGE_IDS[message.type], 0);
  }
}

/** Writes a HAVE (`HAVE_BYTES`) at `offset`; returns the offset after it. */
export function writeHave(out: Uint8Array, offset: number, index: number): number {
  return writeUint32(out, writeFrameHeader(out, offset, MESSAGE_IDS.have, 4), index);
}

/** Writes a REQUEST (`BLOCK_MESSAGE_BYTES`) at `offset`; returns the offset after it. */
export function writeRequest(out: Uint8Array, offset: number, index: number, begin: number, length: number): number {
  return writeBlockMessage('request', out, offset, index, begin, length);
}

/** Writes a CANCEL (`BLOCK_MESSAGE_BYTES`) at `offset`; returns the offset after it. */
export function writeCancel(out: Uint8Array, offset: number, index: number, begin: number, length: number): number {
  return writeBlockMessage('cancel', out, offset, index, begin, length);
}

/** Writes a REJECT (`BLOCK_MESSAGE_BYTES`) at `offset`; returns the offset after it. */
export function writeReject(out: Uint8Array, offset: number, index: number, begin: number, length: number): number {
  return writeBlockMessage('reject', out, offset, index, begin, length);
}

/** The first 13 bytes of a PIECE; the block of `blockLength` bytes is to be sent right after them. */
export function encodePieceHeader(index: number, begin: number, blockLength: number): Uint8Array {
  const bytes = new Uint8Array(PIECE_HEADER_BYTES);
  const offset = writeFrameHeader(bytes, 0, MESSAGE_IDS.piece, 8 + blockLength);
  writeUint32(bytes, writeUint32(bytes, offset, index), begin);
  return bytes;
}

function writeBlockMessage(
  type: BlockMessage['type'],
  out: Uint8Array,
  offset: number,
  index: number,
  begin: number,
  length: number,
): number {
  const indexOffset = writeFrameHeader(out, offset, MESSAGE_IDS[type], 12);
  return writeUint32(out, writeUint32(out, writeUint32(out, indexOffset, index), begin), length);
}

function writeFrameHeader(out: Uint8Array, offset: number, id: number, payloadLength: number): number {
  const idOffset = writeUint32(out, offset, 1 + payloadLength);
  out[idOffset] = id;
  return idOffset + 1;
}

function frame(id: number, payloadLength: number): Uint8Array {
  const bytes = new Uint8Array(5 + payloadLength);
  writeFrameHeader(bytes, 0, id, payloadLength);
  return bytes;
}

function frameOf(id: number, payload: Uint8Array): Uint8Array {
  const bytes = frame(id, payload.length);
  bytes.set(payload, 5);
  return bytes;
}
