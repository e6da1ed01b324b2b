/** What a torrent tells. */
export interface TorrentEvents {
  /** The snapshot differs. */
  changed: [];
  /** The files are known. */
  metadata: [];
  /** A piece is verified and on disk. */
  piece: [index: number];
  /** Every wanted piece is here, and was not before. */
  completed: [];
}
