import {
  type BridgeStatus,
  BROWSER_ROOT,
  type HostStatus,
  type TorrentProblem,
  type TorrentSnapshot,
  type TorrentState,
  type TrackerSnapshot,
} from '../../rpc/types.js';
import { formatBytes, formatCount, formatDuration, formatPercent } from './format.js';
import { isComplete } from './progress.js';

/** Every sentence about a state is in this file, so that one thing is said in one way everywhere. */

/** `attention`: the user has something to do, without anything being wrong. */
export type Tone = 'active' | 'done' | 'idle' | 'attention' | 'problem';

export interface Sentence {
  readonly text: string;
  readonly tone: Tone;
}

const PROBLEMS: Record<TorrentProblem['code'], string> = {
  'disk-full': 'The disk is full. Make some room, then resume.',
  'disk-permission': 'Chrome may not write to the download folder. Allow it, then resume.',
  'disk-error': 'The disk reported an error. Resume to try again.',
  'files-changed': 'Its files were changed by another program. Download again what is wrong in them.',
  'file-locked': 'Another program uses one of its files. JSTorrent tries again by itself.',
  'folder-access-lost': 'Access to its folder is lost. Give it again to go on.',
  'metadata-invalid': 'The list of files that arrived is damaged.',
  'root-missing': 'The download folder is not there any more.',
  internal: 'Something went wrong in JSTorrent. Resume to try again.',
};

/** `“a.mkv”`, or `“a.mkv” and 3 more files`; undefined when nobody knows. */
function nameFiles(paths: readonly string[] = []): string | undefined {
  const [first, ...more] = paths;
  if (first === undefined) return undefined;
  const name = `“${first.slice(first.lastIndexOf('/') + 1)}”`;
  return more.length === 0 ? name : `${name} and ${formatCount(more.length, 'more file')}`;
}

function describeChanged(files: string, root: string): string {
  if (root === BROWSER_ROOT) return `${files} changed or disappeared. Download again what is wrong.`;
  return `${files} changed or disappeared. Download again, or keep yours.`;
}

function describeProblem({ code, room, files }: TorrentProblem, root: string): string {
  const names = nameFiles(files);
  if (names !== undefined && code === 'files-changed') return describeChanged(names, root);
  if (names !== undefined && code === 'file-locked')
    return `Another program uses ${names}. Close it there; JSTorrent tries again by itself.`;
  if (!room) return PROBLEMS[code];
  const [needed, free] = [formatBytes(room.neededBytes), formatBytes(room.freeBytes)];
  const lack = `It needs ${needed} more, and the disk has room for ${free}.`;
  if (root === BROWSER_ROOT)
    return `${lack} Make some room, choose fewer files, or move it to a folder of yours, where files come one after the other.`;
  return `${lack} Make some room or choose fewer files, then resume.`;
}

function downloading({ connectedPeers, downloadRate }: TorrentSnapshot): string {
  if (connectedPeers === 0) return 'Looking for peers';
  return downloadRate > 0 ? 'Downloading' : 'Connected, waiting for data';
}

function describeStopped(torrent: TorrentSnapshot): string {
  if (!isComplete(torrent)) return 'Paused';
  return torrent.hasSharedEnough ? 'Complete, shared enough' : 'Complete, not sharing';
}

const STATES: {
  readonly [K in TorrentState['kind']]: (torrent: TorrentSnapshot, state: TorrentState & { kind: K }) => Sentence;
} = {
  queued: (torrent) => ({
    text: isComplete(torrent) ? 'Complete, waiting for its turn to share' : 'Waiting for its turn',
    tone: 'idle',
  }),
  checking: (_torrent, { progress }) => ({ text: `Checking files, ${formatPercent(progress)}`, tone: 'active' }),
  metadata: ({ connectedPeers }) => ({
    text: connectedPeers === 0 ? 'Looking for peers' : 'Getting the list of files',
    tone: 'active',
  }),
  'awaiting-choice': () => ({ text: 'Choose the files you want', tone: 'attention' }),
  downloading: (torrent) => ({ text: downloading(torrent), tone: 'active' }),
  publishing: (_torrent, { progress }) => ({
    text: `Copying to your folder, ${formatPercent(progress)}`,
    tone: 'active',
  }),
  seeding: ({ uploadRate }) => ({ text: uploadRate > 0 ? 'Complete, sharing' : 'Complete', tone: 'done' }),
  stopped: (torrent) => ({ text: describeStopped(torrent), tone: 'idle' }),
  failed: ({ root }, { problem }) => ({ text: describeProblem(problem, root), tone: 'problem' }),
};

