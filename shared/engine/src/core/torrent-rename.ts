import type { IFileSystem } from '../interfaces/filesystem.js';
import { type DownloadRoots, FolderAccessLostError } from './download-roots.js';
import { removeEmptyFolders } from './empty-folders.js';
import { arePathsUsable } from './file-placement.js';
import { caseless, safeElement } from './path-sanitizer.js';
import type { PublishedRecord } from './published-record.js';
import type { FileRenaming, MetadataRecord, TorrentRecord } from './torrent-record.js';
import type { MovingTorrent } from './torrent-move.js';
import { NoMetadataError, whileStopped } from './torrent-move.js';

/** Something of that name is there already, or nothing can have that name. */
class NameTakenError extends Error {
  override readonly name = 'NameTakenError';
  readonly code = 'name-taken';
}

/** What a renaming works on. */
export interface RenamingParts {
  readonly record: () => TorrentRecord;
  readonly metadata: MetadataRecord;
  readonly roots: DownloadRoots;
  /** Both are durable when they resolve; they reject with the store's error. */
  readonly store: (changes: Partial<TorrentRecord>) => Promise<void>;
  readonly saveMetadata: (metadata: MetadataRecord) => Promise<void>;
}

interface RenamingTorrent extends MovingTorrent {
  readonly storage: MovingTorrent['storage'] & {
    readonly metadata: MetadataRecord | undefined;
    settleRenaming(): Promise<void>;
  };
}

type Files = Pick<IFileSystem, 'stat' | 'list' | 'remove' | 'rename'>;

/** From and to. */
type Step = readonly [from: string, to: string];

/**
 * Gives the torrent's folder, or its only file, another name on disk, or one of its files (`fileIndex`); what cannot be in a name is
 * replaced. Rejects with {@link NameTakenError}, {@link NoMetadataError}, `FolderAccessLostError`, `FileSystemError` or the store's error;
 * then all has its old name.
 */
export async function renameFiles(
  torrent: RenamingTorrent,
  { name, fileIndex }: { readonly name: string; readonly fileIndex?: number },
  { roots, takenNames }: { readonly roots: DownloadRoots; readonly takenNames: readonly string[] },
): Promise<void> {
  await whileStopped(torrent, async () => {
    const { metadata } = torrent.storage;
    if (!metadata) throw new NoMetadataError('the files are not known yet');
    const renaming: FileRenaming = { name: safeElement(name.trim()), fileIndex, isUndone: false };
    const paths = renamedPaths(metadata.paths, renaming);
    if (paths.every((path, index) => path === metadata.paths[index])) return;
    const isUsable = arePathsUsable(paths, { fileCount: paths.length, takenNames });
    if (name.trim() === '' || !isUsable) throw new NameTakenError(`${renaming.name} cannot be used`);
    await requireFree(torrent.record, metadata.paths, renaming, roots);
    await torrent.storage.rearrange(
      'what-changed',
      async () => {
        await torrent.storage.settleRenaming();
        return {};
      },
      { renaming },
    );
  });
}

/** A folder of the user's that has the name already is none of ours to fill. */
async function requireFree(
  record: TorrentRecord,
  paths: readonly string[],
  renaming: FileRenaming,
  roots: DownloadRoots,
): Promise<void> {
  const steps = folderSteps(record.published, paths, renaming);
  if (steps.length === 0) return;
  const folder = roots.folder(record.root);
  const depth = renaming.fileIndex === undefined ? (paths[0] ?? '').split('/').length - 1 : 0;
  const tops = new Set(
    steps.map(([, to]) =>
      to
        .split('/')
        .slice(0, depth === 0 ? undefined : -depth)
        .join('/'),
    ),
  );
  const olds = new Set(
    steps.map(([from]) =>
      caseless(
        from
          .split('/')
          .slice(0, depth === 0 ? undefined : -depth)
          .join('/'),
      ),
    ),
  );
  for (const top of tops) {
    if (!olds.has(caseless(top)) && (await folder.stat(top))) throw new NameTakenError(`${top} is there already`);
  }
}

/**
 * Carries out what is on record as `renaming`, as often as it takes: names the files one by one, notes their new names, and only then
 * forgets it. What somebody else's file is in the way of is taken back. Rejects with what kept it; what is on record is then still to be
 * settled, unless it was taken back.
 */
