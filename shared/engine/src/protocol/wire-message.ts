/**
 * The messages after the handshake. On the wire each is `length u32 | id u8 | payload`, where length counts id and payload;
 * KEEP-ALIVE is a length of 0 and nothing else. All integers are big-endian and unsigned.
 */

/** BEP 3 and 6: CHOKE 0, UNCHOKE 1, INTERESTED 2, NOT-INTERESTED 3, HAVE-ALL 0x0e, HAVE-NONE 0x0f. No payload. */
interface PlainMessage {
  readonly type: 'choke' | 'unchoke' | 'interested' | 'not-interested' | 'have-all' | 'have-none' | 'keep-alive';
}

/** HAVE 4 (BEP 3), SUGGEST 0x0d, ALLOWED-FAST 0x11 (BEP 6): `index u32`. */
interface PieceIndexMessage {
  readonly type: 'have' | 'suggest' | 'allowed-fast';
  readonly index: number;
}

/** BITFIELD 5 (BEP 3): one bit a piece, high bit first. `BitField.fromBytes` checks it. */
interface BitfieldMessage {
  readonly type: 'bitfield';
  /** A view into the input. */
  readonly bits: Uint8Array;
}

/** REQUEST 6, CANCEL 8 (BEP 3), REJECT 0x10 (BEP 6): `index u32 | begin u32 | length u32`. */
export interface BlockMessage {
  readonly type: 'request' | 'cancel' | 'reject';
  readonly index: number;
  /** Byte offset inside the piece. */
  readonly begin: number;
  readonly length: number;
}

/** PIECE 7 (BEP 3): `index u32 | begin u32 | block`. */
interface PieceMessage {
  readonly type: 'piece';
  readonly index: number;
  /** Byte offset inside the piece. */
  readonly begin: number;
  /** A view into the input, 1 byte to 16 KiB. */
  readonly block: Uint8Array;
}

/** PORT 9 (BEP 5): `port u16`, where the peer's DHT node listens. */
interface PortMessage {
  readonly type: 'port';
  readonly port: number;
}

/** EXTENDED 20 (BEP 10): `extended id u8 | payload`. Id 0 is the extended handshake. */
interface ExtendedMessage {
  readonly type: 'extended';
  readonly extendedId: number;
  /** A view into the input. */
  readonly payload: Uint8Array;
}

/** A message of an id that none of the BEPs here defines; to be ignored. */
interface UnknownMessage {
  readonly type: 'unknown';
  readonly id: number;
  /** A view into the input. */
  readonly payload: Uint8Array;
}

export type WireMessage =
  | PlainMessage
  | PieceIndexMessage
  | BitfieldMessage
  | BlockMessage
  | PieceMessage
  | PortMessage
  | ExtendedMessage
  | UnknownMessage;

type IdentifiedType = Exclude<WireMessage['type'], 'keep-alive' | 'unknown'>;

export const MESSAGE_IDS: Readonly<Record<IdentifiedType, number>> = {
  choke: 0,
  unchoke: 1,
  interested: 2,
  'not-interested': 3,
  have: 4,
  bitfield: 5,
  request: 6,
  piece: 7,
  cancel: 8,
  port: 9,
  suggest: 13,
  'have-all': 14,
  'have-none': 15,
  reject: 16,
  'allowed-fast': 17,
  extended: 20,
};

const TYPES_BY_ID = new Map<number, IdentifiedType>(
  (Object.keys(MESSAGE_IDS) as IdentifiedType[]).map((type) => [MESSAGE_IDS[type], type]),
);

export function messageTypeOf(id: number): IdentifiedType | 'unknown' {
  return TYPES_BY_ID.get(id) ?? 'unknown';
}