const NOT_COPIED: Sentence = { text: 'Complete, but not copied to its folder. Try again.', tone: 'problem' };

/** What a torrent that goes on waits for, where there is more to say than that of a problem. */
const ATTENTION: { readonly [K in TorrentProblem['code']]?: Sentence } = {
  'folder-access-lost': { text: 'Complete, waits for its folder', tone: 'attention' },
  'root-missing': { text: 'Complete, waits for its folder', tone: 'attention' },
  'disk-full': {
    text: 'Complete, but the disk of its folder is full. Make some room, then try again.',
    tone: 'problem',
  },
};

/** Those in which files could be on their way to their folder. */
const COPYING: ReadonlySet<TorrentState['kind']> = new Set(['publishing', 'seeding']);

const NEEDS_NETWORK: ReadonlySet<TorrentState['kind']> = new Set(['metadata', 'downloading']);

function describeAttention(attention: TorrentProblem, root: string): Sentence {
  if (attention.code === 'file-locked') return { text: describeProblem(attention, root), tone: 'attention' };
  return ATTENTION[attention.code] ?? NOT_COPIED;
}

/** What a torrent is doing, and why. */
export function describeTorrent(torrent: TorrentSnapshot, bridge: BridgeStatus | undefined): Sentence {
  const { state, moveProgress } = torrent;
  if (moveProgress !== undefined) return { text: `Moving its files, ${formatPercent(moveProgress)}`, tone: 'active' };
  if (bridge && bridge.kind !== 'ready' && NEEDS_NETWORK.has(state.kind)) {
    return { text: 'Waiting for the helper', tone: 'attention' };
  }
  if (torrent.attention && COPYING.has(state.kind)) return describeAttention(torrent.attention, torrent.root);
  const describe = STATES[state.kind] as (torrent: TorrentSnapshot, state: TorrentState) => Sentence;
  return describe(torrent, state);
}

/** `3 min left`; empty when it cannot be said. */
export function describeTimeLeft({ state, etaSeconds }: TorrentSnapshot): string {
  if (state.kind !== 'downloading' || etaSeconds === undefined) return '';
  const duration = formatDuration(etaSeconds);
  return duration === undefined ? '' : `${duration} left`;
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
    title: 'The helper is not installed',
    text: 'Chrome cannot reach other peers by itself: a small helper program does that. Run this once in a terminal. Your downloads are kept and go on by themselves as soon as it is there.',
    command: INSTALL_COMMAND,
  },
  'helper-too-old': {
    title: 'The helper is too old',
    text: 'This version of JSTorrent needs a newer helper. Run this in a terminal; downloads go on by themselves afterwards.',
    command: INSTALL_COMMAND,
  },
  'extension-too-old': {
    title: 'JSTorrent is too old',
    text: 'The helper is newer than this extension. Open chrome://extensions and press “Update”; downloads go on by themselves afterwards.',
    command: '',
  },
};

/** What the user has to do about the helper; undefined when nothing. */
export function describeHelper(bridge: BridgeStatus): HelperAdvice | undefined {
  return HELPER[bridge.kind];
}

/** One line about the helper, for the setup page. */
export function describeHelperStatus(bridge: BridgeStatus | undefined): Sentence {
  if (!bridge || bridge.kind === 'connecting') return { text: 'Looking for the helper…', tone: 'idle' };
  if (bridge.kind === 'ready')
    return { text: `The helper is running (version ${bridge.helperVersion}).`, tone: 'done' };
  return { text: `${HELPER[bridge.kind]?.title ?? ''}. Waiting for it…`, tone: 'attention' };
}

