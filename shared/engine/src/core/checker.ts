import type { BitField } from '../utils/bitfield.js';
import type { CheckTurns } from './check-turns.js';
import type { DiskFile, DiskManager } from './disk-manager.js';
import type { PieceLayout } from './piece-layout.js';
import type { TorrentContent } from './torrent-content.js';
import { recoverUnrecorded } from './unrecorded-pieces.js';

/** Pieces read and hashed at the same time. */
const PARALLEL_CHECKS = 2;

interface CheckOptions {
  /** The pieces that were verified as the session was stored; undefined when there is no record. */
  readonly recorded: BitField | undefined;
  /** Everything is hashed only when it is its turn. */
  readonly turns: CheckTurns;
  readonly signal: AbortSignal;
  /** 0 to 1, while everything is hashed. */
  readonly onProgress: (share: number) => void;
}

/**
 * Finds out which pieces are on disk and marks them in `content`: believes the record where it fits the torrent and the sizes of the files
 * agree with it, looks for pieces that a crash kept off the record, and else hashes everything there is. Resolves early, with false, when `signal` aborts.
 */
export async function findVerified(content: TorrentContent, options: CheckOptions): Promise<boolean> {
  const { layout, disk, diskFiles } = content;
  await content.arrangeFiles({ isChecked: false });
  const recorded = options.recorded?.length === layout.pieceCount ? options.recorded : undefined;
  const finding = await inspectFiles(layout, disk, diskFiles, recorded);
  if (options.signal.aborted) return false;
  content.progress.recount(content.downloader.pieces.have);
  if (finding === 'unclear' && !(await checkInTurn(content, options))) return false;
  if (finding === 'as-recorded') {
    for (const index of recorded ?? []) content.markHave(index);
    await recoverUnrecorded(content, options.signal);
  }
  await content.arrangeFiles({ isChecked: true });
  await content.downloader.loadShelf();
  return !options.signal.aborted;
}

async function checkInTurn(content: TorrentContent, options: CheckOptions): Promise<boolean> {
  options.onProgress(0);
  const end = await options.turns.take(options.signal);
  if (!end) return false;
  try {
    return await checkPieces(content, options);
  } finally {
    end();
  }
}

/** Hashes every piece on disk. */
async function checkPieces(content: TorrentContent, { signal, onProgress }: CheckOptions): Promise<boolean> {
  const { layout, disk } = content;
  const isAborted = () => signal.aborted;
  let next = 0;
  let checked = 0;
  const work = async () => {
    let scratch: Uint8Array = new Uint8Array(layout.pieceSize(0));
    while (next < layout.pieceCount && !isAborted()) {
      const index = next++;
      const result = await disk.check(index, scratch);
      scratch = result.scratch;
      if (result.isValid) content.markHave(index);
      checked++;
      if (!isAborted()) onProgress(checked / layout.pieceCount);
    }
  };
  await Promise.all(Array.from({ length: Math.min(PARALLEL_CHECKS, layout.pieceCount) }, work));
  return !isAborted();
}

/** What the files on disk say of a stored bitfield, without reading them. */
type FilesFinding = 'nothing-there' | 'as-recorded' | 'unclear';

/** Compares sizes of the files with what `verified` (undefined: nothing on record) needs; `unclear` calls for hashing. */
async function inspectFiles(
  layout: PieceLayout,
  disk: DiskManager,
  files: readonly DiskFile[],
  verified: BitField | undefined,
): Promise<FilesFinding> {
  let isSomethingThere = disk.hasKeptPieces;
  for (const [fileIndex, file] of files.entries()) {
    if (file.length === 0) continue;
    const { size, isKept } = await disk.inspect(fileIndex);
    if (size !== undefined) isSomethingThere = true;
    const isNeeded = (index: number) => (verified?.get(index) ?? false) && !isKept(index);
    if ((size ?? 0) < neededSize(layout, file, isNeeded)) return 'unclear';
  }
  if (!isSomethingThere) return 'nothing-there';
  return verified ? 'as-recorded' : 'unclear';
}

/** How long the file must be at least to hold its part of all pieces that are needed there. */
function neededSize(layout: PieceLayout, file: DiskFile, isNeeded: (index: number) => boolean): number {
  const first = Math.floor(file.offset / layout.pieceLength);
  for (let index = Math.floor((file.offset + file.length - 1) / layout.pieceLength); index >= first; index--) {
    if (!isNeeded(index)) continue;
    return Math.min(file.length, index * layout.pieceLength + layout.pieceSize(index) - file.offset);
  }
  return 0;
}
