import { formatInteger, type PlainKey, t, tn } from '../../i18n/t.js';
import {
  type BridgeStatus,
  BROWSER_ROOT,
  type HostStatus,
  type TorrentProblem,
  type TorrentSnapshot,
  type TorrentState,
  type TrackerSnapshot,
} from '../../rpc/types.js';
import { formatBytes, formatDuration, formatLong, formatPercent, joinList } from './format.js';
import { isComplete } from './progress.js';

/** Every sentence about a state is in this file, so that one thing is said in one way everywhere. */

/** `attention`: the user has something to do, without anything being wrong. */
export type Tone = 'active' | 'done' | 'idle' | 'attention' | 'problem';

export interface Sentence {
  readonly text: string;
  readonly tone: Tone;
}

const PROBLEMS: Record<TorrentProblem['code'], PlainKey> = {
  'disk-full': 'problemDiskFull',
  'disk-permission': 'problemDiskPermission',
  'disk-error': 'problemDiskError',
  'files-changed': 'problemFilesChanged',
  'file-locked': 'problemFileLocked',
  'folder-access-lost': 'problemFolderAccessLost',
  'metadata-invalid': 'problemMetadataInvalid',
  'root-missing': 'problemRootMissing',
  internal: 'problemInternal',
};

/** `“a.mkv”`, or `“a.mkv” and 3 more files`; undefined when nobody knows. */
function nameFiles(paths: readonly string[] = []): string | undefined {
  const [first, ...more] = paths;
  if (first === undefined) return undefined;
  const name = first.slice(first.lastIndexOf('/') + 1);
  return more.length === 0 ? t('quoted', { name }) : tn('andMoreFiles', more.length, { name });
}

function describeProblem({ code, room, files: paths }: TorrentProblem, root: string): string {
  const files = nameFiles(paths);
  if (files !== undefined && code === 'files-changed')
    return t(root === BROWSER_ROOT ? 'changedInBrowser' : 'changedInFolder', { files });
  if (files !== undefined && code === 'file-locked') return t('lockedFiles', { files });
  if (!room) return t(PROBLEMS[code]);
  const [needed, free] = [formatBytes(room.neededBytes), formatBytes(room.freeBytes)];
  return t(root === BROWSER_ROOT ? 'noRoomInBrowser' : 'noRoomInFolder', { needed, free });
}

function downloading({ connectedPeers, downloadRate }: TorrentSnapshot): string {
  if (connectedPeers === 0) return t('stateLooking');
  return t(downloadRate > 0 ? 'stateDownloading' : 'stateWaitingForData');
}

function describeStopped(torrent: TorrentSnapshot): string {
  if (!isComplete(torrent)) return t('statePaused');
  return t(torrent.hasSharedEnough ? 'stateSharedEnough' : 'stateNotSharing');
}

const STATES: {
  readonly [K in TorrentState['kind']]: (torrent: TorrentSnapshot, state: TorrentState & { kind: K }) => Sentence;
} = {
  queued: (torrent) => ({
    text: t(isComplete(torrent) ? 'stateQueuedComplete' : 'stateQueued'),
    tone: 'idle',
  }),
  checking: (_torrent, { progress }) => ({
    text: t('stateChecking', { percent: formatPercent(progress) }),
    tone: 'active',
  }),
  metadata: ({ connectedPeers }) => ({
    text: t(connectedPeers === 0 ? 'stateLooking' : 'stateMetadata'),
    tone: 'active',
  }),
  'awaiting-choice': () => ({ text: t('stateChoice'), tone: 'attention' }),
  downloading: (torrent) => {
    const { attention, downloadRate, connectedPeers } = torrent;
    if (attention && downloadRate === 0 && connectedPeers > 0)
      return describeAttentionMeanwhile(attention, torrent.root);
    return { text: downloading(torrent), tone: 'active' };
  },
  publishing: (_torrent, { progress }) => ({
    text: t('statePublishing', { percent: formatPercent(progress) }),
    tone: 'active',
  }),
  seeding: ({ uploadRate }) => ({ text: t(uploadRate > 0 ? 'stateSharing' : 'stateComplete'), tone: 'done' }),
  stopped: (torrent) => ({ text: describeStopped(torrent), tone: 'idle' }),
  failed: ({ root }, { problem }) => ({ text: describeProblem(problem, root), tone: 'problem' }),
};

