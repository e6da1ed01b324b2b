import type { TorrentContent } from './torrent-content.js';

/** So many pieces must be open at a time for the download to go on. */
const LEAST_OPEN_PIECES = 1;

/** What the scratch file must have of the disk yet, beside the pieces themselves, for the download to go on. */
export function leastScratchBytes({ downloader, disk, layout }: TorrentContent): number {
  const isNeeded = layout.isSectioned && !downloader.pieces.isComplete;
  return isNeeded ? Math.max(0, LEAST_OPEN_PIECES - disk.scratchPieces) * layout.pieceLength : 0;
}

/**
 * Pieces that are too long for the memory lie in the scratch file until they are verified: opens as many at a time as `freeBytes` allow,
 * and returns how many bytes these need; more than there are when it is too little for any.
 */
export function claimScratch({ downloader, disk, layout }: TorrentContent, freeBytes: number): number {
  const { pieces } = downloader;
  if (!layout.isSectioned || pieces.isComplete) return 0;
  const there = disk.scratchPieces;
  const affordable = there + Math.max(0, Math.floor(freeBytes / layout.pieceLength));
  const useful = Math.min(pieces.memories.mostOpen, Math.ceil(pieces.missingWantedBytes / layout.pieceLength));
  const count = Math.max(LEAST_OPEN_PIECES, Math.min(affordable, useful));
  // What lies on the shelf has its place there too.
  pieces.memories.limitOpen(Math.max(LEAST_OPEN_PIECES, count - pieces.shelf.size));
  return Math.max(0, count - there) * layout.pieceLength;
}
