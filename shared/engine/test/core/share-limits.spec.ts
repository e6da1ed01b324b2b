import { describe, expect, it } from 'vitest';
import { hasSharedEnough, shareRatio, withoutReached } from '../../src/core/share-limits.js';
import { NO_OWN_LIMITS, type TorrentLimits } from '../../src/core/torrent-limits.js';
import { TorrentStats } from '../../src/core/torrent-stats.js';

const context = (settings: { ratioLimitPercent?: number; seedingTimeLimitMinutes?: number } = {}) => ({
  network: { clock: { now: () => 0 } },
  settings: () => ({ ratioLimitPercent: 0, seedingTimeLimitMinutes: 0, ...settings }),
});

/** A torrent of 1,000 bytes, all of them here unless said otherwise. */
function torrentWith(options: {
  readonly uploaded?: number;
  readonly downloaded?: number;
  readonly seedingMinutes?: number;
  readonly done?: number;
  readonly limits?: Partial<TorrentLimits>;
}) {
  const stats = new TorrentStats();
  const seedingSeconds = (options.seedingMinutes ?? 0) * 60;
  stats.restore({
    uploadedBytes: options.uploaded ?? 0,
    downloadedBytes: options.downloaded ?? 1000,
    wastedBytes: 0,
    activeSeconds: seedingSeconds,
    seedingSeconds,
    timesCompleted: 1,
  });
  return {
    record: { limits: { ...NO_OWN_LIMITS, ...options.limits } },
    summary: { wantedBytes: 1000, wantedDoneBytes: options.done ?? 1000 },
    stats,
  };
}

describe('the share ratio', () => {
  it('is uploaded to downloaded, or to the size of files that came another way', () => {
    expect(shareRatio(torrentWith({ uploaded: 3000, downloaded: 2000 }), context())).toBe(1.5);
    expect(shareRatio(torrentWith({ uploaded: 500, downloaded: 0 }), context())).toBe(0.5);
  });

  it('is unknown while there is nothing to compare with', () => {
    const torrent = { ...torrentWith({ uploaded: 5, downloaded: 0 }), summary: undefined };
    expect(shareRatio(torrent, context())).toBeUndefined();
    expect(hasSharedEnough(torrent, context({ ratioLimitPercent: 1 }))).toBe(false);
  });
});

describe('a torrent has shared enough', () => {
  it('at the ratio or the time of the client, whichever comes first; 0 is no limit', () => {
    const limits = context({ ratioLimitPercent: 200, seedingTimeLimitMinutes: 60 });
    expect(hasSharedEnough(torrentWith({ uploaded: 1999, seedingMinutes: 59 }), limits)).toBe(false);
    expect(hasSharedEnough(torrentWith({ uploaded: 2000 }), limits)).toBe(true);
    expect(hasSharedEnough(torrentWith({ seedingMinutes: 60 }), limits)).toBe(true);
    expect(hasSharedEnough(torrentWith({ uploaded: 1e9, seedingMinutes: 1e6 }), context())).toBe(false);
  });

  it('at its own limits, where it has some', () => {
    const limits = context({ ratioLimitPercent: 200 });
    expect(hasSharedEnough(torrentWith({ uploaded: 1000, limits: { ratioLimitPercent: 100 } }), limits)).toBe(true);
    expect(hasSharedEnough(torrentWith({ uploaded: 9000, limits: { ratioLimitPercent: 0 } }), limits)).toBe(false);
  });

  it('never before it is complete', () => {
    const torrent = torrentWith({ uploaded: 9000, done: 999 });
    expect(hasSharedEnough(torrent, context({ ratioLimitPercent: 100 }))).toBe(false);
  });

  it('and is started once more without the limits that it has reached, and with the others', () => {
    const torrent = torrentWith({ uploaded: 2000, seedingMinutes: 5 });
    const limits = context({ ratioLimitPercent: 200, seedingTimeLimitMinutes: 60 });
    expect(withoutReached(torrent, limits)).toEqual({ ratioLimitPercent: 0 });
    expect(withoutReached(torrentWith({}), limits)).toEqual({});
  });
});
