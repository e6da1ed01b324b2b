import { readUint32 } from '../utils/bytes.js';
import { BLOCK_BYTES, MAX_MESSAGE_BYTES } from './limits.js';
import { messageTypeOf, type WireMessage } from './wire-message.js';
import { WireProtocolError } from './wire-protocol-error.js';

/** The start of a message of which not all may have arrived. */
export type MessageHeader =
  | {
      readonly type: Exclude<WireMessage['type'], 'piece'>;
      /** Bytes before the payload: length prefix and id. */
      readonly headerBytes: number;
      /** Bytes of the whole message, header included. */
      readonly messageBytes: number;
    }
  | {
      readonly type: 'piece';
      /** Bytes before the block: 13. */
      readonly headerBytes: number;
      /** Bytes of the whole message, header included. */
      readonly messageBytes: number;
      readonly index: number;
      /** Byte offset inside the piece. */
      readonly begin: number;
      /** Bytes of the block, 1 to 16 KiB. */
      readonly blockLength: number;
    };

export interface ParsedMessages {
  /** Whole messages, in order; their payloads are views into the input. */
  readonly messages: WireMessage[];
  /** Bytes of the input they took; the rest is the start of the next message. */
  readonly consumed: number;
}

/** Reads all whole messages from the start of `view`. Throws {@link WireProtocolError}, also for a partial message that can only be wrong. */
export function parse(view: Uint8Array): ParsedMessages {
  const messages: WireMessage[] = [];
  let offset = 0;
  for (;;) {
    const messageBytes = checkedMessageBytes(view, offset);
    if (messageBytes === undefined || messageBytes > view.length - offset) return { messages, consumed: offset };
    messages.push(messageAt(view, offset, messageBytes));
    offset += messageBytes;
  }
}

/**
 * Reads the header of the message at the start of `view`, so that the payload of a PIECE can go straight to where it belongs;
 * undefined while it has not all arrived (13 bytes of a PIECE, 4 of KEEP-ALIVE, 5 of the others). Throws {@link WireProtocolError}.
 */
export function parseHeader(view: Uint8Array): MessageHeader | undefined {
  const messageBytes = checkedMessageBytes(view, 0);
  if (messageBytes === undefined) return undefined;
  if (messageBytes === 4) return { type: 'keep-alive', headerBytes: 4, messageBytes };
  const type = messageTypeOf(view[4] as number);
  if (type !== 'piece') return { type, headerBytes: 5, messageBytes };
  if (view.length < 13) return undefined;
  return {
    type,
    headerBytes: 13,
    messageBytes,
    index: readUint32(view, 5),
    begin: readUint32(view, 9),
    blockLength: messageBytes - 13,
  };
}

/** Length of the message at `offset` with its prefix; undefined while prefix and id have not arrived. Throws when it cannot be right. */
function checkedMessageBytes(view: Uint8Array, offset: number): number | undefined {
  if (view.length - offset < 4) return undefined;
  const length = readUint32(view, offset);
  if (length > MAX_MESSAGE_BYTES) throw new WireProtocolError('message-too-long', `a message of ${length} bytes`);
  if (length === 0) return 4;
  if (view.length - offset < 5) return undefined;
  checkPayloadLength(view[offset + 4] as number, length - 1);
  return 4 + length;
}

function checkPayloadLength(id: number, payloadLength: number): void {
  const type = messageTypeOf(id);
  if (type === 'piece' && payloadLength > 8 + BLOCK_BYTES) {
    throw new WireProtocolError('block-too-long', `a block of ${payloadLength - 8} bytes`);
  }
  if (!isPossibleLength(type, payloadLength)) {
    throw new WireProtocolError('bad-length', `a payload of ${payloadLength} bytes for ${type}`);
  }
}

function isPossibleLength(type: ReturnType<typeof messageTypeOf>, payloadLength: number): boolean {
  switch (type) {
    case 'choke':
    case 'unchoke':
    case 'interested':
    case 'not-interested':
    case 'have-all':
    case 'have-none':
      return payloadLength === 0;
    case 'have':
    case 'suggest':
    case 'allowed-fast':
      return payloadLength === 4;
    case 'request':
    case 'cancel':
    case 'reject':
      return payloadLength === 12;
    case 'port':
      return payloadLength === 2;
    case 'extended':
      return payloadLength >= 1;
    case 'piece':
      return payloadLength > 8;
    case 'bitfield':
    case 'unknown':
      return true;
  }
}

function messageAt(view: Uint8Array, offset: number, messageBytes: number): WireMessage {
  if (messageBytes === 4) return { type: 'keep-alive' };
  const id = view[offset + 4] as number;
  const type = messageTypeOf(id);
  const start = offset + 5;
  const end = offset + messageBytes;
  switch (type) {
    case 'have':
    case 'suggest':
    case 'allowed-fast':
      return { type, index: readUint32(view, start) };
    case 'request':
    case 'cancel':
    case 'reject':
      return {
        type,
        index: readUint32(view, start),
        begin: readUint32(view, start + 4),
        length: readUint32(view, start + 8),
      };
    case 'piece':
      return {
        type,
        index: readUint32(view, start),
        begin: readUint32(view, start + 4),
        block: view.subarray(start + 8, end),
      };
    case 'bitfield':
      return { type, bits: view.subarray(start, end) };
    case 'port':
      return { type, port: ((view[start] as number) << 8) | (view[start + 1] as number) };
    case 'extended':
      return { type, extendedId: view[start] as number, payload: view.subarray(start + 1, end) };
    case 'unknown':
      return { type, id, payload: view.subarray(start, end) };
    default:
      return { type };
  }
}
