import { concatBytes } from '../utils/bytes.js';
import { encode } from './bencode-encoder.js';
import { BencodeError } from './bencode-error.js';
import { decodePrefix } from './bencode.js';
import { BencodeDictionary } from './bencode-value.js';
import { MAX_METADATA_BYTES, METADATA_PIECE_BYTES } from './limits.js';

/** The name of the extension in the `m` of the extended handshake. */
export const METADATA_EXTENSION = 'ut_metadata';

/** BEP 9: a dictionary with `msg_type` (0 request, 1 data, 2 reject) and `piece`; data has `total_size`, and the bytes follow it. */
export type MetadataMessage =
  | { readonly type: 'request' | 'reject'; readonly piece: number }
  | {
      readonly type: 'data';
      readonly piece: number;
      /** Bytes of the whole info dictionary, as the sender claims. */
      readonly totalSize: number;
      /** Exactly the bytes of that piece for that size; a view into the input. */
      readonly data: Uint8Array;
    }
  /** A type that BEP 9 does not define; to be ignored. */
  | { readonly type: 'unknown' };

/**
 * Why a payload is no metadata message: `malformed` (no bencoded dictionary, or a field missing), `bad-piece` (out of range),
 * `bad-size` (`total_size` not 1 byte to 32 MiB), `bad-length` (not as many bytes as the piece has).
 */
export class MetadataExchangeError extends Error {
  override readonly name = 'MetadataExchangeError';
  constructor(
    readonly code: 'malformed' | 'bad-piece' | 'bad-size' | 'bad-length',
    message: string,
    options?: { cause?: unknown },
  ) {
    super(message, options);
  }
}

/** How many pieces metadata of `totalSize` bytes is exchanged in. */
export function metadataPieceCount(totalSize: number): number {
  return Math.ceil(totalSize / METADATA_PIECE_BYTES);
}

/** Bytes of metadata piece `piece`: 16 KiB, the last one the rest. */
export function metadataPieceLength(totalSize: number, piece: number): number {
  return Math.min(METADATA_PIECE_BYTES, totalSize - piece * METADATA_PIECE_BYTES);
}

/** The payload of an EXTENDED message. */
export function encodeMetadataMessage(message: Exclude<MetadataMessage, { type: 'unknown' }>): Uint8Array {
  if (message.type !== 'data') return encode({ msg_type: message.type === 'request' ? 0 : 2, piece: message.piece });
  const { piece, totalSize, data } = message;
  return concatBytes([encode({ msg_type: 1, piece, total_size: totalSize }), data]);
}

/** Reads the payload of an EXTENDED message. Throws {@link MetadataExchangeError}. */
export function parseMetadataMessage(payload: Uint8Array): MetadataMessage {
  const { fields, consumed } = decodeFields(payload);
  const type = fields.getInt('msg_type');
  if (type === undefined) throw new MetadataExchangeError('malformed', 'msg_type is missing');
  if (type < 0 || type > 2) return { type: 'unknown' };
  const piece = fields.getInt('piece');
  if (piece === undefined) throw new MetadataExchangeError('malformed', 'piece is missing');
  if (piece < 0 || piece >= metadataPieceCount(MAX_METADATA_BYTES)) throw badPiece(piece);
  if (type !== 1) return { type: type === 0 ? 'request' : 'reject', piece };
  const totalSize = fields.getInt('total_size');
  if (totalSize === undefined || totalSize < 1 || totalSize > MAX_METADATA_BYTES) {
    throw new MetadataExchangeError('bad-size', `total_size ${totalSize ?? 'missing'}`);
  }
  if (piece >= metadataPieceCount(totalSize)) throw badPiece(piece);
  const data = payload.subarray(consumed);
  if (data.length !== metadataPieceLength(totalSize, piece)) {
    throw new MetadataExchangeError('bad-length', `${data.length} bytes for piece ${piece} of ${totalSize} bytes`);
  }
  return { type: 'data', piece, totalSize, data };
}

function decodeFields(payload: Uint8Array): { readonly fields: BencodeDictionary; readonly consumed: number } {
  try {
    const { value, consumed } = decodePrefix(payload);
    if (value instanceof BencodeDictionary) return { fields: value, consumed };
  } catch (error) {
    if (error instanceof BencodeError) throw new MetadataExchangeError('malformed', error.message, { cause: error });
    throw error;
  }
  throw new MetadataExchangeError('malformed', 'not a dictionary');
}

function badPiece(piece: number): MetadataExchangeError {
  return new MetadataExchangeError('bad-piece', `metadata piece ${piece}`);
}
