import type { TorrentSnapshot, TorrentState } from '../../rpc/types.js';
import type { IconName } from '../components/icon.js';
import { isSaveable, saveAll } from './save.js';
import type { Store } from './store.js';

/** What can be done with one torrent. This table makes the buttons, their labels and the keyboard. */
export interface TorrentAction {
  readonly id: string;
  readonly label: string;
  readonly icon: IconName;
  /** `KeyboardEvent.key` on a focused row; also told to screen readers. */
  readonly key: string | undefined;
  /** Whether it makes sense now; what does not is not shown. */
  isAvailable(torrent: TorrentSnapshot): boolean;
  run(store: Store, torrent: TorrentSnapshot): void;
}

const RESUMABLE: ReadonlySet<TorrentState['kind']> = new Set(['stopped', 'failed']);

const isPaused = ({ state }: TorrentSnapshot): boolean => RESUMABLE.has(state.kind);

/** Whether it is meant to do something now. */
export const isRunning = (torrent: TorrentSnapshot): boolean =>
  !isPaused(torrent) && torrent.state.kind !== 'awaiting-choice';

const PAUSE: TorrentAction = {
  id: 'pause',
  label: 'Pause',
  icon: 'pause',
  key: ' ',
  isAvailable: isRunning,
  run: (store, { id }) => void store.ask('stop', { torrentId: id }),
};

const RESUME: TorrentAction = {
  id: 'resume',
  label: 'Resume',
  icon: 'play',
  key: ' ',
  isAvailable: isPaused,
  run: (store, { id }) => void store.ask('start', { torrentId: id }),
};

const REMOVE: TorrentAction = {
  id: 'remove',
  label: 'Remove',
  icon: 'trash',
  key: 'Delete',
  isAvailable: () => true,
  run: (store, torrent) => {
    store.removing.value = torrent;
  },
};

const TOGGLE_DETAILS: TorrentAction = {
  id: 'details',
  label: 'Details',
  icon: 'chevron',
  key: 'Enter',
  isAvailable: () => true,
  run: (store, { id }) => store.open(store.openId.value === id ? undefined : id),
};

const COPY_LINK: TorrentAction = {
  id: 'copy-link',
  label: 'Copy link',
  icon: 'link',
  key: undefined,
  isAvailable: () => true,
  run: (store, { magnet }) => {
    store.shell.copyText(magnet).then(
      () => store.say('Magnet link copied.'),
      () => store.fail('internal'),
    );
  },
};

const SAVE: TorrentAction = {
  id: 'save',
  label: 'Save to Downloads',
  icon: 'save',
  key: undefined,
  isAvailable: isSaveable,
  run: (store, torrent) => void saveAll(store, torrent),
};

/** Buttons of a row. */
export const ROW_ACTIONS: readonly TorrentAction[] = [PAUSE, RESUME, REMOVE];

/** Buttons with words above the details. */
export const DETAILS_ACTIONS: readonly TorrentAction[] = [PAUSE, RESUME, SAVE, COPY_LINK, REMOVE];

const KEYED_ACTIONS: readonly TorrentAction[] = [PAUSE, RESUME, REMOVE, TOGGLE_DETAILS];

/** The action that a key means on a torrent's row. */
export function actionOfKey(key: string, torrent: TorrentSnapshot): TorrentAction | undefined {
  return KEYED_ACTIONS.find((action) => action.key === key && action.isAvailable(torrent));
}

/** For `aria-keyshortcuts`. */
export const shortcutName = ({ key }: TorrentAction): string | undefined => (key === ' ' ? 'Space' : key);

/** What can be done with all torrents at once. */
export interface ListAction {
  readonly method: 'pauseAll' | 'resumeAll';
  readonly label: string;
  readonly icon: IconName;
  readonly isEnabled: (torrents: readonly TorrentSnapshot[]) => boolean;
}

export const LIST_ACTIONS: readonly ListAction[] = [
  {
    method: 'pauseAll',
    label: 'Pause all',
    icon: 'pause',
    isEnabled: (torrents) => torrents.some(isRunning),
  },
  { method: 'resumeAll', label: 'Resume all', icon: 'play', isEnabled: (torrents) => torrents.some(isPaused) },
];
