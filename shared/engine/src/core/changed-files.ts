import { followWishes } from './file-wishes.js';
import type { PublishedRecord } from './published-record.js';
import type { ChangedFilesWish } from './snapshots.js';
import { StagedFiles } from './staged-files.js';
import type { TorrentContent } from './torrent-content.js';
import type { MovingTorrent } from './torrent-move.js';

type Finding = Awaited<ReturnType<StagedFiles['compare']>>;

/**
 * Once it is known which pieces are here: the paths of wanted files in the user's folder that somebody took away, or changed so that they are wrong.
 * A file of the size and time that it was left with was not changed by anybody; what is wrong in it, its disk lost. Without those that
 * `mayReplace` says are to be replaced.
 */
export async function changedFiles(
  content: TorrentContent,
  mayReplace: (fileIndex: number, finding: Finding) => boolean,
): Promise<readonly string[]> {
  const { fileSystem, files, progress } = content;
  if (!(fileSystem instanceof StagedFiles)) return [];
  const changed: string[] = [];
  for (const [index, { length }] of files.entries()) {
    if (!fileSystem.isInFolder(index) || !progress.isWanted(index)) continue;
    const isWhole = progress.doneBytes(index) === length;
    const finding = isWhole && length > 0 ? 'as-left' : await fileSystem.compare(index);
    const isChanged = isWhole ? finding === 'missing' : finding !== 'as-left';
    if (isChanged && !mayReplace(index, finding)) changed.push(fileSystem.folderPath(index));
  }
  return changed;
}

/**
 * Before these files in the user's folder are replaced: what is there of one none of which is right is the torrent's, to be removed when
 * there is a better one.
 */
export async function claimWrongFiles(
  { fileSystem, files, progress }: TorrentContent,
  fileIndices: ReadonlySet<number>,
): Promise<void> {
  if (!(fileSystem instanceof StagedFiles)) return;
  for (const [index, { length }] of files.entries()) {
    if (!fileIndices.has(index)) continue;
    const isWrong = length > 0 && progress.doneBytes(index) === 0;
    if (isWrong && fileSystem.isInFolder(index) && progress.isWanted(index))
      await fileSystem.setPlace(index, 'claimed');
  }
}

/**
 * For a torrent that failed because files in the user's folder were changed. `keep`: they stay as they are, and are the user's alone, not
 * wanted from now on; else they are replaced. Then it starts; of other files that were changed it asks anew. Rejects with the store's error.
 */
export async function settleChangedFiles(torrent: ChangedTorrent, wish: ChangedFilesWish): Promise<void> {
  const { state, record } = torrent;
  if (state.kind !== 'failed' || state.problem?.code !== 'files-changed') return;
  const content = await torrent.load();
  const named = content ? inFolder(content, new Set(state.problem.files)) : [];
  if (wish === 'keep' && content) {
    await torrent.storage.rearrange('what-changed', () =>
      Promise.resolve({
        ...followWishes(record, { priorities: [{ priority: 0, fileIndices: named }] }, content.files.length),
        published: record.published && without(record.published, named),
      }),
    );
  }
  torrent.storage.allowReplacing(wish === 'keep' ? 'untold' : new Set(named));
  torrent.start({ isForced: record.isForced });
}

/** A torrent as settling what became of its files needs it. */
interface ChangedTorrent extends MovingTorrent {
  readonly state: {
    readonly kind: string;
    readonly problem?: { readonly code: string; readonly files?: readonly string[] };
  };
}

/** Files that lie in the user's folder under one of these paths, or belong there. */
function inFolder({ fileSystem, files }: TorrentContent, paths: ReadonlySet<string>): readonly number[] {
  if (!(fileSystem instanceof StagedFiles)) return [];
  return [...files.keys()].filter((index) => {
    const isNamed = paths.has(files[index]?.path ?? '') || paths.has(fileSystem.folderPath(index));
    return isNamed && fileSystem.isInFolder(index);
  });
}

/** As if these files had never been copied. */
function without({ places, names, splits, claims }: PublishedRecord, fileIndices: readonly number[]): PublishedRecord {
  const gone = new Set(fileIndices);
  return {
    places: places.map((place, index) => (gone.has(index) ? 'staged' : place)),
    names: new Map([...names].filter(([index]) => !gone.has(index))),
    splits,
    claims: new Map([...claims].filter(([index]) => !gone.has(index))),
  };
}