const NOT_COPIED: Sentence = { text: t('stateNotCopied'), tone: 'problem' };

/** What a torrent that goes on waits for, where there is more to say than that of a problem. */
const ATTENTION: { readonly [K in TorrentProblem['code']]?: Sentence } = {
  'folder-access-lost': { text: t('stateWaitsForFolder'), tone: 'attention' },
  'root-missing': { text: t('stateWaitsForFolder'), tone: 'attention' },
  'disk-full': {
    text: t('stateFolderFull'),
    tone: 'problem',
  },
};

/** The same while it downloads: files that cannot leave the browser may keep others from having room there. */
const ATTENTION_MEANWHILE: { readonly [K in TorrentProblem['code']]?: PlainKey } = {
  'folder-access-lost': 'stateFolderMeanwhile',
  'root-missing': 'stateFolderMeanwhile',
  'disk-full': 'stateFullMeanwhile',
};

/** Those in which files could be on their way to their folder. */
const COPYING: ReadonlySet<TorrentState['kind']> = new Set(['publishing', 'seeding']);

const NEEDS_NETWORK: ReadonlySet<TorrentState['kind']> = new Set(['metadata', 'downloading']);

function describeAttention(attention: TorrentProblem, root: string): Sentence {
  if (attention.code === 'file-locked') return { text: describeProblem(attention, root), tone: 'attention' };
  return ATTENTION[attention.code] ?? NOT_COPIED;
}

function describeAttentionMeanwhile(attention: TorrentProblem, root: string): Sentence {
  if (attention.code === 'file-locked') return { text: describeProblem(attention, root), tone: 'attention' };
  return { text: t(ATTENTION_MEANWHILE[attention.code] ?? 'stateNotCopiedMeanwhile'), tone: 'attention' };
}

/** What a torrent is doing, and why. */
export function describeTorrent(torrent: TorrentSnapshot, bridge: BridgeStatus | undefined): Sentence {
  const { state, moveProgress } = torrent;
  if (moveProgress !== undefined)
    return { text: t('stateMoving', { percent: formatPercent(moveProgress) }), tone: 'active' };
  // Those inside this computer go on without it.
  const isAlone = torrent.connectedPeers === 0;
  if (bridge && bridge.kind !== 'ready' && isAlone && NEEDS_NETWORK.has(state.kind)) {
    return { text: t('stateWaitingForHelper'), tone: 'attention' };
  }
  if (torrent.attention && COPYING.has(state.kind)) return describeAttention(torrent.attention, torrent.root);
  const describe = STATES[state.kind] as (torrent: TorrentSnapshot, state: TorrentState) => Sentence;
  return describe(torrent, state);
}

/** `3 min left`; empty when it cannot be said. */
export function describeTimeLeft({ state, etaSeconds }: TorrentSnapshot): string {
  if (state.kind !== 'downloading' || etaSeconds === undefined) return '';
  const duration = formatDuration(etaSeconds);
  return duration === undefined ? '' : t('timeLeft', { duration });
}

export interface HelperAdvice {
  readonly title: string;
  readonly text: string;
  /** What to type into a terminal; empty when that is not what helps. */
  readonly command: string;
}

const INSTALL_COMMAND = 'npx --no-install jstorrent-bridge install';

const HELPER: { readonly [K in BridgeStatus['kind']]: HelperAdvice | undefined } = {
  connecting: undefined,
  ready: undefined,
  missing: {
    title: t('helperMissing'),
    text: t('helperMissingText'),
    command: INSTALL_COMMAND,
  },
  'helper-too-old': {
    title: t('helperOld'),
    text: t('helperOldText'),
    command: INSTALL_COMMAND,
  },
  'extension-too-old': {
    title: t('extensionOld'),
    text: t('extensionOldText'),
    command: '',
  },
};

/** What the user has to do about the helper; undefined when nothing. */
export function describeHelper(bridge: BridgeStatus): HelperAdvice | undefined {
  return HELPER[bridge.kind];
}

