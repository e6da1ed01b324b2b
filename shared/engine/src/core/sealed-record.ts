import { BencodeError } from '../protocol/bencode-error.js';
import { encode, type BencodeInput } from '../protocol/bencode-encoder.js';
import { decodeDictionary } from '../protocol/bencode.js';
import type { BencodeDictionary } from '../protocol/bencode-value.js';
import { readUint32, writeUint32 } from '../utils/bytes.js';
import { crc32 } from '../utils/crc32.js';

/**
 * Why a stored record cannot be used: `damaged` (empty, cut short or changed), `newer-version` (written by a later release; keep it),
 * `invalid` (whole, but a field is missing or out of range), `unreadable` (the store failed).
 */
export type RecordErrorCode = 'damaged' | 'newer-version' | 'invalid' | 'unreadable';

/** The only error of the record codecs. */
export class RecordError extends Error {
  override readonly name = 'RecordError';
  constructor(
    readonly code: RecordErrorCode,
    message: string,
    options?: { cause?: unknown },
  ) {
    super(message, options);
  }
}

/**
 * Counts up when a release before would misread what is written now; fields that it may ignore are just added. 1: wanted files as a list
 * of indices, nothing of the content in a torrent's record. 2: priorities of files, a summary. 3: removals and renamings that are still to be
 * finished, places in a folder that are to be looked up. 4: peers as lines of text.
 */
const VERSION = 4;
const HEADER_BYTES = 8;

/** Wraps fields for the store: `crc-32 u32 | version u32 | bencoded dictionary`; the sum covers all that follows it. */
export function seal(fields: { readonly [key: string]: BencodeInput | undefined }): Uint8Array {
  const payload = encode(fields);
  const record = new Uint8Array(HEADER_BYTES + payload.length);
  writeUint32(record, 4, VERSION);
  record.set(payload, HEADER_BYTES);
  writeUint32(record, 0, crc32(record.subarray(4)));
  return record;
}

/** Opens what `seal` made. Throws {@link RecordError}. */
export function unseal(record: Uint8Array): BencodeDictionary {
  if (record.length < HEADER_BYTES) throw new RecordError('damaged', `a record of ${record.length} bytes`);
  if (readUint32(record, 0) !== crc32(record.subarray(4)))
    throw new RecordError('damaged', 'the checksum does not match');
  const version = readUint32(record, 4);
  if (version > VERSION) throw new RecordError('newer-version', `version ${version}, known up to ${VERSION}`);
  try {
    return decodeDictionary(record.subarray(HEADER_BYTES));
  } catch (error) {
    if (!(error instanceof BencodeError)) throw error;
    throw new RecordError('invalid', 'not a bencoded dictionary', { cause: error });
  }
}

/** Returns `value`, or throws `invalid` when it is undefined. */
export function required<T>(field: string, value: T | undefined): T {
  if (value === undefined) throw new RecordError('invalid', `field ${field} is missing or wrong`);
  return value;
}
