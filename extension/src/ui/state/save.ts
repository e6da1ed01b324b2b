import { t } from '../../i18n/t.js';
import { RpcError } from '../../rpc/rpc-error.js';
import { BROWSER_ROOT, type FileSnapshot, type TorrentSnapshot } from '../../rpc/types.js';
import { splitPath } from './file-paths.js';
import { isComplete } from './progress.js';
import { saveFile } from './save-file.js';
import type { Store } from './store.js';

/**
 * Saves one complete file: to Chrome's downloads, or where the user says when they do not allow that. Needs a click. Resolves when it is
 * saved or given up; the user is told.
 */
export async function saveOne(
  store: Store,
  torrentId: string,
  file: FileSnapshot,
  onProgress: (fraction: number) => void,
): Promise<void> {
  const [, name] = splitPath(file.path);
  if (await store.shell.requestPermission('downloads')) {
    const params = { torrentId, fileIndices: [file.index] };
    if ((await store.ask('saveToDownloads', params)) === null) store.say(t('savedToDownloads', { name }));
    return;
  }
  try {
    const target = await store.shell.chooseSaveTarget(name);
    if (!target) return;
    await saveFile({ rpc: store.rpc, torrentId, file, target, onProgress });
    store.say(t('savedAs', { name }));
  } catch (error) {
    // Chrome's question took so long that the click counts no more.
    if (error instanceof DOMException && error.name === 'SecurityError') {
      store.say(t('pressSaveAgain'));
      return;
    }
    store.fail(error instanceof RpcError ? error.code : 'save-failed');
  }
}

/** Whether the files are complete and in the browser's own storage, so that they are still to be saved. */
export function isSaveable(torrent: TorrentSnapshot): boolean {
  return torrent.root === BROWSER_ROOT && isComplete(torrent);
}

/** Saves all complete files of a torrent to Chrome's downloads. Needs a click. */
export async function saveAll(store: Store, { id, name }: TorrentSnapshot): Promise<void> {
  if (!(await store.shell.requestPermission('downloads'))) {
    store.fail('no-permission');
    return;
  }
  if ((await store.ask('saveToDownloads', { torrentId: id })) === null) store.say(t('savedToDownloads', { name }));
}