/** One line about the helper, for the setup page. */
export function describeHelperStatus(bridge: BridgeStatus | undefined): Sentence {
  if (!bridge || bridge.kind === 'connecting') return { text: t('helperLooking'), tone: 'idle' };
  if (bridge.kind === 'ready') return { text: t('helperRunning', { version: bridge.helperVersion }), tone: 'done' };
  return { text: t('helperWaiting', { problem: HELPER[bridge.kind]?.title ?? '' }), tone: 'attention' };
}

const TRACKER_STATUS: Record<TrackerSnapshot['status'], Sentence> = {
  idle: { text: t('trackerIdle'), tone: 'idle' },
  announcing: { text: t('trackerAnnouncing'), tone: 'active' },
  working: { text: t('trackerWorking'), tone: 'done' },
  failed: { text: t('trackerFailed'), tone: 'problem' },
};

export function describeTracker({ status }: TrackerSnapshot): Sentence {
  return TRACKER_STATUS[status];
}

const TRACKER_FAILURES: Readonly<
  Record<NonNullable<TrackerSnapshot['failure']>['code'], ((detail: string) => string) | undefined>
> = {
  // In the tracker's own words.
  'failure-reason': undefined,
  'http-status': (detail) => t('trackerHttpStatus', { detail }),
  'bad-response': () => t('trackerBadResponse'),
  timeout: () => t('trackerTimeout'),
  aborted: () => t('trackerTimeout'),
  unsupported: (detail) => t('trackerUnsupported', { detail }),
  busy: () => t('trackerBusy'),
  'no-name': () => t('trackerNoName'),
  'no-helper': () => t('trackerNoHelper'),
  forbidden: () => t('trackerForbidden'),
  unreachable: () => t('trackerUnreachable'),
  insecure: () => t('trackerInsecure'),
  redirects: () => t('trackerRedirects'),
  'bad-url': () => t('trackerBadUrl'),
  network: () => t('trackerNetwork'),
};

/** What a tracker said last, or why it said nothing; undefined where there is nothing to say. */
export function describeTrackerMessage({ failure, message }: TrackerSnapshot): string | undefined {
  return (failure && TRACKER_FAILURES[failure.code]?.(failure.detail ?? '')) ?? message;
}

/** What a tracker knows of the swarm; empty when it did not say. */
export function describeTrackerCounts({ seeds, leechers, peers }: TrackerSnapshot): string {
  const parts: string[] = [];
  if (seeds !== undefined) parts.push(tn('seeds', seeds));
  if (leechers !== undefined) parts.push(t('trackerLeechers', { count: formatInteger(leechers) }));
  if (peers !== undefined) parts.push(t('trackerGave', { peers: tn('peers', peers) }));
  return joinList(parts);
}

/** When a tracker is asked next; empty when it is not. */
export function describeNextAnnounce({ nextAnnounceAt }: TrackerSnapshot, nowMs: number): string {
  if (nextAnnounceAt === undefined) return '';
  const seconds = Math.ceil((nextAnnounceAt - nowMs) / 1000);
  return seconds <= 0 ? t('trackerNextNow') : t('trackerNextIn', { duration: formatLong(seconds) });
}

/** Why an update that is asked for now does not come at once, and when it comes; undefined when it does come at once. */
export function describeUpdateWait(trackers: readonly TrackerSnapshot[], nowMs: number): string | undefined {
  if (trackers.some(({ status }) => status === 'announcing')) return undefined;
  const asked = trackers.filter(({ nextAnnounceAt }) => nextAnnounceAt !== undefined);
  const waitMs = Math.min(...asked.map(({ earliestAnnounceAt }) => earliestAnnounceAt - nowMs));
  if (waitMs <= 0 || waitMs === Infinity) return undefined;
  return t(asked.length === 1 ? 'trackerWaitOne' : 'trackerWaitSome', { duration: formatLong(waitMs / 1000) });
}

function describeDht({ client: { dhtNodes: nodes }, isDhtEnabled }: HostStatus): string {
  if (!isDhtEnabled) return t('dhtOff');
  // It runs only while a download looks for peers.
  if (nodes === undefined) return t('dhtIdle');
  return nodes === 0 ? t('dhtNoNodes') : t('dhtNodes', { nodes: tn('nodes', nodes) });
}

