import type { BitField } from '../utils/bitfield.js';
import type { DiskFile, DiskManager } from './disk-manager.js';
import type { PieceLayout } from './piece-layout.js';

/** Pieces read and hashed at the same time. */
const PARALLEL_CHECKS = 2;

/** Hashes every piece on disk and reports those that are right. Resolves early, with false, when `signal` aborts. */
export async function checkPieces(options: {
  readonly layout: PieceLayout;
  readonly disk: DiskManager;
  readonly signal: AbortSignal;
  readonly onValid: (index: number) => void;
  /** 0 to 1, after each piece. */
  readonly onProgress: (share: number) => void;
}): Promise<boolean> {
  const { layout, disk, signal, onValid, onProgress } = options;
  let next = 0;
  let checked = 0;
  const work = async () => {
    let scratch: Uint8Array = new Uint8Array(layout.pieceSize(0));
    while (next < layout.pieceCount && !signal.aborted) {
      const index = next++;
      const result = await disk.check(index, scratch);
      scratch = result.scratch;
      if (result.isValid) onValid(index);
      onProgress(++checked / layout.pieceCount);
    }
  };
  await Promise.all(Array.from({ length: Math.min(PARALLEL_CHECKS, layout.pieceCount) }, work));
  return !signal.aborted;
}

/** What the files on disk say of a stored bitfield, without reading them. */
export type FilesFinding = 'nothing-there' | 'as-recorded' | 'unclear';

/** Compares sizes of the files with what `verified` (undefined: nothing on record) needs; `unclear` calls for {@link checkPieces}. */
export async function inspectFiles(
  layout: PieceLayout,
  files: readonly DiskFile[],
  verified: BitField | undefined,
): Promise<FilesFinding> {
  let isSomethingThere = false;
  for (const file of files) {
    if (file.length === 0) continue;
    const stat = await file.fileSystem.stat(file.path);
    if (stat) isSomethingThere = true;
    if (verified && (stat?.size ?? 0) < neededSize(layout, file, verified)) return 'unclear';
  }
  if (!isSomethingThere) return 'nothing-there';
  return verified ? 'as-recorded' : 'unclear';
}

/** How long the file must be at least to hold its part of all verified pieces. */
function neededSize(layout: PieceLayout, file: DiskFile, verified: BitField): number {
  const first = Math.floor(file.offset / layout.pieceLength);
  for (let index = Math.floor((file.offset + file.length - 1) / layout.pieceLength); index >= first; index--) {
    if (!verified.get(index)) continue;
    return Math.min(file.length, index * layout.pieceLength + layout.pieceSize(index) - file.offset);
  }
  return 0;
}
