import type { IClock } from '../interfaces/clock.js';
import type { Peer } from './peer.js';
import type { QueuedTorrent } from './torrent-queue.js';
import type { TorrentRecord, TorrentSummary } from './torrent-record.js';
import { trafficOf } from './torrent-snapshot.js';
import type { TorrentStats } from './torrent-stats.js';

/** What the queue's view of a torrent is made of. */
interface TurnTaker {
  readonly id: string;
  readonly record: Pick<TorrentRecord, 'isForced' | 'awaitingChoice' | 'summary'>;
  /** Undefined while it is not loaded. */
  readonly content: { readonly progress: Pick<TorrentSummary, 'wantedBytes' | 'wantedDoneBytes'> } | undefined;
  readonly peers: ReadonlySet<Peer>;
  readonly stats: TorrentStats;
  takeTurn(): void;
  awaitTurn(): void;
}

/** The view of a torrent that the queue needs; whoever waits for a choice of files gets the list of them at once. */
export function queuedTorrent(torrent: TurnTaker, clock: IClock): QueuedTorrent {
  return {
    id: torrent.id,
    get isForced() {
      return torrent.record.isForced;
    },
    get need() {
      if (torrent.record.awaitingChoice) return 'nothing';
      // Asked of every torrent whenever one of them changes.
      const { wantedBytes = 0, wantedDoneBytes = -1 } = torrent.content?.progress ?? torrent.record.summary ?? {};
      return wantedDoneBytes >= wantedBytes ? 'seed' : 'download';
    },
    get rate() {
      const { downloadRate, uploadRate } = trafficOf([torrent], clock.now());
      return Math.max(downloadRate, uploadRate);
    },
    takeTurn: () => {
      torrent.takeTurn();
    },
    awaitTurn: () => {
      torrent.awaitTurn();
    },
  };
}
