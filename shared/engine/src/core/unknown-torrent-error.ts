/** What was asked for names no torrent of this client. */
export class UnknownTorrentError extends Error {
  override readonly name = 'UnknownTorrentError';
  readonly code = 'unknown-torrent';
}
