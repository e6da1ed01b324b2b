import type { DamageReport } from '../../rpc/types.js';
import { exportName, FILE_TYPE } from './session-file.js';
import type { Store } from './store.js';

interface DamageAdvice {
  readonly title: string;
  readonly text: string;
  /** There is something left that is worth keeping. */
  readonly canSave: boolean;
}

const downloads = (count: number): string => (count === 1 ? 'One download' : `${count} downloads`);
const [is, them] = [
  (count: number): string => (count === 1 ? 'is' : 'are'),
  (count: number): string => (count === 1 ? 'it' : 'them'),
];

/** What of the session is damaged, in one sentence: the worst of it. */
export function describeDamage({ lostTorrents, newerTorrents, areSettingsLost }: DamageReport): DamageAdvice {
  if (lostTorrents > 0) {
    return {
      title: `${downloads(lostTorrents)} cannot be read`,
      text: `What JSTorrent had noted of ${them(lostTorrents)} is damaged; the files are untouched, so add ${them(lostTorrents)} again, by link or .torrent file.`,
      canSave: true,
    };
  }
  if (newerTorrents > 0) {
    return {
      title: `${downloads(newerTorrents)} ${is(newerTorrents)} of a newer JSTorrent`,
      text: `Only that can read ${them(newerTorrents)}; update JSTorrent, and ${newerTorrents === 1 ? 'it is' : 'they are'} back.`,
      canSave: false,
    };
  }
  if (areSettingsLost) {
    return {
      title: 'The settings cannot be read',
      text: 'They are damaged, and the usual ones hold now; please look through them.',
      canSave: true,
    };
  }
  return {
    title: 'The session was repaired',
    text: 'A part of it was damaged and was restored from its backup, or from the files; nothing is lost.',
    canSave: false,
  };
}

/** Saves what is left of damaged records among the downloads; the user is told. Needs a click. */
export async function saveDamaged(store: Store): Promise<void> {
  const saved = await store.ask('exportDamaged', null);
  if (!saved) return;
  const content = new Blob([Uint8Array.fromBase64(saved.data)], { type: FILE_TYPE });
  store.shell.downloadFile(exportName('JSTorrent damaged records'), content);
  store.say('Saved to your downloads.');
}
