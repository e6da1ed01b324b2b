import type { IFileStat, IReadableFile, IReadableFiles } from '../interfaces/filesystem.js';
import { equalBytes } from '../utils/bytes.js';
import type { DiskManager } from './disk-manager.js';
import type { PieceReader } from './piece-hashes.js';
import type { PieceLayout } from './piece-layout.js';
import type { FileExtent } from './torrent-file.js';

/** Bytes compared at a time. */
const CHUNK_BYTES = 1024 * 1024;

/** A finished file and the copy of it that is to be believed. */
export interface CopyToCheck {
  readonly file: FileExtent;
  readonly copy: { readonly files: IReadableFiles; readonly path: string };
  readonly layout: PieceLayout;
  readonly disk: Pick<DiskManager, 'hashes'>;
  /** Reads the original: all of `into` or less at its end. */
  readOriginal(
    position: number,
    into: Uint8Array,
  ): Promise<{ readonly buffer: Uint8Array; readonly bytesRead: number }>;
  readonly signal: AbortSignal;
}

/**
 * Reads a copy back and looks whether it is whole and right: by the hashes of the pieces that lie in it, and by comparing with the original
 * what it shares with other files. Resolves with what the platform said of it before it was read, or with undefined when it is not right.
 * Rejects with `FileSystemError`, or the reason of `signal`.
 */
export async function checkCopy(check: CopyToCheck): Promise<IFileStat | undefined> {
  const { file, copy } = check;
  const stat = await copy.files.stat(copy.path);
  if (stat?.isDirectory !== false || stat.size !== file.length) return undefined;
  return file.length === 0 || (await isRight(check)) ? stat : undefined;
}

async function isRight(check: CopyToCheck): Promise<boolean> {
  const { file, copy, layout } = check;
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

/** The pieces, up to `end`, that lie in the file as a whole. */
function ownPieces(
  { offset, length }: FileExtent,
  layout: PieceLayout,
): { readonly first: number; readonly end: number } {
  const { pieceLength, totalLength } = layout;
  const isLast = offset + length === totalLength;
  const end = isLast ? layout.pieceCount : Math.floor((offset + length) / pieceLength);
  return { first: Math.ceil(offset / pieceLength), end };
}

async function arePieces(check: CopyToCheck, reader: IReadableFile, first: number, end: number): Promise<boolean> {
  const { file, layout, disk, signal } = check;
  let scratch: Uint8Array = new Uint8Array(layout.sectionLength);
  for (let index = first; index < end; index++) {
    const start = index * layout.pieceLength - file.offset;
    const read: PieceReader = (begin, into) => {
      signal.throwIfAborted();
      return reader.read(start + begin, into);
    };
    const result = await disk.hashes.check(index, read, scratch);
    if (!result.isValid) return false;
    scratch = result.scratch;
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
