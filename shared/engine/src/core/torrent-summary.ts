import { parseInfo } from '../protocol/metainfo.js';
import type { BitField } from '../utils/bitfield.js';
import type { FilePriorities } from './file-priorities.js';
import { FileProgress } from './file-progress.js';
import { PieceLayout } from './piece-layout.js';
import { TorrentFile } from './torrent-file.js';
import type { MetadataRecord, ProgressRecord, TorrentSummary, TorrentTotals } from './torrent-record.js';

/** Zeros where nothing is known. */
export function totalsOf(progress: TorrentTotals | undefined): TorrentTotals {
  return {
    uploadedBytes: progress?.uploadedBytes ?? 0,
    downloadedBytes: progress?.downloadedBytes ?? 0,
    wastedBytes: progress?.wastedBytes ?? 0,
    activeSeconds: progress?.activeSeconds ?? 0,
    seedingSeconds: progress?.seedingSeconds ?? 0,
    timesCompleted: progress?.timesCompleted ?? 0,
  };
}

/** The first element of the paths of a torrent, the same in all. */
export function entryNameOf({ paths }: Pick<MetadataRecord, 'paths'>): string {
  return paths[0]?.split('/', 1)[0] ?? '';
}

/** Whether two summaries of one torrent agree on what is wanted and here. */
export function isAsFar(a: TorrentSummary | undefined, b: TorrentSummary | undefined): boolean {
  return a?.wantedBytes === b?.wantedBytes && a?.wantedDoneBytes === b?.wantedDoneBytes;
}

/** Sums up what is stored. Throws `MetainfoError` when the metadata cannot be used. */
export function summarize(
  metadata: MetadataRecord,
  progress: ProgressRecord | undefined,
  priorities: FilePriorities,
): TorrentSummary {
  const info = parseInfo(metadata.info, { maxBytes: metadata.info.length });
  const layout = new PieceLayout(info);
  const files = info.files.map(({ length, offset }) => new TorrentFile('', length, offset));
  const done = new FileProgress(layout, files);
  done.setPriorities(priorities);
  for (const index of piecesOf(progress?.verified, layout)) done.addPiece(index);
  return {
    totalBytes: info.totalLength,
    wantedBytes: done.wantedBytes,
    wantedDoneBytes: done.wantedDoneBytes,
    fileCount: files.length,
    isPrivate: info.isPrivate,
    entryName: entryNameOf(metadata),
    ...totalsOf(progress),
  };
}

/** A bitfield of another torrent's length says nothing. */
function piecesOf(verified: BitField | undefined, layout: PieceLayout): Iterable<number> {
  return verified?.length === layout.pieceCount ? verified : [];
}
