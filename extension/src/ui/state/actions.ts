import { t } from '../../i18n/t.js';
import { BROWSER_ROOT, type QueueMove, type TorrentSnapshot, type TorrentState } from '../../rpc/types.js';
import type { IconName } from '../components/icon.js';
import { isPaused, isRunning } from './activity.js';
import { removeOrAsk } from './removal.js';
import { isSaveable, saveAll } from './save.js';
import type { Store } from './store.js';
import type { TorrentCounts } from './torrent-index.js';

/** What can be done with torrents. This table makes the buttons, the context menu, the keyboard and the sheet that shows its keys. */
export interface TorrentAction {
  readonly id: string;
  readonly label: string;
  readonly icon: IconName;
  /** `KeyboardEvent.key` on a focused row, `Alt+` or `Shift+` before it where that is held; also told to screen readers. */
  readonly key: string | undefined;
  /** Of several it is for the one that has the focus. */
  readonly isForOne?: true;
  /** Whether it makes sense for this one now; what does not is not shown. */
  isAvailable(torrent: TorrentSnapshot): boolean;
  /** For those of the torrents for which it is available. */
  run(store: Store, torrents: readonly TorrentSnapshot[]): void;
}

/** Those that could run, and do not. */
const isWaiting = (torrent: TorrentSnapshot): boolean => isPaused(torrent) || torrent.state.kind === 'queued';

const hasChangedFiles = ({ state }: TorrentSnapshot): boolean =>
  state.kind === 'failed' && state.problem.code === 'files-changed';

/** They are being checked, or there is nothing to check yet. */
const UNCHECKABLE: ReadonlySet<TorrentState['kind']> = new Set(['checking', 'metadata', 'awaiting-choice']);

/** Does the same with each of several. */
const each =
  (run: (store: Store, torrentId: string) => unknown): TorrentAction['run'] =>
  (store, torrents) => {
    for (const { id } of torrents) run(store, id);
  };

/** Does an action with those torrents that it is for. */
export function runAction(store: Store, action: TorrentAction, torrents: readonly TorrentSnapshot[]): void {
  const meant = torrents.filter((torrent) => action.isAvailable(torrent));
  if (meant.length > 0) action.run(store, meant);
}

const PAUSE: TorrentAction = {
  id: 'pause',
  label: t('pause'),
  icon: 'pause',
  key: ' ',
  isAvailable: isRunning,
  run: each((store, torrentId) => store.ask('stop', { torrentId })),
};

const RESUME: TorrentAction = {
  id: 'resume',
  label: t('resume'),
  icon: 'play',
  key: ' ',
  isAvailable: (torrent) => isPaused(torrent) && !hasChangedFiles(torrent),
  run: each((store, torrentId) => store.ask('start', { torrentId })),
};

const DOWNLOAD_AGAIN: TorrentAction = {
  id: 'download-again',
  label: t('downloadAgain'),
  icon: 'refresh',
  key: ' ',
  isAvailable: hasChangedFiles,
  run: each((store, torrentId) => store.ask('settleChangedFiles', { torrentId, wish: 'download-again' })),
};

const KEEP_MINE: TorrentAction = {
  id: 'keep-mine',
  label: t('keepMine'),
  icon: 'check',
  key: undefined,
  // What lies in the browser is nobody's but the torrent's.
  isAvailable: (torrent) => hasChangedFiles(torrent) && torrent.root !== BROWSER_ROOT,
  run: each((store, torrentId) => store.ask('settleChangedFiles', { torrentId, wish: 'keep' })),
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
  run: each((store, torrentId) => store.ask('start', { torrentId })),
};

const REMOVE: TorrentAction = {
  id: 'remove',
  label: t('remove'),
  icon: 'trash',
  key: 'Delete',
  isAvailable: () => true,
  run: (store, torrents) => removeOrAsk(store, torrents, { deleteFiles: false }),
};

const DELETE: TorrentAction = {
  id: 'delete',
  label: t('removeDelete'),
  icon: 'trash',
  key: 'Shift+Delete',
  isAvailable: () => true,
  run: (store, torrents) => removeOrAsk(store, torrents, { deleteFiles: true }),
};

const TOGGLE_DETAILS: TorrentAction = {
  id: 'details',
  label: t('details'),
  icon: 'chevron',
  key: 'Enter',
  isForOne: true,
  isAvailable: () => true,
  run: (store, [torrent]) => store.open(store.openId.value === torrent?.id ? undefined : torrent?.id),
};

