import type { IFileStat } from '../interfaces/filesystem.js';
import { BitField } from '../utils/bitfield.js';
import { changedFiles, claimWrongFiles } from './changed-files.js';
import type { CheckTurns } from './check-turns.js';
import { type FileRecord, type FileSurvey, surveyFiles } from './file-survey.js';
import type { Replaceable } from './replaceable.js';
import { FilesChangedError } from './skipped-files.js';
import type { TorrentContent } from './torrent-content.js';
import { recoverUnrecorded } from './unrecorded-pieces.js';

/** Pieces read and hashed at the same time: while one is hashed the next is read. */
const PARALLEL_CHECKS = 3;
/** Their memory, unless a single piece needs more. */
const MAX_SCRATCH_BYTES = 24 * 1024 * 1024;
/** Progress is told in steps of this share. */
const PROGRESS_STEP = 1 / 1000;

interface CheckOptions {
  readonly record: FileRecord;
  /** The record was made at a good end: no piece can be missing in it. */
  readonly isSettled: boolean;
  /** Undefined: nothing that somebody changed in the user's folder. */
  readonly mayReplace: Replaceable | undefined;
  /** Files are hashed only when it is the torrent's turn. */
  readonly turns: CheckTurns;
  readonly signal: AbortSignal;
  /** 0 to 1, of what has to be hashed; not called when nothing has. */
  readonly onProgress: (share: number) => void;
}

/**
 * Finds out which pieces are on disk and marks them in `content`: believes the record for files that are as they were, hashes what lies in
 * files that were changed or have no record, and looks for pieces that a crash kept off it. Resolves with what the platform says of each
 * file, or early, with undefined, when `signal` aborts. Rejects with `FileSystemError`, or {@link FilesChangedError}.
 */
export async function findVerified(
  content: TorrentContent,
  options: CheckOptions,
): Promise<readonly (IFileStat | undefined)[] | undefined> {
  const { signal } = options;
  const isAborted = () => signal.aborted;
  await content.arrangeFiles({ isChecked: false });
  const survey = await surveyFiles(content, options.record, signal);
  if (!survey) return undefined;
  content.progress.recount(content.downloader.pieces.have);
  for (const index of survey.believed) content.markHave(index);
  if (!survey.doubted.hasNone) await hashInTurn(content, survey.doubted, options);
  if (isAborted()) return undefined;
  if (!options.isSettled) await recoverUnrecorded(content, unsettled(survey), signal);
  if (isAborted()) return undefined;
  const { mayReplace } = options;
  if (mayReplace !== 'pieces') await refuseChanges(content, mayReplace);
  if (mayReplace && typeof mayReplace !== 'string') await claimWrongFiles(content, mayReplace);
  await content.arrangeFiles({ isChecked: true });
  await content.downloader.loadShelf();
  return isAborted() ? undefined : survey.stats;
}

/** Rejects with {@link FilesChangedError} when somebody changed what lies in the user's folder, and it is not to be replaced. */
async function refuseChanges(
  content: TorrentContent,
  mayReplace: Exclude<Replaceable, 'pieces'> | undefined,
): Promise<void> {
  const changed = await changedFiles(content, (index, finding) =>
    typeof mayReplace === 'object' ? mayReplace.has(index) : mayReplace === 'untold' && finding === 'unknown',
  );
  if (changed.length > 0) throw new FilesChangedError(changed);
}

async function hashInTurn(content: TorrentContent, pieces: BitField, options: CheckOptions): Promise<void> {
  options.onProgress(0);
  const end = await options.turns.take(options.signal);
  if (!end) return;
  try {
    await hashPieces(content, pieces, options);
  } finally {
    end();
  }
}

/** Hashes these pieces and marks those that are right. */
async function hashPieces(
  content: TorrentContent,
  pieces: BitField,
  { signal, onProgress }: CheckOptions,
): Promise<void> {
  const { layout, disk } = content;
  const isAborted = () => signal.aborted;
  const waiting = pieces[Symbol.iterator]();
  const scratchLength = layout.sectionLength;
  const workers = Math.max(1, Math.min(PARALLEL_CHECKS, Math.floor(MAX_SCRATCH_BYTES / scratchLength)));
  let checked = 0;
  let told = 0;
  const work = async () => {
    let scratch: Uint8Array = new Uint8Array(scratchLength);
    for (const index of waiting) {
      if (isAborted()) return;
      const result = await disk.check(index, scratch);
      scratch = result.scratch;
      if (result.isValid) content.markHave(index);
      const share = ++checked / pieces.count;
      if (isAborted() || (share - told < PROGRESS_STEP && share < 1)) continue;
      told = share;
      onProgress(share);
    }
  };
  await Promise.all(Array.from({ length: Math.min(workers, pieces.count) }, work));
}

/** What may have been written without being on record. */
function unsettled({ believed, doubted, absent }: FileSurvey): BitField {
  const pieces = new BitField(believed.length);
  pieces.setAll();
  for (const known of [believed, doubted, absent]) for (const index of known) pieces.clear(index);
  return pieces;
}
