import { type DownloadRoots, RootMissingError } from './download-roots.js';
import { findTop, pathBelow } from './files-of-others.js';
import { lookFor } from './found-files.js';
import { bringBack, originalsOf, removeOriginals } from './moved-originals.js';
import { areOfAnother, FilesOfAnotherError, type OwningTorrent } from './paths-of-others.js';
import { NOTHING_PUBLISHED } from './published-record.js';
import { StagedFiles } from './staged-files.js';
import type { TorrentContent } from './torrent-content.js';
import type { TorrentRecord } from './torrent-record.js';
import type { Replaceable } from './replaceable.js';
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

/** Some file of the torrent lies in parts, which cannot be put elsewhere. */
class InPartsError extends Error {
  override readonly name = 'InPartsError';
  readonly code = 'in-parts';
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
    mustRecheck(doubt: Doubt): void;
    keepClosed(work: Promise<void>): Promise<void>;
  };
  load(): Promise<TorrentContent | undefined>;
  start(options: { readonly isForced: boolean }): void;
  stop(desired: TorrentRecord['desired']): Promise<void>;
}

/**
 * Moves a torrent to another root. What is finished is brought back from the folder it lies in, verified there, and published to the new
 * one; the old copies go when the new place is on record. Rejects with {@link RootMissingError}, {@link OtherDiskError},
 * {@link NoMetadataError}, {@link InPartsError}, `FilesChangedError` or `FileSystemError`; then the torrent is where it was.
 */
export async function moveTorrent(torrent: MovingTorrent, to: string, roots: DownloadRoots): Promise<void> {
  const { root: from } = torrent.record;
  if (from === to) return;
  requireSameDisk(roots, from, to);
  await whileStopped(torrent, async (content) => {
    const { fileSystem } = content;
    const staged = fileSystem instanceof StagedFiles ? fileSystem : undefined;
    requireNoParts(content);
    torrent.storage.mustRecheck('what-changed');
    const originals = staged ? await originalsOf(staged, content) : [];
    await torrent.storage.rearrange('what-changed', async (onProgress) => {
      if (staged) await bringBack({ staged, content, originals }, onProgress);
      return { root: to, published: roots.get(to)?.kind === 'published' ? NOTHING_PUBLISHED : undefined };
    });
    // What stays behind in a folder that is lost by now is only a copy.
    if (staged) await removeOriginals(staged, content, originals).catch(() => undefined);
  });
}

/**
 * Takes files that lie in a root already for those of the torrent: `path` is that of its folder, or of its only file, there; left out, they
 * are looked for. All of them are checked; what is right is seeded, what is wrong or missing is downloaded. Rejects as {@link moveTorrent},
 * or with {@link FilesNotFoundError} when none is there, {@link FilesOfAnotherError} when they are one of `others`, and
 * `FilesLeftBehindError` when whole ones are only where the torrent is now.
 */
export async function relocateTorrent(
  torrent: MovingTorrent,
  { root, path }: { readonly root: string; readonly path?: string },
  { roots, others }: { readonly roots: DownloadRoots; readonly others: readonly OwningTorrent[] },
): Promise<void> {
  requireSameDisk(roots, torrent.record.root, root);
  const found = roots.get(root);
  if (found?.kind !== 'published') throw new OtherDiskError(`${root} takes no files of others`);
  await whileStopped(torrent, async (content) => {
    const { files } = content;
    requireNoParts(content);
    const isTaken = (below: string) =>
      areOfAnother(
        files.map((file) => pathBelow(below, file.path)),
        root,
        others,
      );
    const top = path ?? (await findTop(files, found.files, isTaken));
    if (top === undefined) throw new FilesNotFoundError(`no file of the torrent is in ${root}`);
    if (await isTaken(top)) throw new FilesOfAnotherError(`the files in ${root} are those of another torrent`);
    const published = await lookFor(content, found.files, top);
    await torrent.storage.rearrange('everything', () => Promise.resolve({ root, published }));
    torrent.storage.allowReplacing('pieces');
  });
}

/** Does something to the files of a torrent, which then goes on as before. One that is started meanwhile waits for the end of it. */
export async function whileStopped(
  torrent: MovingTorrent,
  work: (content: TorrentContent) => Promise<void>,
): Promise<void> {
  const content = await torrent.load();
  if (!content) throw new NoMetadataError('the files are not known yet');
  const stopAndWork = async () => {
    // Cut short by the end of the session, it goes on with the next.
    await torrent.stop(torrent.record.desired);
    await work(content);
  };
  try {
    await torrent.storage.keepClosed(stopAndWork());
  } finally {
    // The user may have stopped it meanwhile.
    if (torrent.record.desired === 'started') torrent.start({ isForced: torrent.record.isForced });
  }
}

function requireSameDisk(roots: DownloadRoots, from: string, to: string): void {
  if (!roots.get(to)) throw new RootMissingError(`there is no download root named ${to}`);
  if (!roots.share(from, to)) throw new OtherDiskError(`${from} and ${to} do not share their staging`);
}

function requireNoParts({ fileSystem }: TorrentContent): void {
  if (fileSystem instanceof StagedFiles && fileSystem.splits.hasAny)
    throw new InPartsError('a file lies in parts until all of it is here');
}
