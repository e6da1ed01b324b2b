import type { BridgeStatus, HostStatus, TorrentSnapshot, TrackerSnapshot } from '../../rpc/types.js';
import { isRunning } from './actions.js';
import { describeHelper } from './sentences.js';

/** What is known of a search for peers. */
interface PeerSearch {
  readonly torrent: TorrentSnapshot;
  readonly trackers: readonly TrackerSnapshot[];
  readonly status: HostStatus | undefined;
}

type Reason = (search: PeerSearch) => string | undefined;

const isDhtOff = ({ status }: PeerSearch): boolean => status?.isDhtEnabled === false;

const notRunning: Reason = ({ torrent }) =>
  isRunning(torrent) ? undefined : 'Nobody is connected, because this download is not running.';

function withoutHelper(bridge: BridgeStatus): string | undefined {
  if (bridge.kind === 'connecting') return 'The helper is starting; peers are looked for as soon as it is there.';
  const advice = describeHelper(bridge);
  return advice && `${advice.title}, and without it no peer can be reached.`;
}

const noHelper: Reason = ({ status }) => status && withoutHelper(status.bridge);

const unreachable: Reason = ({ torrent: { knownPeers } }) => {
  if (knownPeers === 0) return undefined;
  const known =
    knownPeers === 1 ? '1 address is known, but it has not' : `${knownPeers} addresses are known, but none has`;
  return `${known} answered so far; JSTorrent keeps trying.`;
};

const asking: Reason = ({ trackers }) =>
  trackers.some(({ status }) => status === 'announcing') ? 'The trackers are being asked for peers.' : undefined;

const trackersFailed: Reason = (search) => {
  const asked = search.trackers.filter(({ status }) => status !== 'idle');
  if (asked.length === 0 || asked.some(({ status }) => status !== 'failed')) return undefined;
  const said = asked.find(({ message }) => message)?.message;
  const problem = `${asked.length === 1 ? 'The tracker fails' : 'All trackers fail'}${said ? ` (${said})` : ''}`;
  if (search.torrent.isPrivate) return `${problem}, and a private torrent has no other way to find peers.`;
  if (isDhtOff(search)) return `${problem}, and the DHT is off.`;
  return `${problem}, and nobody was found in other ways so far.`;
};

const privateTorrent: Reason = ({ torrent, trackers }) => {
  if (!torrent.isPrivate) return undefined;
  if (trackers.length === 0) return 'This torrent is private and has no tracker, so nobody can be asked for peers.';
  return 'This torrent is private: only its trackers are asked, and they know nobody who has it now.';
};

const noDht: Reason = (search) => {
  if (!isDhtOff(search)) {
    return search.status?.client.dhtNodes
      ? undefined
      : 'The DHT has not found its network yet, which may take a moment.';
  }
  if (search.trackers.length === 0) return 'This torrent has no tracker and the DHT is off, so nobody can be asked.';
  return 'The trackers know nobody who has it now, and the DHT is off.';
};

/** The first that holds is told: what somebody can mend before what only takes time. */
const REASONS: readonly Reason[] = [notRunning, noHelper, unreachable, asking, trackersFailed, privateTorrent, noDht];

/** Why nobody is connected, in one sentence. */
export function describeNoPeers(search: PeerSearch): string {
  for (const reason of REASONS) {
    const sentence = reason(search);
    if (sentence !== undefined) return sentence;
  }
  return 'Nobody who has it was found so far; the search goes on.';
}
