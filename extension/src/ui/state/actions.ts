import { t } from '../../i18n/t.js';
import { BROWSER_ROOT, type QueueMove, type TorrentSnapshot, type TorrentState } from '../../rpc/types.js';
import type { IconName } from '../components/icon.js';
import { isSaveable, saveAll } from './save.js';
import type { Store } from './store.js';

/** What can be done with one torrent. This table makes the buttons, their labels and the keyboard. */
export interface TorrentAction {
  readonly id: string;
  readonly label: string;
  readonly icon: IconName;
  /** `KeyboardEvent.key` on a focused row, `Alt+` before it where that is held; also told to screen readers. */
  readonly key: string | undefined;
  /** Whether it makes sense now; what does not is not shown. */
  isAvailable(torrent: TorrentSnapshot): boolean;
  run(store: Store, torrent: TorrentSnapshot): void;
}

const RESUMABLE: ReadonlySet<TorrentState['kind']> = new Set(['stopped', 'failed']);

/** Those that could run, and do not. */
const WAITING: ReadonlySet<TorrentState['kind']> = new Set([...RESUMABLE, 'queued']);

const isPaused = ({ state }: TorrentSnapshot): boolean => RESUMABLE.has(state.kind);

/** Whether it is meant to do something now. */
export const isRunning = (torrent: TorrentSnapshot): boolean =>
  !isPaused(torrent) && torrent.state.kind !== 'awaiting-choice';

const hasChangedFiles = ({ state }: TorrentSnapshot): boolean =>
  state.kind === 'failed' && state.problem.code === 'files-changed';

const PAUSE: TorrentAction = {
  id: 'pause',
  label: t('pause'),
  icon: 'pause',
  key: ' ',
  isAvailable: isRunning,
  run: (store, { id }) => void store.ask('stop', { torrentId: id }),
};

const RESUME: TorrentAction = {
  id: 'resume',
  label: t('resume'),
  icon: 'play',
  key: ' ',
  isAvailable: (torrent) => isPaused(torrent) && !hasChangedFiles(torrent),
  run: (store, { id }) => void store.ask('start', { torrentId: id }),
};

const DOWNLOAD_AGAIN: TorrentAction = {
  id: 'download-again',
  label: t('downloadAgain'),
  icon: 'refresh',
  key: ' ',
  isAvailable: hasChangedFiles,
  run: (store, { id }) => void store.ask('settleChangedFiles', { torrentId: id, wish: 'download-again' }),
};

const KEEP_MINE: TorrentAction = {
  id: 'keep-mine',
  label: t('keepMine'),
  icon: 'check',
  key: undefined,
  // What lies in the browser is nobody's but the torrent's.
  isAvailable: (torrent) => hasChangedFiles(torrent) && torrent.root !== BROWSER_ROOT,
  run: (store, { id }) => void store.ask('settleChangedFiles', { torrentId: id, wish: 'keep' }),
};

const RETRY: TorrentAction = {
  id: 'retry',
  label: t('tryAgain'),
  icon: 'refresh',
  key: undefined,
  // A folder that is out of reach is repaired where that is said.
  isAvailable: (torrent) => {
    const { attention } = torrent;
    return attention !== undefined && attention.code !== 'folder-access-lost' && isRunning(torrent);
  },
  run: (store, { id }) => void store.ask('start', { torrentId: id }),
};

const REMOVE: TorrentAction = {
  id: 'remove',
  label: t('remove'),
  icon: 'trash',
  key: 'Delete',
  isAvailable: () => true,
  run: (store, torrent) => {
    store.removing.value = torrent;
  },
};

const TOGGLE_DETAILS: TorrentAction = {
  id: 'details',
  label: t('details'),
  icon: 'chevron',
  key: 'Enter',
  isAvailable: () => true,
  run: (store, { id }) => store.open(store.openId.value === id ? undefined : id),
};

const COPY_LINK: TorrentAction = {
  id: 'copy-link',
  label: t('copyLink'),
  icon: 'link',
  key: undefined,
  isAvailable: () => true,
  run: (store, { magnet }) => {
    store.shell.copyText(magnet).then(
      () => store.say(t('linkCopied')),
      () => store.fail('internal'),
    );
  },
};

const SAVE: TorrentAction = {
  id: 'save',
  label: t('saveToDownloads'),
  icon: 'save',
  key: undefined,
  isAvailable: isSaveable,
  run: (store, torrent) => void saveAll(store, torrent),
};

const FORCE: TorrentAction = {
  id: 'force',
  label: t('startNow'),
  icon: 'force',
  key: 'f',
  isAvailable: (torrent) => WAITING.has(torrent.state.kind) && (!torrent.isForced || isPaused(torrent)),
  run: (store, { id }) => void store.ask('start', { torrentId: id, isForced: true }),
};

const UNFORCE: TorrentAction = {
  id: 'unforce',
  label: t('backToQueue'),
  icon: 'queue',
  key: 'f',
  isAvailable: (torrent) => torrent.isForced && isRunning(torrent),
  run: (store, { id }) => void store.ask('start', { torrentId: id, isForced: false }),
};

const mover = (move: QueueMove & string, label: string, icon: IconName, key: string): TorrentAction => ({
  id: `queue-${move}`,
  label,
  icon,
  key: `Alt+${key}`,
  isAvailable: () => true,
  run: (store, { id }) => {
    store.isInQueueOrder.value = true;
    void store.ask('moveInQueue', { torrentId: id, move });
  },
});

/** Buttons that change a torrent's place in the queue. */
export const QUEUE_ACTIONS: readonly TorrentAction[] = [
  mover('top', t('moveToTop'), 'top', 'Home'),
  mover('up', t('moveUp'), 'up', 'ArrowUp'),
  mover('down', t('moveDown'), 'down', 'ArrowDown'),
  mover('bottom', t('moveToBottom'), 'bottom', 'End'),
];

/** Buttons of a row. */
export const ROW_ACTIONS: readonly TorrentAction[] = [RETRY, PAUSE, RESUME, DOWNLOAD_AGAIN, KEEP_MINE, REMOVE];

/** Buttons with words above the details. */
export const DETAILS_ACTIONS: readonly TorrentAction[] = [
  PAUSE,
  RESUME,
  DOWNLOAD_AGAIN,
  KEEP_MINE,
  FORCE,
  UNFORCE,
  SAVE,
  COPY_LINK,
  REMOVE,
];

const KEYED_ACTIONS: readonly TorrentAction[] = [
  PAUSE,
  RESUME,
  DOWNLOAD_AGAIN,
  REMOVE,
  TOGGLE_DETAILS,
  FORCE,
  UNFORCE,
  ...QUEUE_ACTIONS,
];

/** The action that a key, such as `Delete` or `Alt+Home`, means on a torrent's row. */
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
    label: t('pauseAll'),
    icon: 'pause',
    isEnabled: (torrents) => torrents.some(isRunning),
  },
  { method: 'resumeAll', label: t('resumeAll'), icon: 'play', isEnabled: (torrents) => torrents.some(isPaused) },
];
