import { t, tn } from '../../i18n/t.js';
import { BROWSER_ROOT, type FolderStatus, type HostStatus, type TorrentSnapshot } from '../../rpc/types.js';
import { isComplete } from './progress.js';
import type { Store } from './store.js';

/** Where torrents can go, for a choice. */
export interface Place {
  readonly root: string;
  readonly name: string;
}

export const BROWSER_NAME = t('placeBrowser');

/** All places, the browser's own storage first. Folders of one name are told apart by a number. */
export function places(folders: readonly FolderStatus[]): readonly Place[] {
  const seen = new Map<string, number>();
  const named = folders.map(({ id, name }) => {
    const count = (seen.get(name) ?? 0) + 1;
    seen.set(name, count);
    return { root: id, name: count === 1 ? name : `${name} (${count})` };
  });
  return [{ root: BROWSER_ROOT, name: BROWSER_NAME }, ...named];
}

/** The name of a place; a folder that was forgotten has none any more. */
export function placeName(root: string, status: Pick<HostStatus, 'folders'> | undefined): string {
  return places(status?.folders ?? []).find((place) => place.root === root)?.name ?? t('placeGone');
}

/** Where the files of a torrent are or will be: `saved in Movies`; of the browser's own storage only once they are there. */
export function describePlace(torrent: TorrentSnapshot, status: Pick<HostStatus, 'folders'>): string {
  if (torrent.root === BROWSER_ROOT) return isComplete(torrent) ? t('placeIsBrowser') : '';
  const name = placeName(torrent.root, status);
  const isThere = isComplete(torrent) && torrent.isInPlace;
  return t(isThere ? 'placeSaved' : 'placeTo', { folder: name });
}

/** Has the user pick a folder, and tells the engine of it. Needs a click. The id of the folder; undefined when they changed their mind. */
export async function addFolder(store: Store): Promise<string | undefined> {
  return keepFolder(store, () => store.shell.pickFolder());
}

/** Keeps a folder that was dropped on the page. */
export async function addDroppedFolder(store: Store, folder: FileSystemDirectoryHandle): Promise<void> {
  const id = await keepFolder(store, () => store.shell.keepFolder(folder));
  if (id !== undefined) store.say(t('folderAdded', { folder: folder.name }));
}

async function keepFolder(store: Store, pick: () => Promise<string | undefined>): Promise<string | undefined> {
  try {
    const id = await pick();
    // At once: what a panel granted reaches the engine only while the panel is there.
    if (id !== undefined) await store.ask('refreshFolders', null);
    return id;
  } catch {
    store.fail('folder-refused');
    return undefined;
  }
}

/** Asks Chrome for a folder again, or looks whether it is back. Needs a click. */
export async function repairFolder(store: Store, { id, access }: FolderStatus): Promise<void> {
  const isAllowed = access === 'missing' || (await store.shell.requestFolder(id).catch(() => false));
  await store.ask('refreshFolders', null);
  if (!isAllowed) store.fail('folder-refused');
}

/** Forgets a folder; the user is told what stays there that was to be removed. */
export async function forgetFolder(store: Store, { id, name }: FolderStatus): Promise<void> {
  const left = (await store.ask('removeFolder', { folderId: id })) ?? [];
  if (left.length > 0) store.say(tn('folderLeft', left.length, { folder: name }));
}

/** Has the files of a torrent put elsewhere; the user is told. */
export async function moveTorrent(store: Store, { id, state }: TorrentSnapshot, root: string): Promise<void> {
  if ((await store.ask('moveTorrent', { torrentId: id, root })) !== null) return;
  const name = placeName(root, store.status.peek());
  const isCopied = root !== BROWSER_ROOT && (state.kind === 'stopped' || state.kind === 'failed');
  store.say(t(isCopied ? 'moveOnResume' : 'moveStarts', { folder: name }));
}

/** Has the user pick a folder in which the files of a torrent are already. Needs a click. */
export async function relocateTorrent(store: Store, { id }: TorrentSnapshot): Promise<void> {
  const folderId = await addFolder(store);
  if (folderId === undefined) return;
  if ((await store.ask('relocate', { torrentId: id, folderId })) === null) store.say(t('filesFound'));
}

/** How a folder stands. */
export const FOLDER_ACCESS: Readonly<Record<FolderStatus['access'], string>> = {
  granted: t('folderGranted'),
  prompt: t('folderPrompt'),
  denied: t('folderDenied'),
  missing: t('folderMissing'),
};

interface FolderAdvice {
  readonly title: string;
  readonly text: string;
  readonly button: string;
}

/** What is wrong with a folder, and the one button that repairs it; undefined when nothing is. */
export function describeFolder(
  { name, access }: FolderStatus,
  { isTab }: { isTab: boolean },
): FolderAdvice | undefined {
  switch (access) {
    case 'granted':
      return undefined;
    case 'missing':
      return {
        title: t('folderMissingTitle', { folder: name }),
        text: t('folderMissingText'),
        button: t('lookAgain'),
      };
    case 'prompt':
    case 'denied':
      return {
        title: t('folderLostTitle', { folder: name }),
        text: t(isTab ? 'folderLostInTab' : 'folderLostText'),
        button: t('allowAgain'),
      };
  }
}
