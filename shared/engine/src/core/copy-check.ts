import type { IReadableFile, IReadableFiles } from '../interfaces/filesystem.js';
import { equalBytes } from '../utils/bytes.js';
import type { DiskManager } from './disk-manager.js';
import type { PieceLayout } from './piece-layout.js';
import type { FileExtent } from './torrent-file.js';

/** Bytes compared at a time. */
const CHUNK_BYTES = 1024 * 1024;
/** Larger pieces are compared instead of hashed, for a piece is hashed as a whole. */
const MAX_HASHED_PIECE_BYTES = 16 * 1024 * 1024;

/** A finished file and the copy of it that is to be believed. */
export interface CopyToCheck {
  readonly file: FileExtent;
  readonly copy: { readonly files: IReadableFiles; readonly path: string };
  readonly layout: PieceLayout;
  readonly disk: Pick<DiskManager, 'isPiece'>;
  /** Reads the original: all of `into` or less at its end. */
  readOriginal(
    position: number,
    into: Uint8Array,
  ): Promise<{ readonly buffer: Uint8Array; readonly bytesRead: number }>;
  readonly signal: AbortSignal;
}

/**
 * Reads a copy back and says whether it is whole and right: by the hashes of the pieces that lie in it, and by comparing with the original
 * what it shares with other files. Rejects with `FileSystemError`, or the reason of `signal`.
 */
export async function isTrueCopy(check: CopyToCheck): Promise<boolean> {
  const { file, copy, layout } = check;
  const stat = await copy.files.stat(copy.path);
  if (stat?.isDirectory !== false || stat.size !== file.length) return false;
  if (file.length === 0) return true;
  const reader = await copy.files.open(copy.path, 'read');
  try {
    const { first, end } = ownPieces(file, layout);
    if (first >= end) return await isSame(check, reader, 0, file.length);
    const start = first * layout.pieceLength - file.offset;
    const stop = Math.min(end * layout.pieceLength, layout.totalLength) - file.offset;
    return (
      (await isSame(check, reader, 0, start)) &&
      (await arePieces(check, reader, first, end)) &&
      (await isSame(check, reader, stop, file.length))
    );
  } finally {
    await reader.close();
  }
}

/** The pieces, up to `end`, that lie in the file as a whole and are small enough to be hashed. */
function ownPieces(
  { offset, length }: FileExtent,
  layout: PieceLayout,
): { readonly first: number; readonly end: number } {
  const { pieceLength, totalLength } = layout;
  if (pieceLength > MAX_HASHED_PIECE_BYTES) return { first: 0, end: 0 };
  const isLast = offset + length === totalLength;
  const end = isLast ? layout.pieceCount : Math.floor((offset + length) / pieceLength);
  return { first: Math.ceil(offset / pieceLength), end };
}

async function arePieces(check: CopyToCheck, reader: IReadableFile, first: number, end: number): Promise<boolean> {
  const { file, layout, disk, signal } = check;
  let scratch: Uint8Array = new Uint8Array(layout.pieceSize(first));
  for (let index = first; index < end; index++) {
    signal.throwIfAborted();
    const length = layout.pieceSize(index);
    const read = await reader.read(index * layout.pieceLength - file.offset, scratch.subarray(0, length));
    if (read.bytesRead < length) return false;
    const { isValid, data } = await disk.isPiece(index, read.buffer);
    if (!isValid) return false;
    scratch = data;
  }
  return true;
}

async function isSame(check: CopyToCheck, reader: IReadableFile, start: number, stop: number): Promise<boolean> {
  for (let position = start; position < stop;) {
    check.signal.throwIfAborted();
    const length = Math.min(CHUNK_BYTES, stop - position);
    const [copy, original] = await Promise.all([
      reader.read(position, new Uint8Array(length)),
      check.readOriginal(position, new Uint8Array(length)),
    ]);
    if (copy.bytesRead < length || original.bytesRead < length) return false;
    if (!equalBytes(copy.buffer, original.buffer)) return false;
    position += length;
  }
  return true;
}
