import type { PieceLayout } from './piece-layout.js';
import type { FileExtent } from './torrent-file.js';

/** Of the parts in which a file comes to its folder that is too big for staging; rounded up to whole pieces. */
export const PART_BYTES = 64 * 1024 * 1024;

/** A range of a file that lies in a file of its own. */
export interface FilePart extends FileExtent {
  /** Where it starts in its file. */
  readonly position: number;
  /** Its pieces, up to `endPiece`. Only the first and the last part of a file share any, with other files. */
  readonly firstPiece: number;
  readonly endPiece: number;
}

/** A whole number of pieces, at least `bytes` long. */
export function wholePieces(bytes: number, { pieceLength }: PieceLayout): number {
  return Math.ceil(bytes / pieceLength) * pieceLength;
}

/** Divides a file at piece borders, `partBytes` apart, which are a whole number of pieces. */
export function dividedInParts(file: FileExtent, partBytes: number, { pieceLength }: PieceLayout): readonly FilePart[] {
  const parts: FilePart[] = [];
  const end = file.offset + file.length;
  const first = Math.floor(file.offset / pieceLength) * pieceLength;
  for (let start = first; start < end; start += partBytes) {
    const offset = Math.max(start, file.offset);
    const length = Math.min(start + partBytes, end) - offset;
    const endPiece = Math.ceil((offset + length) / pieceLength);
    parts.push({ offset, length, position: offset - file.offset, firstPiece: start / pieceLength, endPiece });
  }
  return parts;
}

/** Index of the part with that byte of the file. */
export function partAt(parts: readonly FilePart[], position: number, partBytes: number): number {
  const [first] = parts;
  if (!first || position < first.length) return 0;
  return 1 + Math.floor((position - first.length) / partBytes);
}
