import type {
  ChangedFilesWish,
  ClientSettings,
  ClientSnapshot,
  DownloadOrder,
  FilePriorityChange,
  ImportedTorrent,
  QueueMove,
  TorrentDetails,
  TorrentLimits,
  TorrentSnapshot,
} from '@jstorrent/engine';
import type { BridgeStatus, FolderStatus } from './host-status.js';
import type { SelfTestReport } from './self-test.js';

export type {
  DamageReport,
  DownloadOrder,
  FilePriority,
  FilePriorityChange,
  FileSnapshot,
  ImportedTorrent,
  PeerSnapshot,
  QueueMove,
  RemovedTorrent,
  TorrentDetails,
  TorrentLimits,
  TorrentProblem,
  TorrentSnapshot,
  TorrentState,
  TrackerSnapshot,
} from '@jstorrent/engine';
export type { BridgeStatus, FolderStatus } from './host-status.js';

/**
 * What views and the engine host say to each other. Everything is a JSON value, because the ports of the extension carry nothing else:
 * bytes travel as base64 text, and a property that is `undefined` arrives as an absent one.
 */

/** A magnet or the address of a .torrent file that came from outside (a click, the context menu) and waits for one confirmation. */
export interface PendingAdd {
  /** The info-hash in hexadecimal, or the address, so that the same link clicked again is the same entry. */
  readonly pendingId: string;
  /** The magnet's display name or else its info-hash, or the address; at most 200 characters, foreign text. */
  readonly name: string;
}

/** What happened outside of any view, for the user to read and close. */
export interface HostNotice {
  readonly noticeId: string;
  /** Of the error that says why. */
  readonly code: string;
  /** What it is about: the name of a link, at most 200 characters; foreign text. */
  readonly subject: string;
}

/** The root that needs no permission: the browser's own storage. */
export const BROWSER_ROOT = 'default';

/** What is not about one torrent. */
export interface HostStatus {
  readonly client: ClientSnapshot;
  readonly bridge: BridgeStatus;
  /** The setting; whether the DHT runs, `client.dhtNodes` tells. */
  readonly isDhtEnabled: boolean;
  /** Oldest first. */
  readonly pending: readonly PendingAdd[];
  /** Oldest first, a few at most. */
  readonly notices: readonly HostNotice[];
  readonly folders: readonly FolderStatus[];
  /** Where new torrents go: the id of a folder, or {@link BROWSER_ROOT}. */
  readonly defaultRoot: string;
}

export interface ListSnapshot extends HostStatus {
  readonly torrents: readonly TorrentSnapshot[];
}

/** What changed since the snapshot or the delta before. */
export interface ListDelta {
  /** Torrents that are new or changed, whole. */
  readonly changed: readonly TorrentSnapshot[];
  readonly removed: readonly string[];
  readonly status?: HostStatus;
}

/** What changed in one torrent's details; peers and trackers always come whole. */
export interface DetailsDelta {
  /** Changed files only. */
  readonly files: readonly TorrentDetails['files'][number][];
  readonly order: TorrentDetails['order'];
  readonly peers: TorrentDetails['peers'];
  readonly trackers: TorrentDetails['trackers'];
}

export interface AddChoices {
  /** Wait in `awaiting-choice` once the files are known, until `setPriorities`. */
  readonly chooseFilesFirst: boolean;
  /** Id of a folder, or {@link BROWSER_ROOT}; left out, the default. A torrent that is there already stays where it is. */
  readonly root?: string;
  /** False leaves it stopped. This and what follows is without effect on a torrent that is there already. */
  readonly start?: boolean;
  readonly label?: string;
  readonly isSequential?: boolean;
  /** Goes to the top of the queue. */
  readonly isFirst?: boolean;
}

export interface AddResult {
  readonly torrentId: string;
  /** False when the torrent was in the list already. */
  readonly isNew: boolean;
  /** Trackers that one in the list gained; left out, none. */
  readonly newTrackers?: number;
}

