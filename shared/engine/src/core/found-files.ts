import { FileSystemError, type IReadableFiles } from '../interfaces/filesystem.js';
import { pathBelow } from './files-of-others.js';
import { type FilePlace, NOTHING_PUBLISHED, type PublishedRecord } from './published-record.js';
import { StagedFiles } from './staged-files.js';
import type { TorrentContent } from './torrent-content.js';

/** Whole files would stay behind in the folder that the torrent is in: where the user says that all are, they are not. */
class FilesLeftBehindError extends Error {
  override readonly name = 'FilesLeftBehindError';
  readonly code = 'files-left-behind';
}

/**
 * Which files are in the folder, under the names that they have below `top`. What staging holds is not given up for less. Rejects with
 * {@link FilesLeftBehindError} or `FileSystemError`.
 */
export async function lookFor(content: TorrentContent, folder: IReadableFiles, top: string): Promise<PublishedRecord> {
  const staged = content.fileSystem instanceof StagedFiles ? content.fileSystem : undefined;
  const places: FilePlace[] = [];
  const names = new Map<number, string>();
  for (const [index, { path, length }] of content.files.entries()) {
    const there = pathBelow(top, path);
    const stat = await folder.stat(there);
    const size = stat?.isDirectory === false ? stat.size : -1;
    const isLeaving = staged?.isInFolder(index) === true;
    if (isLeaving && size !== length && (await isWholeStill(staged, content, index)))
      throw new FilesLeftBehindError(`${path} is only in the folder where it was`);
    // What lay in the old folder is no longer at hand, however whole it was.
    const done = isLeaving ? 0 : content.progress.doneBytes(index);
    const isBetter =
      size >= 0 &&
      done < length &&
      (done === 0 || (size === length && (await holdsMore(content, index, { folder, path: there }))));
    places.push(isBetter ? 'folder' : 'staged');
    if (there !== path) names.set(index, there);
  }
  return { ...NOTHING_PUBLISHED, places, names };
}

/** In the folder where it is now; one that cannot be reached holds nothing that could be used. */
async function isWholeStill(staged: StagedFiles, { files, progress }: TorrentContent, index: number): Promise<boolean> {
  const length = files[index]?.length ?? 0;
  if (length === 0 || progress.doneBytes(index) < length) return false;
  try {
    const stat = await staged.folder.stat(staged.folderPath(index));
    return stat?.isDirectory === false && stat.size >= length;
  } catch (error) {
    if (error instanceof FileSystemError) return false;
    throw error;
  }
}

/**
 * Whether more pieces that lie in this file alone are right in what was found than are verified: other programs give a file its full size
 * before it holds anything.
 */
async function holdsMore(
  { layout, files, disk, downloader }: TorrentContent,
  index: number,
  { folder, path }: { readonly folder: IReadableFiles; readonly path: string },
): Promise<boolean> {
  const { offset, length } = files[index] ?? { offset: 0, length: 0 };
  const isLast = offset + length === layout.totalLength;
  const end = isLast ? layout.pieceCount : Math.floor((offset + length) / layout.pieceLength);
  const { have } = downloader.pieces;
  let lead = 0;
  let scratch: Uint8Array = new Uint8Array(layout.sectionLength);
  const file = await folder.open(path, 'read');
  try {
    for (let piece = Math.ceil(offset / layout.pieceLength); piece < end; piece++) {
      const start = piece * layout.pieceLength - offset;
      const result = await disk.hashes.check(piece, (begin, into) => file.read(start + begin, into), scratch);
      scratch = result.scratch;
      lead += Number(result.isValid) - Number(have.get(piece));
    }
  } finally {
    await file.close();
  }
  return lead > 0;
}
