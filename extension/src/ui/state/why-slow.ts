import { t, tn } from '../../i18n/t.js';
import { BROWSER_ROOT, type HostStatus, type TorrentDetails, type TorrentSnapshot } from '../../rpc/types.js';
import type { IconName } from '../components/icon.js';
import { isPaused } from './activity.js';
import { formatRate } from './format.js';
import { describeNoPeers } from './no-peers.js';
import { isComplete } from './progress.js';
import { describeTorrent } from './sentences.js';
import type { Store } from './store.js';

/** Why a torrent is not faster, and the one button that helps. */
export interface Explanation {
  readonly text: string;
  readonly isProblem: boolean;
  readonly button?: { readonly label: string; readonly icon: IconName; readonly run: (store: Store) => void };
}

/** What is known of it. */
interface Facts {
  readonly torrent: TorrentSnapshot;
  readonly details: TorrentDetails;
  readonly status: HostStatus;
}

type Reason = (facts: Facts) => Explanation | undefined;

const problem = (text: string, button?: Explanation['button']): Explanation => ({
  text,
  isProblem: true,
  ...(button ? { button } : {}),
});

const failed: Reason = ({ torrent, status }) => {
  if (torrent.state.kind !== 'failed') return undefined;
  const { text } = describeTorrent(torrent, status.bridge);
  if (torrent.state.problem.code === 'files-changed') return problem(text);
  const resume = (store: Store): void => void store.ask('start', { torrentId: torrent.id });
  return problem(text, { label: t('resume'), icon: 'play', run: resume });
};

const attention: Reason = ({ torrent, status }) => {
  if (!torrent.attention) return undefined;
  const retry = (store: Store): void => void store.ask('start', { torrentId: torrent.id });
  return problem(describeTorrent(torrent, status.bridge).text, { label: t('tryAgain'), icon: 'refresh', run: retry });
};

const paused: Reason = ({ torrent }) => {
  if (!isPaused(torrent)) return undefined;
  const run = (store: Store): void => void store.ask('start', { torrentId: torrent.id });
  return { text: t('slowPaused'), isProblem: false, button: { label: t('resume'), icon: 'play', run } };
};

const queued: Reason = ({ torrent }) => {
  if (torrent.state.kind !== 'queued') return undefined;
  const run = (store: Store): void => void store.ask('start', { torrentId: torrent.id, isForced: true });
  return { text: t('slowQueued'), isProblem: false, button: { label: t('startNow'), icon: 'force', run } };
};

const helper: Reason = ({ torrent, status }) => {
  if (status.bridge.kind === 'ready' || torrent.connectedPeers > 0) return undefined;
  const run = (store: Store): void => void store.ask('retryBridge', null);
  return problem(t('stateWaitingForHelper'), { label: t('checkAgain'), icon: 'refresh', run });
};

const complete: Reason = ({ torrent }) => {
  if (!isComplete(torrent)) return undefined;
  const text =
    torrent.connectedPeers === 0
      ? t('slowNobodyAsks')
      : torrent.uploadRate >= 1
        ? t('slowSharing', { rate: formatRate(torrent.uploadRate), peers: tn('peers', torrent.connectedPeers) })
        : t('slowNobodyWants', { peers: tn('peers', torrent.connectedPeers) });
  return { text, isProblem: false };
};

const alone: Reason = ({ torrent, details, status }) => {
  if (details.peers.length > 0 || torrent.connectedPeers > 0) return undefined;
  const run = (store: Store): void => void store.ask('announceNow', { torrentId: torrent.id });
  const text = describeNoPeers({ torrent, trackers: details.trackers, status });
  return problem(text, { label: t('lookNow'), icon: 'refresh', run });
};

/** So near to a limit it is the limit that holds it back. */
const NEAR = 0.85;

const limited: Reason = ({ torrent, status }) => {
  const own = torrent.limits.downloadLimitBytesPerSecond;
  if (own && torrent.downloadRate > own * NEAR)
    return { text: t('slowOwnLimit', { limit: formatRate(own) }), isProblem: false };
  if (!status.client.isTurtleOn) return undefined;
  const run = (store: Store): void => void store.ask('switchTurtle', { isOn: false });
  return { text: t('slowTurtle'), isProblem: false, button: { label: t('turtleOff'), icon: 'turtle', run } };
};

const noRoom: Reason = ({ torrent, details }) =>
  torrent.root !== BROWSER_ROOT && details.files.some(({ waitsForRoom }) => waitsForRoom)
    ? problem(t('filesNoRoom'))
    : undefined;

const nothingForUs: Reason = ({ torrent, details: { peers } }) => {
  if (torrent.connectedSeeds > 0 || peers.some(({ amInterested }) => amInterested)) return undefined;
  const run = (store: Store): void => void store.ask('announceNow', { torrentId: torrent.id });
  const text = t('slowMissingPieces', { peers: tn('peers', peers.length) });
  return problem(text, { label: t('lookNow'), icon: 'refresh', run });
};

const allChoke: Reason = ({ details: { peers } }) =>
  peers.every(({ peerChoking }) => peerChoking)
    ? problem(t('slowChoked', { peers: tn('peers', peers.length) }))
    : undefined;

const snubbed: Reason = ({ details: { peers } }) => {
  const sending = peers.filter(({ peerChoking }) => !peerChoking);
  return sending.every(({ isSnubbed }) => isSnubbed) ? problem(tn('slowSnubbed', sending.length)) : undefined;
};

const notReachable: Reason = ({ torrent, details: { peers }, status }) => {
  if (status.client.listenPort !== undefined || torrent.downloadRate >= 1) return undefined;
  return problem(t('slowNotReachable', { peers: tn('peers', peers.length) }));
};

const fast: Reason = ({ torrent, details: { peers } }) => {
  const sending = peers.filter(({ downloadRate }) => downloadRate >= 1).length;
  if (sending === 0) return { text: t('stateWaitingForData'), isProblem: false };
  const rate = formatRate(torrent.downloadRate);
  return { text: tn('slowSending', sending, { peers: tn('peers', peers.length), rate }), isProblem: false };
};

/** The first that holds: what the user can mend before what only takes time. */
const REASONS: readonly Reason[] = [
  failed,
  attention,
  paused,
  helper,
  queued,
  complete,
  alone,
  noRoom,
  limited,
  nothingForUs,
  allChoke,
  snubbed,
  notReachable,
  fast,
];

/** Why a torrent is as fast as it is, in one sentence over what is counted. */
export function explain(facts: Facts): Explanation {
  for (const reason of REASONS) {
    const explanation = reason(facts);
    if (explanation) return explanation;
  }
  return { text: describeTorrent(facts.torrent, facts.status.bridge).text, isProblem: false };
}