/** What the badge of the toolbar button shows while something downloads: how many torrents do, how far they are, or nothing. */
export const BADGE_CHOICES = ['downloads', 'percent', 'none'] as const;
export type BadgeChoice = (typeof BADGE_CHOICES)[number];

/** What the user decides about this host, beside the engine's own settings. */
export interface HostSettings {
  /** Use the loopback accelerator beside native messaging. */
  readonly useFastLane: boolean;
  /** Where new torrents go: the id of a folder, or {@link BROWSER_ROOT}. */
  readonly defaultRoot: string;
  /** Keep the computer awake while something downloads. Needs the optional permission `power`, which a view asks for. */
  readonly keepAwake: boolean;
  /** Keep downloading when the last window is closed. Needs the optional permission `background`, which does it. */
  readonly keepRunning: boolean;
  /** Tell of downloads that finish, fail or need their user. Needs the optional permission `notifications`, which a view asks for. */
  readonly notify: boolean;
  readonly badge: BadgeChoice;
}

/** The engine's settings, and the host's. */
export interface Settings extends ClientSettings, HostSettings {}

/** What was taken of an imported session. */
export interface ImportedSession {
  readonly torrents: readonly ImportedTorrent[];
  /** Names of the settings that were taken over: those that were never changed here. */
  readonly settings: readonly string[];
  /** How the list looked there; for the view to take. */
  readonly look?: string;
}

/** What there is of a torrent's pieces, in parts of equal size. */
export interface PieceMap {
  readonly pieceCount: number;
  readonly haveCount: number;
  /** A byte a part, in base64: how much of it we have, 255 for all. */
  readonly have: string;
  /** A byte a part, in base64: how many connected peers have the rarest of it. */
  readonly availability: string;
}

/** Bytes a second, oldest first, one value each `stepSeconds`. */
export interface SpeedHistory {
  readonly stepSeconds: number;
  readonly down: readonly number[];
  readonly up: readonly number[];
}

/** A line of the log; its words are for who looks for a fault, and are not translated. */
export interface LogLine {
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly level: 'debug' | 'info' | 'warn';
  readonly text: string;
}

