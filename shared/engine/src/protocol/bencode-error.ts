export type BencodeErrorCode =
  | 'truncated'
  | 'unexpected-byte'
  | 'leading-zero'
  | 'bad-integer'
  | 'bad-length'
  | 'too-deep'
  | 'too-many-tokens'
  | 'trailing-bytes'
  | 'not-a-dictionary';

/** Why bytes are not the bencode that was expected. The only error the decoder throws. */
export class BencodeError extends Error {
  override readonly name = 'BencodeError';
  constructor(
    readonly code: BencodeErrorCode,
    /** Byte offset at which it was noticed. */
    readonly offset: number,
  ) {
    super(`${code} at byte ${offset}`);
  }
}
