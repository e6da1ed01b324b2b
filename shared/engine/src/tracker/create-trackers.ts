import type { CreateTrackers, TrackerContext } from '../core/tracker-set.js';
import type { SharedUdpPort } from '../core/udp-port.js';
import type { IClock } from '../interfaces/clock.js';
import type { IHttpClient } from '../interfaces/http.js';
import type { IRandom } from '../interfaces/random.js';
import type { ITracker } from '../interfaces/tracker.js';
import { AnnouncedStats } from './announced-stats.js';
import { HttpTracker } from './http-tracker.js';
import { TrackerFamilies } from './tracker-families.js';
import { TrackerManager } from './tracker-manager.js';
import { UdpConnections } from './udp-connections.js';
import { parseUdpTrackerUrl, UdpTracker } from './udp-tracker.js';
import { UdpTransactions } from './udp-transactions.js';

/** What trackers are reached with. */
export interface TrackerHost {
  readonly http: IHttpClient;
  readonly clock: IClock;
  readonly random: IRandom;
}

/** What a tracker is told of a torrent and its client. */
type Announced = Pick<TrackerContext, 'infoHash' | 'peerId' | 'userAgent' | 'port' | 'stats'> & {
  /** 32 bits that stay the same while our address changes. */
  readonly key: number;
};

/** Undefined for a URL that no tracker here speaks to. */
type CreateTracker = (url: string, torrent: Announced) => ITracker | undefined;

/** For composition roots: how a `Client` on this host gets the trackers of a torrent. */
export function trackerFactory(host: TrackerHost): CreateTrackers {
  /** By port: what is known of UDP trackers is for all torrents of a client. */
  const creators = new WeakMap<SharedUdpPort, CreateTracker>();
  return (context) => {
    const create = creators.get(context.udp) ?? trackerCreator(host, context.udp);
    creators.set(context.udp, create);
    const { infoHash, peerId, userAgent } = context;
    const stats = new AnnouncedStats(() => context.stats());
    const torrent: Announced = {
      infoHash,
      peerId,
      userAgent,
      port: () => context.port(),
      stats: () => stats.current(),
      key: host.random.integer(2 ** 32),
    };
    return new TrackerManager({
      context,
      clock: host.clock,
      random: host.random,
      createTracker: (url) => create(url, torrent),
      onStarted: () => stats.begin(),
    });
  };
}

/** How single trackers are made that use `udp`. */
export function trackerCreator({ http, clock, random }: TrackerHost, udp: SharedUdpPort): CreateTracker {
  const transactions = new UdpTransactions({ udp, clock, random });
  const connections = new UdpConnections({ transactions, clock, resolve: (...asked) => udp.resolve(...asked) });
  const families = new TrackerFamilies({ clock, onThisMachine: () => udp.families });
  return (url, torrent) => {
    if (/^https?:/i.test(url)) return new HttpTracker({ url, http, families, ...torrent });
    const address = parseUdpTrackerUrl(url);
    return address && new UdpTracker({ url, address, connections, families, ...torrent });
  };
}