/** Every request a view can make: its parameters and its result (`null`: it is done). */
interface Requests {
  addMagnet: { params: AddChoices & { readonly magnet: string }; result: AddResult };
  /** `metainfo`: the .torrent file in base64, at most {@link MAX_TORRENT_FILE_BYTES} before that. */
  addTorrent: { params: AddChoices & { readonly metainfo: string }; result: AddResult };
  /** Fetches the .torrent file at an http or https `url`, at most {@link MAX_TORRENT_FILE_BYTES}; its codes: those of `HttpError` and `http-*`. */
  addUrl: { params: AddChoices & { readonly url: string }; result: AddResult };
  /** Adds a small torrent whose only seed is inside the host: it needs neither network nor helper. `label` says what it is. */
  addDemo: { params: { readonly label: string }; result: AddResult };
  confirmPending: { params: AddChoices & { readonly pendingId: string }; result: AddResult };
  dismissNotice: { params: { readonly noticeId: string }; result: null };
  dismissPending: { params: { readonly pendingId: string }; result: null };
  /** When it is its turn in the queue, or whatever the queue says; for one that runs already, too. */
  start: { params: { readonly torrentId: string; readonly isForced?: boolean }; result: null };
  stop: { params: { readonly torrentId: string }; result: null };
  /** After `files-changed`: replaces what is wrong, or leaves the changed files of a folder to the user; then it starts. */
  checkFiles: { params: { readonly torrentId: string }; result: null };
  settleChangedFiles: { params: { readonly torrentId: string; readonly wish: ChangedFilesWish }; result: null };
  /** `canUndo`: only after {@link REMOVE_UNDO_MS}, unless `undoRemove` takes it back; `client.removed` of the status says which can be. */
  remove: {
    params: { readonly torrentId: string; readonly deleteFiles: boolean; readonly canUndo?: boolean };
    result: null;
  };
  /** Fails with `unknown-torrent` when it is too late. */
  undoRemove: { params: { readonly torrentId: string }; result: null };
  /** Other files keep theirs; also ends `awaiting-choice`. */
  setPriorities: {
    params: { readonly torrentId: string; readonly changes: readonly FilePriorityChange[] };
    result: null;
  };
  setOrder: { params: { readonly torrentId: string; readonly order: DownloadOrder }; result: null };
  /** Asks the trackers as soon as they allow it. Without effect while the torrent does not run. */
  announceNow: { params: { readonly torrentId: string }; result: null };
  /** Announce URLs in tiers (BEP 12), in place of those before; those that stay keep their state. */
  setTrackers: {
    params: { readonly torrentId: string; readonly tiers: readonly (readonly string[])[] };
    result: null;
  };
  moveInQueue: { params: { readonly torrentId: string; readonly move: QueueMove }; result: null };
  /** The limits named; `null` leaves it to the settings. */
  setLimits: {
    params: {
      readonly torrentId: string;
      readonly limits: { readonly [Name in keyof TorrentLimits]?: NonNullable<TorrentLimits[Name]> | null };
    };
    result: null;
  };
  /** Empty for none; at most 100 characters count. */
  setLabel: { params: { readonly torrentId: string; readonly label: string }; result: null };
  /** Shows each peer one piece at a time while nobody else seeds (BEP 16). */
  setSuperSeeding: { params: { readonly torrentId: string; readonly isSuperSeeding: boolean }; result: null };
  /** The slow limits in place of the usual ones, or back. */
  switchTurtle: { params: { readonly isOn: boolean }; result: null };
  pauseAll: { params: null; result: null };
  resumeAll: { params: null; result: null };
  /** Verified bytes of one file, at most {@link READ_CHUNK_BYTES}, for saving it; `data` in base64. */
  readFile: {
    params: {
      readonly torrentId: string;
      readonly fileIndex: number;
      readonly position: number;
      readonly length: number;
    };
    result: { readonly data: string };
  };
  /**
   * Puts a torrent's files under another root: the id of a folder, or {@link BROWSER_ROOT}. Resolves when they are in the browser; to a
   * folder they are copied while it runs. Codes: those of `FileSystemError`, `root-missing`, `no-metadata`, `files-changed`.
   */
  moveTorrent: { params: { readonly torrentId: string; readonly root: string }; result: null };
  /** Shows a torrent under another name, at most 250 characters; empty: under its own again. */
  renameTorrent: { params: { readonly torrentId: string; readonly name: string }; result: null };
  /**
   * Gives the torrent's folder, or its only file, another name on disk, or with `fileIndex` one of its files; what cannot be in a name is
   * replaced. Codes: `name-taken`, and those of `moveTorrent`.
   */
  renameFiles: {
    params: { readonly torrentId: string; readonly name: string; readonly fileIndex?: number };
    result: null;
  };
  /** Takes files in a folder for those of the torrent, and checks them. Codes: as above, `files-not-found`, `files-of-another`, `files-left-behind`. */
  relocate: { params: { readonly torrentId: string; readonly folderId: string }; result: null };
  /** A view picked a folder, or Chrome granted one again: what `FolderHandles` holds and what is allowed are looked at anew. */
  refreshFolders: { params: null; result: null };
  /**
   * Forgets a folder; its files stay. Fails with `folder-in-use` while a torrent lies in it, or a removal from it can be undone. Names the
   * torrents whose removal waited for it and ends now.
   */
  removeFolder: { params: { readonly folderId: string }; result: readonly string[] };
  /**
   * Gives complete files (left out: all that are complete) to Chrome's own downloads, which needs the optional permission of that name;
   * resolves when all are saved. Codes: `no-permission`, `save-failed`, `save-cancelled`.
   */
  saveToDownloads: {
    params: { readonly torrentId: string; readonly fileIndices?: readonly number[] };
    result: null;
  };
  /**
   * The whole session as a file, with how the list looks (of position 0): its bytes from `position` on, at most {@link SESSION_PART_BYTES}, in base64. Position 0 makes a new one, of
   * which the others are parts. Codes: `session-too-large`, `session-interrupted`.
   */
  exportSession: {
    params: { readonly position: number; readonly look?: string };
    result: { readonly data: string; readonly totalBytes: number };
  };
  /**
   * Takes such a file in, part by part from position 0 on; the result is `null` until it is whole.
   * Codes: as above, `session-invalid`, `session-newer`.
   */
  importSession: {
    params: { readonly position: number; readonly totalBytes: number; readonly data: string };
    result: ImportedSession | null;
  };
  /** What is left of the records that `client.damage` of the status tells of, as a file in base64. */
  exportDamaged: { params: null; result: { readonly data: string } };
  /** The user knows of them. */
  dismissDamage: { params: null; result: null };
  /**
   * Bytes of the disk beside the browser, where pieces are kept, that a download to `root` could have; null when nobody knows. One to a
   * folder that needs more comes file after file, and bigger files in parts; one to {@link BROWSER_ROOT} does not begin.
   */
  getRoom: { params: { readonly root: string }; result: number | null };
  getSettings: { params: null; result: Settings };
  updateSettings: { params: Partial<Settings>; result: Settings };
  /** `null` while the pieces are not known. */
  getPieces: { params: { readonly torrentId: string }; result: PieceMap | null };
  /** Of the last `minutes`, at most 1440; without a torrent, of all together. */
  getSpeeds: { params: { readonly torrentId?: string; readonly minutes: number }; result: SpeedHistory };
  /** The newest lines, oldest first; of one torrent, those that name it. */
  getLog: { params: { readonly torrentId?: string }; result: readonly LogLine[] };
  /** Measures every part of the host, in some seconds; who asks while that goes on gets the same report. */
  runSelfTest: { params: null; result: SelfTestReport };
  /** Looks for the helper now instead of at the next turn of the back-off. */
  retryBridge: { params: null; result: null };
}

