import { BROWSER_ROOT, type FolderStatus, type HostStatus, type TorrentSnapshot } from '../../rpc/types.js';
import { isComplete } from './progress.js';
import type { Store } from './store.js';

/** Where torrents can go, for a choice. */
export interface Place {
  readonly root: string;
  readonly name: string;
}

export const BROWSER_NAME = 'In the browser';

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
export function placeName(root: string, status: HostStatus | undefined): string {
  return places(status?.folders ?? []).find((place) => place.root === root)?.name ?? 'A folder that is not there';
}

/** Where the files of a torrent are or will be: `saved in Movies`; of the browser's own storage only once they are there. */
export function describePlace(torrent: TorrentSnapshot, status: HostStatus | undefined): string {
  if (torrent.root === BROWSER_ROOT) return isComplete(torrent) ? 'in the browser' : '';
  const name = placeName(torrent.root, status);
  const isThere = isComplete(torrent) && torrent.isInPlace;
  return isThere ? `saved in ${name}` : `to ${name}`;
}

/** Has the user pick a folder, and tells the engine of it. Needs a click. The id of the folder; undefined when they changed their mind. */
export async function addFolder(store: Store): Promise<string | undefined> {
  return keepFolder(store, () => store.shell.pickFolder());
}

/** Keeps a folder that was dropped on the page. */
export async function addDroppedFolder(store: Store, folder: FileSystemDirectoryHandle): Promise<void> {
  const id = await keepFolder(store, () => store.shell.keepFolder(folder));
  if (id !== undefined) store.say(`Downloads can go to ${folder.name} now.`);
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

/** Has the files of a torrent put elsewhere; the user is told. */
export async function moveTorrent(store: Store, { id, state }: TorrentSnapshot, root: string): Promise<void> {
  if ((await store.ask('moveTorrent', { torrentId: id, root })) !== null) return;
  const name = placeName(root, store.status.peek());
  const isCopied = root !== BROWSER_ROOT && (state.kind === 'stopped' || state.kind === 'failed');
  store.say(isCopied ? `Its files go to ${name} when it is resumed.` : `It goes to ${name} now.`);
}

/** Has the user pick a folder in which the files of a torrent are already. Needs a click. */
export async function relocateTorrent(store: Store, { id }: TorrentSnapshot): Promise<void> {
  const folderId = await addFolder(store);
  if (folderId === undefined) return;
  if ((await store.ask('relocate', { torrentId: id, folderId })) === null)
    store.say('Files found. They are checked now.');
}

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
        title: `The folder ${name} is not there`,
        text: 'It was moved or renamed, or its disk is not connected. Downloads go on in the browser and are copied as soon as it is back.',
        button: 'Look again',
      };
    case 'prompt':
    case 'denied':
      return {
        title: `Folder access lost: ${name}`,
        text: isTab
          ? 'Choose “Allow on every visit” when Chrome asks, and it will not be lost again. Until then downloads go on in the browser.'
          : 'Chrome forgets folders when it is closed. Downloads go on in the browser and are copied once you allow it again.',
        button: 'Allow again',
      };
  }
}
