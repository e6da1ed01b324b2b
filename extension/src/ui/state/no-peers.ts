import { t, tn } from '../../i18n/t.js';
import type { BridgeStatus, HostStatus, TorrentSnapshot, TrackerSnapshot } from '../../rpc/types.js';
import { isRunning } from './activity.js';
import { describeHelper, describeTrackerMessage } from './sentences.js';

/** What is known of a search for peers. */
interface PeerSearch {
  readonly torrent: TorrentSnapshot;
  readonly trackers: readonly TrackerSnapshot[];
  readonly status: HostStatus | undefined;
}

type Reason = (search: PeerSearch) => string | undefined;

const isDhtOff = ({ status }: PeerSearch): boolean => status?.isDhtEnabled === false;

const notRunning: Reason = ({ torrent }) => (isRunning(torrent) ? undefined : t('aloneNotRunning'));

function withoutHelper(bridge: BridgeStatus): string | undefined {
  if (bridge.kind === 'connecting') return t('aloneHelperStarts');
  const advice = describeHelper(bridge);
  return advice && t('aloneNoHelper', { problem: advice.title });
}

const noHelper: Reason = ({ status }) => status && withoutHelper(status.bridge);

const unreachable: Reason = ({ torrent: { knownPeers } }) => {
  return knownPeers === 0 ? undefined : tn('aloneUnreachable', knownPeers);
};

const asking: Reason = ({ trackers }) =>
  trackers.some(({ status }) => status === 'announcing') ? t('aloneAsking') : undefined;

const trackersFailed: Reason = (search) => {
  const asked = search.trackers.filter(({ status }) => status !== 'idle');
  if (asked.length === 0 || asked.some(({ status }) => status !== 'failed')) return undefined;
  const said = asked.map(describeTrackerMessage).find((words) => words);
  const failure = t(asked.length === 1 ? 'aloneTrackerFails' : 'aloneTrackersFail');
  const problem = said ? t('aloneTrackerSaid', { problem: failure, message: said }) : failure;
  if (search.torrent.isPrivate) return t('aloneFailsPrivate', { problem });
  return t(isDhtOff(search) ? 'aloneFailsDhtOff' : 'aloneFailsOthers', { problem });
};

const privateTorrent: Reason = ({ torrent, trackers }) => {
  if (!torrent.isPrivate) return undefined;
  if (trackers.length === 0) return t('alonePrivateNoTracker');
  return t('alonePrivate');
};

const noDht: Reason = (search) => {
  if (!isDhtOff(search)) {
    return search.status?.client.dhtNodes ? undefined : t('aloneDhtEmpty');
  }
  if (search.trackers.length === 0) return t('aloneNoTrackerDhtOff');
  return t('aloneDhtOff');
};

/** The first that holds is told: what somebody can mend before what only takes time. */
const REASONS: readonly Reason[] = [notRunning, noHelper, unreachable, asking, trackersFailed, privateTorrent, noDht];

/** Why nobody is connected, in one sentence. */
export function describeNoPeers(search: PeerSearch): string {
  for (const reason of REASONS) {
    const sentence = reason(search);
    if (sentence !== undefined) return sentence;
  }
  return t('aloneSearching');
}