/** How the program stands in the network. */
export function describeNetwork(status: HostStatus): string {
  const { client, bridge } = status;
  if (bridge.kind !== 'ready') return t('networkWaits');
  const { connectedPeers, listenPort } = client;
  const port = listenPort === undefined ? t('noPort') : t('port', { port: listenPort });
  return [tn('peers', connectedPeers), port, describeDht(status)].join(' · ');
}

/** Why the engine does not run; `reason` is a program's own words. */
export function describeStartProblem(reason: string): string {
  return t('startProblem', { reason });
}

const ERRORS: ReadonlyMap<string, PlainKey> = new Map([
  ['not-magnet', 'errNotMagnet'],
  ['too-long', 'errUnreadableMagnet'],
  ['no-info-hash', 'errUnreadableMagnet'],
  ['v2-unsupported', 'errV2Unsupported'],
  ['not-torrent-file', 'errNotTorrentFile'],
  ['over-limit', 'errOverLimit'],
  ['not-bencode', 'errUnreadableFile'],
  ['no-info', 'errUnreadableFile'],
  ['bad-name', 'errUnreadableFile'],
  ['bad-piece-length', 'errUnreadableFile'],
  ['bad-pieces', 'errUnreadableFile'],
  ['bad-files', 'errUnreadableFile'],
  ['bad-length', 'errUnreadableFile'],
  ['empty', 'errEmpty'],
  ['dns', 'errDns'],
  ['connect', 'errConnect'],
  ['tls', 'errTls'],
  ['timeout', 'errTimeout'],
  ['too-large', 'errTooLarge'],
  ['blocked-address', 'errBlockedAddress'],
  ['too-many-redirects', 'errTooManyRedirects'],
  ['bad-response', 'errBadResponse'],
  ['bad-url', 'errBadUrl'],
  ['bridge-lost', 'errBridgeLost'],
  ['http-not-found', 'errHttpNotFound'],
  ['http-forbidden', 'errHttpForbidden'],
  ['http-status', 'errHttpStatus'],
  ['not-tracker', 'errNotTracker'],
  ['known-tracker', 'errKnownTracker'],
  ['too-many-trackers', 'errTooManyTrackers'],
  ['unknown-torrent', 'errUnknownTorrent'],
  ['unknown-pending', 'errUnknownPending'],
  ['disconnected', 'errDisconnected'],
  ['no-engine', 'errDisconnected'],
  ['no-permission', 'errNoPermission'],
  ['save-cancelled', 'errSaveCancelled'],
  ['folder-refused', 'errFolderRefused'],
  ['folder-in-use', 'errFolderInUse'],
  ['root-missing', 'errRootMissing'],
  ['no-metadata', 'errNoMetadata'],
  ['files-not-found', 'errFilesNotFound'],
  ['files-of-another', 'errFilesOfAnother'],
  ['files-left-behind', 'errFilesLeftBehind'],
  ['files-changed', 'errFilesChanged'],
  ['no-room', 'errNoRoom'],
  ['in-parts', 'errInParts'],
  ['no-space', 'errNoRoom'],
  ['permission', 'errPermission'],
  ['not-found', 'errNotFound'],
  ['name-taken', 'errNameTaken'],
  ['exists', 'errExists'],
  ['not-a-file', 'errExists'],
  ['invalid-path', 'errNameTaken'],
  ['locked', 'errLocked'],
  ['other-disk', 'errOtherDisk'],
  ['session-invalid', 'errSessionInvalid'],
  ['session-newer', 'errSessionNewer'],
  ['session-too-large', 'errSessionTooLarge'],
  ['session-interrupted', 'errSessionInterrupted'],
  ['file-unreadable', 'errFileUnreadable'],
  ['save-failed', 'errSaveFailed'],
] as const);

/** What to tell the user about a failed request, by the error's code. */
export function describeError(code: string): string {
  const known = ERRORS.get(code);
  if (known) return t(known);
  return code === 'internal' ? t('errOther') : t('errOtherCode', { code });
}