const TRACKER_STATUS: Record<TrackerSnapshot['status'], Sentence> = {
  idle: { text: 'Not asked yet', tone: 'idle' },
  announcing: { text: 'Asking…', tone: 'active' },
  working: { text: 'Working', tone: 'done' },
  failed: { text: 'No answer', tone: 'problem' },
};

export function describeTracker({ status }: TrackerSnapshot): Sentence {
  return TRACKER_STATUS[status];
}

/** What a tracker knows of the swarm; empty when it did not say. */
export function describeTrackerCounts({ seeds, leechers, peers }: TrackerSnapshot): string {
  const parts: string[] = [];
  if (seeds !== undefined) parts.push(formatCount(seeds, 'seed'));
  if (leechers !== undefined) parts.push(`${leechers} downloading`);
  if (peers !== undefined) parts.push(`gave us ${formatCount(peers, 'peer')}`);
  return parts.join(', ');
}

/** When a tracker is asked next; empty when it is not. */
export function describeNextAnnounce({ nextAnnounceAt }: TrackerSnapshot, nowMs: number): string {
  if (nextAnnounceAt === undefined) return '';
  const seconds = Math.ceil((nextAnnounceAt - nowMs) / 1000);
  return seconds <= 0 ? 'next now' : `next in ${formatDuration(seconds) ?? 'a long time'}`;
}

/** Why an update that is asked for now does not come at once, and when it comes; undefined when it does come at once. */
export function describeUpdateWait(trackers: readonly TrackerSnapshot[], nowMs: number): string | undefined {
  if (trackers.some(({ status }) => status === 'announcing')) return undefined;
  const asked = trackers.filter(({ nextAnnounceAt }) => nextAnnounceAt !== undefined);
  const waitMs = Math.min(...asked.map(({ earliestAnnounceAt }) => earliestAnnounceAt - nowMs));
  if (waitMs <= 0 || waitMs === Infinity) return undefined;
  const subject = asked.length === 1 ? 'The tracker' : 'A tracker';
  return `${subject} can be asked again in ${formatDuration(waitMs / 1000) ?? 'a long time'}, and will be then.`;
}

function describeDht({ client: { dhtNodes: nodes }, isDhtEnabled }: HostStatus): string {
  if (!isDhtEnabled) return 'DHT off';
  // It runs only while a download looks for peers.
  if (nodes === undefined) return 'DHT idle';
  return nodes === 0 ? 'DHT: no nodes yet' : `DHT: ${formatCount(nodes, 'node')}`;
}

/** How the program stands in the network. */
export function describeNetwork(status: HostStatus): string {
  const { client, bridge } = status;
  if (bridge.kind !== 'ready') return 'Not connected: waiting for the helper';
  const { connectedPeers, listenPort } = client;
  const port = listenPort === undefined ? 'No port for incoming connections' : `Port ${listenPort}`;
  return [formatCount(connectedPeers, 'peer'), port, describeDht(status)].join(' · ');
}

/** Why the engine does not run; `reason` is a program's own words. */
export function describeStartProblem(reason: string): string {
  return `JSTorrent could not start, and tries again by itself. Your downloads are kept. The reason: ${reason}`;
}

const NOT_A_MAGNET = 'That is neither a magnet link (“magnet:…”) nor the web address of a .torrent file.';
const UNREADABLE_MAGNET = 'JSTorrent cannot read this magnet link.';
const UNREADABLE_FILE = 'This is not a usable .torrent file.';

const NO_ROOM = 'There is not enough room in the browser for that, so all stays where it was. Make some room first.';

