import type { IReadableFiles } from '../interfaces/filesystem.js';
import { isTrueCopy } from './copy-check.js';
import { type DownloadRoots, RootMissingError } from './download-roots.js';
import { type FilePlace, NOTHING_PUBLISHED, type PublishedRecord } from './published-record.js';
import { findTop, pathBelow } from './files-of-others.js';
import { FilesChangedError } from './skipped-files.js';
import { StagedFiles } from './staged-files.js';
import type { TorrentContent } from './torrent-content.js';
import type { TorrentRecord } from './torrent-record.js';
import type { Replaceable } from './checker.js';
import type { Doubt, Rearrangement } from './torrent-storage-options.js';

/** Its pieces are written into another file system than those of the other root: only what is in staging can be published. */
class OtherDiskError extends Error {
  override readonly name = 'OtherDiskError';
  readonly code = 'other-disk';
}

/** The torrent's files are not known yet. */
export class NoMetadataError extends Error {
  override readonly name = 'NoMetadataError';
  readonly code = 'no-metadata';
}

/** Where the user says that the files are there is none of them. */
class FilesNotFoundError extends Error {
  override readonly name = 'FilesNotFoundError';
  readonly code = 'files-not-found';
}

/** A torrent as moving its files needs it. */
export interface MovingTorrent {
  readonly record: TorrentRecord;
  readonly storage: {
    rearrange(doubt: Doubt, work: Rearrangement, before?: Partial<TorrentRecord>): Promise<void>;
    allowReplacing(what: Replaceable): void;
  };
  load(): Promise<TorrentContent | undefined>;
  start(options: { readonly isForced: boolean }): void;
  stop(desired: TorrentRecord['desired']): Promise<void>;
}

/**
 * Moves a torrent to another root. What is finished is brought back from the folder it lies in, verified there, and published to the new
 * one; the old copies go when the new place is on record. Rejects with {@link RootMissingError}, {@link OtherDiskError},
 * {@link NoMetadataError} or `FileSystemError`; then the torrent is where it was.
 */
export async function moveTorrent(torrent: MovingTorrent, to: string, roots: DownloadRoots): Promise<void> {
  const { root: from } = torrent.record;
  if (from === to) return;
  requireSameDisk(roots, from, to);
  await whileStopped(torrent, async (content) => {
    const { fileSystem } = content;
    const staged = fileSystem instanceof StagedFiles ? fileSystem : undefined;
    await torrent.storage.rearrange('what-changed', async (onProgress) => {
      if (staged) await bringBack(staged, content, onProgress);
      return { root: to, published: roots.get(to)?.kind === 'published' ? NOTHING_PUBLISHED : undefined };
    });
    // What stays behind in a folder that is lost by now is only a copy.
    await staged?.removeClaimed().catch(() => undefined);
  });
}

/**
 * Takes files that lie in a root already for those of the torrent: `path` is that of its folder, or of its only file, there; left out, they
 * are looked for. All of them are checked; what is right is seeded, what is wrong or missing is downloaded. Rejects as {@link moveTorrent},
 * or with {@link FilesNotFoundError} when none is there.
 */
export async function relocateTorrent(
  torrent: MovingTorrent,
  { root, path }: { readonly root: string; readonly path?: string },
  roots: DownloadRoots,
): Promise<void> {
  requireSameDisk(roots, torrent.record.root, root);
  const found = roots.get(root);
  if (found?.kind !== 'published') throw new OtherDiskError(`${root} takes no files of others`);
  await whileStopped(torrent, async (content) => {
    const top = path ?? (await findTop(content.files, found.files));
    if (top === undefined) throw new FilesNotFoundError(`no file of the torrent is in ${root}`);
    await torrent.storage.rearrange('everything', async () => ({
      root,
      published: await lookFor(content, found.files, top),
    }));
    torrent.storage.allowReplacing('pieces');
  });
}

/** Does something to the files of a torrent, which then goes on as before. */
export async function whileStopped(
  torrent: MovingTorrent,
  work: (content: TorrentContent) => Promise<void>,
): Promise<void> {
  const content = await torrent.load();
  if (!content) throw new NoMetadataError('the files are not known yet');
  // Cut short by the end of the session, it goes on with the next.
  await torrent.stop(torrent.record.desired);
  try {
    await work(content);
  } finally {
    // The user may have stopped it meanwhile.
    if (torrent.record.desired === 'started') torrent.start({ isForced: torrent.record.isForced });
  }
}

function requireSameDisk(roots: DownloadRoots, from: string, to: string): void {
  if (!roots.get(to)) throw new RootMissingError(`there is no download root named ${to}`);
  if (!roots.share(from, to)) throw new OtherDiskError(`${from} and ${to} do not share their staging`);
}

/** Until every file is read from staging, verified against the copy in the folder. */
async function bringBack(
  staged: StagedFiles,
  content: TorrentContent,
  onProgress: (share: number) => void,
): Promise<void> {
  const { signal } = new AbortController();
  const indices = [...content.files.keys()].filter((index) => staged.isInFolder(index));
  const totalBytes = indices.reduce((sum, index) => sum + (content.files[index]?.length ?? 0), 0);
  let doneBytes = 0;
  await staged.takeBack(indices, (index) => {
    const file = content.files[index] ?? { path: '', length: 0, offset: 0 };
    const original = staged.folderPath(index);
    return {
      place: 'claimed',
      onProgress: (bytes) => {
        onProgress((doneBytes + bytes) / totalBytes);
      },
      verify: async () => {
        doneBytes += file.length;
        const isTrue = await isTrueCopy({
          file,
          copy: { files: staged.staging, path: file.path },
          layout: content.layout,
          disk: content.disk,
          readOriginal: (position, into) => readOnce(staged.folder, original, position, into),
          signal,
        });
        if (!isTrue) throw new FilesChangedError([original]);
      },
    };
  });
}

async function readOnce(files: IReadableFiles, path: string, position: number, into: Uint8Array) {
  const file = await files.open(path, 'read');
  try {
    return await file.read(position, into);
  } finally {
    await file.close();
  }
}

/** Which files are there, under the names that they have below `top`. What staging holds is not given up for less. */
async function lookFor(content: TorrentContent, folder: IReadableFiles, top: string): Promise<PublishedRecord> {
  const places: FilePlace[] = [];
  const names = new Map<number, string>();
  for (const [index, { path, length }] of content.files.entries()) {
    const there = pathBelow(top, path);
    const stat = await folder.stat(there);
    // What lay in the old folder is no longer at hand, however whole it was.
    const isLeftBehind = content.fileSystem instanceof StagedFiles && content.fileSystem.isInFolder(index);
    const done = isLeftBehind ? 0 : content.progress.doneBytes(index);
    const isBetter = stat?.isDirectory === false && done < length && (done === 0 || stat.size === length);
    places.push(isBetter ? 'folder' : 'staged');
    if (there !== path) names.set(index, there);
  }
  return { places, names };
}
