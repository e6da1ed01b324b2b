import { t, tn } from '../../i18n/t.js';
import type { AddResult } from '../../rpc/types.js';
import { findMagnets, findUrl, readTorrentFile } from './add-source.js';
import { codeOf, type Store } from './store.js';

function showAdded(store: Store, added: AddResult | undefined): boolean {
  if (!added) return false;
  if (!added.isNew) {
    const { newTrackers = 0 } = added;
    store.say(newTrackers > 0 ? tn('alreadyListedTrackers', newTrackers) : t('alreadyListed'));
    store.open(added.torrentId);
  }
  return true;
}

/**
 * Adds every magnet link in `text`, or the .torrent file whose web address it is. True when all of them were taken, so that the field
 * can be emptied.
 */
export async function addText(store: Store, text: string): Promise<boolean> {
  const choices = store.addChoices();
  const url = findUrl(text);
  if (url !== undefined) return showAdded(store, await store.ask('addUrl', { url, ...choices }));
  const magnets = findMagnets(text);
  if (magnets.length === 0) {
    store.fail('not-magnet');
    return false;
  }
  let areAllAdded = true;
  for (const magnet of magnets) {
    const added = await store.ask('addMagnet', { magnet, ...choices });
    areAllAdded = showAdded(store, added) && areAllAdded;
  }
  return areAllAdded;
}

/** Adds the download that needs no network, marked as what it is. */
export async function addDemo(store: Store): Promise<void> {
  showAdded(store, await store.ask('addDemo', { label: t('demoLabel') }));
}

/** Adds .torrent files that were opened or dropped. True when all of them were taken; those that were not are named. */
export async function addFiles(store: Store, files: Iterable<File>): Promise<boolean> {
  const choices = store.addChoices();
  const refused = new Map<string, string[]>();
  const refuse = (code: string, { name }: File): void => {
    const names = refused.get(code);
    if (names) names.push(name);
    else refused.set(code, [name]);
  };
  for (const file of files) {
    const read = await readTorrentFile(file);
    if ('problem' in read) {
      refuse(read.problem, file);
      continue;
    }
    try {
      showAdded(store, await store.rpc.request('addTorrent', { metainfo: read.metainfo, ...choices }));
    } catch (error) {
      refuse(codeOf(error), file);
    }
  }
  for (const [code, names] of refused) store.fail(code, names);
  return refused.size === 0;
}

/** Takes the link of a question; `chooseFilesFirst` goes on to another. */
export async function confirmPending(store: Store, pendingId: string, chooseFilesFirst: boolean): Promise<void> {
  showAdded(store, await store.ask('confirmPending', { pendingId, ...store.addChoices(), chooseFilesFirst }));
}
