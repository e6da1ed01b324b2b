import type { IFileStat } from '../interfaces/filesystem.js';
import { BitField } from '../utils/bitfield.js';
import type { DiskFile, DiskManager, FileInspection } from './disk-manager.js';
import type { FileStamps } from './file-stamps.js';
import type { PieceLayout } from './piece-layout.js';
import type { TorrentContent } from './torrent-content.js';

/** Files asked about at the same time. */
const PARALLEL_STATS = 16;

/** What is on record of a torrent's files. */
export interface FileRecord {
  /** Undefined: nothing is on record. */
  readonly verified: BitField | undefined;
  readonly stamps: FileStamps;
  /** A file without a stamp may have been changed too. */
  readonly isEveryFileDoubted: boolean;
  /** These may have been changed, whatever their stamps say. */
  readonly doubtedFiles: ReadonlySet<number>;
}

/** What the sizes and times of the files say of the pieces, without reading any. */
export interface FileSurvey {
  /** On record, in files that are as they were. */
  readonly believed: BitField;
  /** In files that were changed, or of which nothing is on record: only hashing tells. */
  readonly doubted: BitField;
  /** Beyond the end of a file, or in one that is not there. */
  readonly absent: BitField;
  readonly stats: readonly (IFileStat | undefined)[];
}

/** Compares the files of a torrent with what is on record. Undefined when `signal` aborts. */
export async function surveyFiles(
  { layout, diskFiles, disk }: Pick<TorrentContent, 'layout' | 'diskFiles' | 'disk'>,
  record: FileRecord,
  signal: AbortSignal,
): Promise<FileSurvey | undefined> {
  const found = await inspectAll(disk, diskFiles, signal);
  if (signal.aborted) return undefined;
  const recorded = record.verified?.length === layout.pieceCount ? record.verified : undefined;
  const doubted = new BitField(layout.pieceCount);
  const absent = new BitField(layout.pieceCount);
  diskFiles.forEach((file, fileIndex) => {
    const inspection = found[fileIndex];
    if (!inspection) return;
    const size = Math.min(file.length, inspection.stat?.size ?? 0);
    for (const index of piecesIn(layout, file.offset + size, file.offset + file.length)) {
      if (!inspection.isKept(index)) absent.set(index);
    }
    const stamp = record.stamps.get(fileIndex);
    const isDoubted = record.doubtedFiles.has(fileIndex);
    if (recorded && !isDoubted && !isChanged(layout, file, inspection, stamp, { ...record, verified: recorded }))
      return;
    for (const index of piecesIn(layout, file.offset, file.offset + file.length)) doubted.set(index);
  });
  const believed = new BitField(layout.pieceCount);
  for (const index of recorded ?? []) if (!doubted.get(index)) believed.set(index);
  for (const index of absent) doubted.clear(index);
  return { believed, doubted, absent, stats: found.map((inspection) => inspection?.stat) };
}

function isChanged(
  layout: PieceLayout,
  file: DiskFile,
  { stat, isKept }: FileInspection,
  stamp: number | undefined,
  { verified, isEveryFileDoubted }: { readonly verified: BitField; readonly isEveryFileDoubted: boolean },
): boolean {
  const isNeeded = (index: number) => verified.get(index) && !isKept(index);
  if ((stat?.size ?? 0) < neededSize(layout, file, isNeeded)) return true;
  if (stamp === undefined) return isEveryFileDoubted;
  return stat !== undefined && stat.modifiedMs !== 0 && stat.modifiedMs !== stamp;
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

/** The pieces with a byte from `start` up to `end`. */
function* piecesIn(layout: PieceLayout, start: number, end: number): Generator<number> {
  if (start === end) return;
  const last = Math.floor((end - 1) / layout.pieceLength);
  for (let index = Math.floor(start / layout.pieceLength); index <= last; index++) yield index;
}

async function inspectAll(
  disk: DiskManager,
  files: readonly DiskFile[],
  signal: AbortSignal,
): Promise<readonly (FileInspection | undefined)[]> {
  const found: (FileInspection | undefined)[] = files.map(() => undefined);
  const waiting = files.entries();
  const work = async () => {
    for (const [index, { length }] of waiting) {
      if (signal.aborted) return;
      if (length > 0) found[index] = await disk.inspect(index);
    }
  };
  await Promise.all(Array.from({ length: Math.min(PARALLEL_STATS, files.length) }, work));
  return found;
}