const ERRORS: ReadonlyMap<string, string> = new Map([
  ['not-magnet', NOT_A_MAGNET],
  ['too-long', UNREADABLE_MAGNET],
  ['no-info-hash', UNREADABLE_MAGNET],
  ['v2-unsupported', 'This torrent is of the new kind (v2) only, which JSTorrent cannot download yet.'],
  ['not-torrent-file', 'Only .torrent files and magnet links can be added.'],
  ['over-limit', 'This .torrent file is too large.'],
  ['not-bencode', UNREADABLE_FILE],
  ['no-info', UNREADABLE_FILE],
  ['bad-name', UNREADABLE_FILE],
  ['bad-piece-length', UNREADABLE_FILE],
  ['bad-pieces', UNREADABLE_FILE],
  ['bad-files', UNREADABLE_FILE],
  ['bad-length', UNREADABLE_FILE],
  ['empty', 'There is nothing to download in this .torrent file.'],
  ['dns', 'There is no server of this name.'],
  ['connect', 'This server cannot be reached.'],
  ['tls', 'This server cannot prove who it is (its certificate is wrong), so nothing was fetched.'],
  ['timeout', 'The server did not answer in time.'],
  ['too-large', 'The file at this address is too large for a .torrent file.'],
  ['blocked-address', 'This address is inside your own network, from where JSTorrent fetches nothing.'],
  ['too-many-redirects', 'The server sends JSTorrent in circles.'],
  ['bad-response', 'The server gave an answer that makes no sense.'],
  ['bad-url', 'This is no address that can be fetched.'],
  ['bridge-lost', 'Only the helper can fetch this, and it is not there now.'],
  ['http-not-found', 'There is nothing at this address.'],
  ['http-forbidden', 'The server does not give this file to everybody. Save it in your browser, then open it here.'],
  ['http-status', 'The server has a problem and did not send the file.'],
  ['not-tracker', 'That is no address of a tracker. It starts with “http://”, “https://” or “udp://” and a name.'],
  ['known-tracker', 'This tracker is in the list already.'],
  ['too-many-trackers', 'This torrent has as many trackers as it can have.'],
  ['unknown-torrent', 'That download is not in the list any more.'],
  ['unknown-pending', 'This link was answered already.'],
  ['disconnected', 'The connection to JSTorrent was lost. Please try again.'],
  ['no-permission', 'Chrome does not let JSTorrent save to Downloads. Each file can still be saved by itself.'],
  ['save-cancelled', 'Saving was cancelled.'],
  [
    'folder-refused',
    'Chrome does not let JSTorrent write there. Another folder may do: one inside Downloads, for example.',
  ],
  [
    'folder-in-use',
    'Some downloads go to this folder, or can still be undone. Remove them from the list first; their files can stay.',
  ],
  ['root-missing', 'This folder is not there any more. Choose another.'],
  ['no-metadata', 'The files of this download are not known yet.'],
  ['files-not-found', 'None of its files is in that folder, by name and size. Pick the folder they are in.'],
  ['files-of-another', 'These files belong to another download in the list. Pick a folder with another copy.'],
  [
    'files-left-behind',
    'Some of its files are only in the folder where it is now. Put them all into the new folder, then try again.',
  ],
  ['files-changed', 'A file was changed meanwhile, so all stays where it was. Resume to check it, then try again.'],
  ['no-room', NO_ROOM],
  ['no-space', NO_ROOM],
  ['permission', 'Chrome does not let JSTorrent into that folder. Allow it again, then try once more.'],
  ['not-found', 'A file is missing in its folder, so all stays where it was. Resume to check it, then try again.'],
  ['name-taken', 'This name cannot be used: something has it already, or nothing can have it.'],
  ['exists', 'Something of that name is there already, so all keeps its name.'],
  ['other-disk', 'It cannot be moved there.'],
  ['session-invalid', 'This file is no exported session of JSTorrent, or it is damaged.'],
  ['session-newer', 'This session was exported by a newer JSTorrent. Update this one first.'],
  ['session-too-large', 'This session is too large for one file.'],
  ['session-interrupted', 'Another view did the same at that moment. Please try again.'],
  ['file-unreadable', 'This file cannot be read.'],
  ['save-failed', 'The file could not be saved there.'],
]);

/** What to tell the user about a failed request, by the error's code. */
export function describeError(code: string): string {
  return ERRORS.get(code) ?? 'That did not work. Please try again.';
}