export type Method = keyof Requests;
export type Params<M extends Method> = Requests[M]['params'];
export type Result<M extends Method> = Requests[M]['result'];

/** From a view. `subscribeDetails` replaces the details subscription of that view; there is at most one. */
export type ViewMessage =
  | { readonly type: 'request'; readonly id: number; readonly method: string; readonly params: unknown }
  | { readonly type: 'subscribeList' }
  | { readonly type: 'unsubscribeList' }
  | { readonly type: 'subscribeDetails'; readonly torrentId: string }
  | { readonly type: 'unsubscribeDetails' };

/** From the engine host. `details: null` says that the torrent is gone. */
export type HostMessage =
  | { readonly type: 'result'; readonly id: number; readonly result: unknown }
  | { readonly type: 'error'; readonly id: number; readonly error: { readonly code: string; readonly message: string } }
  | { readonly type: 'list'; readonly snapshot: ListSnapshot }
  | { readonly type: 'listDelta'; readonly delta: ListDelta }
  | { readonly type: 'details'; readonly torrentId: string; readonly details: TorrentDetails | null }
  | { readonly type: 'detailsDelta'; readonly torrentId: string; readonly delta: DetailsDelta };

/** Least time between two deltas to one view. */
export const DELTA_INTERVAL_MS = 500;
/** How long a removal can be taken back. */
export const REMOVE_UNDO_MS = 20_000;
/** Most bytes of one `readFile`. */
export const READ_CHUNK_BYTES = 1024 * 1024;
/** Most bytes of an exported session in one message. */
export const SESSION_PART_BYTES = 16 * 1024 * 1024;
/** Most bytes of an exported session: it is put together in memory. */
export const MAX_SESSION_FILE_BYTES = 512 * 1024 * 1024;
/** Most bytes of a .torrent file, fetched or sent by a view: as base64 it must fit in one message of a port (64 MiB). */
export const MAX_TORRENT_FILE_BYTES = 32 * 1024 * 1024;
