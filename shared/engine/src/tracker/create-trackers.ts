import type { CreateTrackers } from '../core/tracker-set.js';
import type { IClock } from '../interfaces/clock.js';
import type { IHttpClient } from '../interfaces/http.js';
import type { IRandom } from '../interfaces/random.js';
import { HttpTracker } from './http-tracker.js';
import { TrackerManager } from './tracker-manager.js';

/** For composition roots: how a `Client` on this host gets the trackers of a torrent. */
export function trackerFactory(host: {
  readonly http: IHttpClient;
  readonly clock: IClock;
  readonly random: IRandom;
}): CreateTrackers {
  return (context) => {
    const key = host.random.integer(2 ** 32);
    return new TrackerManager({
      context,
      clock: host.clock,
      random: host.random,
      createTracker: (url) =>
        /^https?:/i.test(url)
          ? new HttpTracker({
              url,
              http: host.http,
              infoHash: context.infoHash,
              peerId: context.peerId,
              port: () => context.port(),
              stats: () => context.stats(),
              key,
            })
          : undefined,
    });
  };
}
