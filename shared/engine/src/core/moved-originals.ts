import type { IFileStat, IReadableFiles } from '../interfaces/filesystem.js';
import { checkCopy } from './copy-check.js';
import { removeEmptyFolders } from './empty-folders.js';
import type { PieceLayout } from './piece-layout.js';
import { FilesChangedError } from './skipped-files.js';
import type { StagedFiles } from './staged-files.js';
import type { TorrentContent } from './torrent-content.js';
import type { FileExtent } from './torrent-file.js';

/** A file of a torrent in the user's folder, as it was when a move began. */
interface Original {
  readonly index: number;
  readonly path: string;
  readonly stat: IFileStat;
}

/**
 * The files in the user's folder that are to move: all of them as the torrent left them. Rejects with {@link FilesChangedError} naming those
 * that are not, or are not known to be right; nothing is touched. Rejects with `FileSystemError`.
 */
export async function originalsOf(staged: StagedFiles, content: TorrentContent): Promise<readonly Original[]> {
  const originals: Original[] = [];
  const changed = new Set<string>();
  const untold: number[] = [];
  for (const [index, { length }] of content.files.entries()) {
    if (!staged.isInFolder(index)) continue;
    const path = staged.folderPath(index);
    const stat = await staged.folder.stat(path);
    const finding = await staged.compare(index);
    const isKnown = content.progress.doneBytes(index) === length;
    if (!stat || !isKnown || finding === 'changed' || finding === 'missing') changed.add(path);
    else originals.push({ index, path, stat });
    if (finding === 'unknown') untold.push(index);
  }
  // Where no time tells whether a file was changed, its hashes do.
  if (changed.size === 0) for (const index of await wrongFiles(content, untold)) changed.add(staged.folderPath(index));
  if (changed.size > 0) throw new FilesChangedError([...changed]);
  return originals;
}

/** Until every one of them is in staging too, verified against the copy in the folder. `onProgress`: 0 to 1. */
export async function bringBack(
  {
    staged,
    content,
    originals,
  }: {
    readonly staged: StagedFiles;
    readonly content: TorrentContent;
    readonly originals: readonly Original[];
  },
  onProgress: (share: number) => void,
): Promise<void> {
  const { signal } = new AbortController();
  const byIndex = new Map(originals.map((original) => [original.index, original]));
  const totalBytes = originals.reduce((sum, { index }) => sum + (content.files[index]?.length ?? 0), 0);
  let doneBytes = 0;
  await staged.takeBack([...byIndex.keys()], (index) => {
    const file = content.files[index] ?? { path: '', length: 0, offset: 0 };
    const original = byIndex.get(index);
    const path = staged.folderPath(index);
    return {
      place: 'both',
      onProgress: (bytes) => {
        onProgress((doneBytes + bytes) / totalBytes);
      },
      verify: async () => {
        doneBytes += file.length;
        const copy = await checkCopy({
          file,
          copy: { files: staged.staging, path: file.path },
          layout: content.layout,
          disk: content.disk,
          readOriginal: (position, into) => readOnce(staged.folder, path, position, into),
          signal,
        });
        if (!copy || !original || !(await isAsBefore(staged.folder, original))) throw new FilesChangedError([path]);
      },
    };
  });
}

/** After the new place is on record. What was changed meanwhile, or holds more than the torrent's file, is the user's and stays. */
export async function removeOriginals(
  { folder }: StagedFiles,
  { files }: Pick<TorrentContent, 'files'>,
  originals: readonly Original[],
): Promise<void> {
  for (const original of originals) {
    const { path, index, stat } = original;
    if (stat.size !== files[index]?.length || !(await isAsBefore(folder, original))) continue;
    await folder.remove(path);
    await removeEmptyFolders(folder, [path]);
  }
}

async function isAsBefore(folder: IReadableFiles, { path, stat }: Original): Promise<boolean> {
  const now = await folder.stat(path);
  return now?.isDirectory === false && now.size === stat.size && now.modifiedMs === stat.modifiedMs;
}

/** Of these files, all of whose pieces were verified once, those with a piece that is wrong now. */
async function wrongFiles(content: TorrentContent, indices: readonly number[]): Promise<readonly number[]> {
  if (indices.length === 0) return [];
  const { layout, disk, files } = content;
  await content.arrangeFiles({ isChecked: false });
  const known = new Map<number, boolean>();
  const wrong: number[] = [];
  let scratch: Uint8Array = new Uint8Array(layout.sectionLength);
  for (const index of indices) {
    let isRight = true;
    for (const piece of piecesOf(layout, files[index])) {
      if (!known.has(piece)) {
        const result = await disk.check(piece, scratch);
        scratch = result.scratch;
        known.set(piece, result.isValid);
      }
      isRight &&= known.get(piece) === true;
    }
    if (!isRight) wrong.push(index);
  }
  return wrong;
}

function* piecesOf({ pieceLength }: PieceLayout, file: FileExtent | undefined): Generator<number> {
  if (!file || file.length === 0) return;
  const last = Math.floor((file.offset + file.length - 1) / pieceLength);
  for (let index = Math.floor(file.offset / pieceLength); index <= last; index++) yield index;
}

async function readOnce(files: IReadableFiles, path: string, position: number, into: Uint8Array) {
  const file = await files.open(path, 'read');
  try {
    return await file.read(position, into);
  } finally {
    await file.close();
  }
}