const COPY_LINK: TorrentAction = {
  id: 'copy-link',
  label: t('copyLink'),
  icon: 'link',
  key: undefined,
  isAvailable: () => true,
  run: (store, torrents) => {
    store.shell.copyText(torrents.map(({ magnet }) => magnet).join('\n')).then(
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
  run: (store, torrents) => {
    for (const torrent of torrents) void saveAll(store, torrent);
  },
};

const CHECK: TorrentAction = {
  id: 'check',
  label: t('checkFiles'),
  icon: 'verify',
  key: undefined,
  isAvailable: ({ totalBytes, state }) => totalBytes !== undefined && !UNCHECKABLE.has(state.kind),
  run: each((store, torrentId) => store.ask('checkFiles', { torrentId })),
};

const FORCE: TorrentAction = {
  id: 'force',
  label: t('startNow'),
  icon: 'force',
  key: 'f',
  isAvailable: (torrent) => isWaiting(torrent) && (!torrent.isForced || isPaused(torrent)),
  run: each((store, torrentId) => store.ask('start', { torrentId, isForced: true })),
};

const UNFORCE: TorrentAction = {
  id: 'unforce',
  label: t('backToQueue'),
  icon: 'queue',
  key: 'f',
  isAvailable: (torrent) => torrent.isForced && isRunning(torrent),
  run: each((store, torrentId) => store.ask('start', { torrentId, isForced: false })),
};

const mover = (move: QueueMove & string, label: string, icon: IconName, key: string): TorrentAction => ({
  id: `queue-${move}`,
  label,
  icon,
  key: `Alt+${key}`,
  isAvailable: () => true,
  run: (store, torrents) => {
    store.showQueueOrder(true);
    const inOrder = [...torrents].sort((a, b) => a.queuePosition - b.queuePosition);
    // One after the other they end up in the order that they had.
    if (move === 'top' || move === 'down') inOrder.reverse();
    for (const { id } of inOrder) void store.ask('moveInQueue', { torrentId: id, move });
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

/** For fingers, which hold no key while they touch. */
const COLLECT: TorrentAction = {
  id: 'collect',
  label: t('selectSeveral'),
  icon: 'check',
  key: undefined,
  isAvailable: () => true,
  run: ({ selection }) => {
    selection.isCollecting.value = true;
  },
};

/** Of the context menu, in groups. */
export const MENU_ACTIONS: readonly (readonly TorrentAction[])[] = [
  [TOGGLE_DETAILS, RETRY, PAUSE, RESUME, DOWNLOAD_AGAIN, KEEP_MINE, FORCE, UNFORCE],
  [SAVE, COPY_LINK, CHECK, COLLECT],
  QUEUE_ACTIONS,
  [REMOVE, DELETE],
];

const KEYED_ACTIONS = MENU_ACTIONS.flat().filter(({ key }) => key !== undefined);

/** The action that a key, such as `Delete` or `Alt+Home`, means for these torrents: the first that at least one of them can do. */
export function actionOfKey(key: string, torrents: readonly TorrentSnapshot[]): TorrentAction | undefined {
  return KEYED_ACTIONS.find((action) => action.key === key && torrents.some((torrent) => action.isAvailable(torrent)));
}

/** For `aria-keyshortcuts`. */
export const shortcutName = ({ key }: { readonly key: string | undefined }): string | undefined =>
  key === ' ' ? 'Space' : key;

/** What keys do on a row, for the sheet: one line where one key does the one or the other. */
export function keyedActions(): readonly { readonly keys: string; readonly labels: readonly string[] }[] {
  const lines = new Map<string, string[]>();
  for (const action of KEYED_ACTIONS) {
    const keys = shortcutName(action) ?? '';
    lines.set(keys, [...(lines.get(keys) ?? []), action.label]);
  }
  return [...lines].map(([keys, labels]) => ({ keys, labels }));
}

/** What can be done with all torrents at once. */
export interface ListAction {
  readonly method: 'pauseAll' | 'resumeAll';
  readonly label: string;
  readonly icon: IconName;
  readonly isEnabled: (counts: Pick<TorrentCounts, 'running' | 'paused'>) => boolean;
}

export const LIST_ACTIONS: readonly ListAction[] = [
  { method: 'pauseAll', label: t('pauseAll'), icon: 'pause', isEnabled: ({ running }) => running > 0 },
  { method: 'resumeAll', label: t('resumeAll'), icon: 'play', isEnabled: ({ paused }) => paused > 0 },
];