export async function settleRenaming(parts: RenamingParts): Promise<void> {
  const { renaming } = parts.record();
  if (!renaming) return;
  if (renaming.isUndone) {
    await takeBack(parts, renaming);
    return;
  }
  const { metadata, roots, store, saveMetadata } = parts;
  const { root, published, summary } = parts.record();
  const paths = renamedPaths(metadata.paths, renaming);
  const isOnRecord = paths.every((path, index) => path === metadata.paths[index]);
  const inFolder = folderSteps(published, metadata.paths, renaming);
  const inStaging = metadata.paths.map((path, index): Step => [path, paths[index] ?? path]);
  try {
    if (inFolder.length > 0) await walk(roots.folder(root), inFolder);
    await walk(roots.writable(root), inStaging);
    if (!isOnRecord) await saveMetadata({ ...metadata, paths });
  } catch (error) {
    if (!isOnRecord && !(error instanceof FolderAccessLostError)) {
      await store({ renaming: { ...renaming, isUndone: true } });
      await takeBack(parts, { ...renaming, isUndone: true });
    }
    throw error;
  }
  const [entryName = ''] = paths[0]?.split('/', 1) ?? [];
  await store({
    renaming: undefined,
    published: published && { ...published, names: renamedInFolder(published, metadata.paths, renaming) },
    summary: summary && { ...summary, entryName },
  });
}

async function takeBack({ metadata, record, roots, store }: RenamingParts, renaming: FileRenaming): Promise<void> {
  const { root, published } = record();
  const paths = renamedPaths(metadata.paths, renaming);
  const inFolder = folderSteps(published, metadata.paths, renaming);
  await walkBack(
    roots.writable(root),
    metadata.paths.map((path, index): Step => [path, paths[index] ?? path]),
  );
  if (inFolder.length > 0) await walkBack(roots.folder(root), inFolder);
  await store({ renaming: undefined });
}

/** What has its old name was not renamed: somebody else has the new one. */
async function walkBack(files: Files, steps: readonly Step[]): Promise<void> {
  const back: Step[] = [];
  for (const [from, to] of steps) if (from !== to && !(await files.stat(from))) back.push([to, from]);
  await walk(files, back);
}

/** Each file that is still under its old name gets the new one. Rejects with `exists` where somebody else has that. */
async function walk(files: Files, steps: readonly Step[]): Promise<void> {
  const left: string[] = [];
  for (const [from, to] of steps) {
    if (from === to || !(await files.stat(from))) continue;
    await files.rename(from, to);
    left.push(from);
  }
  await removeEmptyFolders(files, left);
}

/** Where the files lie under their root, by another name. */
function renamedPaths(paths: readonly string[], { name, fileIndex }: FileRenaming): readonly string[] {
  if (fileIndex !== undefined)
    return paths.map((path, index) => (index === fileIndex ? path.slice(0, path.lastIndexOf('/') + 1) + name : path));
  return paths.map((path) => (path.includes('/') ? name + path.slice(path.indexOf('/')) : name));
}

/** Of those files that lie in the user's folder, from where to where they go there. */
function folderSteps(
  published: PublishedRecord | undefined,
  paths: readonly string[],
  renaming: FileRenaming,
): readonly Step[] {
  if (!published) return [];
  return paths.flatMap((path, index): readonly Step[] => {
    if ((published.places[index] ?? 'staged') === 'staged') return [];
    const from = published.names.get(index) ?? path;
    const to = renamedThere(from, path, index, renaming);
    return from === to ? [] : [[from, to]];
  });
}

/** Names of the record: only those that are other than in staging. */
function renamedInFolder(
  { names }: PublishedRecord,
  paths: readonly string[],
  renaming: FileRenaming,
): ReadonlyMap<number, string> {
  const next = renamedPaths(paths, renaming);
  const renamed = [...names].map(([index, there]): [number, string] => [
    index,
    renamedThere(there, paths[index] ?? '', index, renaming),
  ]);
  return new Map(renamed.filter(([index, there]) => there !== next[index]));
}

/** The folder of the torrent may lie deeper there and have a name of its own; it stays where it is. */
function renamedThere(there: string, path: string, index: number, { name, fileIndex }: FileRenaming): string {
  const elements = there.split('/');
  const depth = fileIndex === undefined ? path.split('/').length - 1 : 0;
  const position = elements.length - 1 - depth;
  if (position < 0 || (fileIndex !== undefined && fileIndex !== index)) return there;
  return elements.with(position, name).join('/');
}
