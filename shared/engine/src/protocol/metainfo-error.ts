/**
 * Why a .torrent file or metadata is refused: `not-bencode`, `over-limit` (size or number of values), `no-info`, `bad-name`,
 * `bad-piece-length`, `bad-pieces` (the hashes do not fit the length), `bad-files`, `bad-length` (of a file or of all), `empty`
 * (nothing to download), `v2-unsupported` (BEP 52 without the v1 part).
 */
export type MetainfoErrorCode =
  | 'not-bencode'
  | 'over-limit'
  | 'no-info'
  | 'bad-name'
  | 'bad-piece-length'
  | 'bad-pieces'
  | 'bad-files'
  | 'bad-length'
  | 'empty'
  | 'v2-unsupported';

/** The only error that reading a .torrent file or metadata throws. */
export class MetainfoError extends Error {
  override readonly name = 'MetainfoError';
  constructor(
    readonly code: MetainfoErrorCode,
    message: string,
    options?: { cause?: unknown },
  ) {
    super(message, options);
  }
}
