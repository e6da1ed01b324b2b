import type { AnnounceStats } from '../interfaces/tracker.js';
import { ActivityTimer } from './activity-timer.js';
import { RateMeter } from './rate-meter.js';
import type { TorrentTotals } from './torrent-record.js';

/** Bytes and times of one torrent: in this session for its trackers, over its life for the user. */
export class TorrentStats {
  /** Payload of blocks, useful or not. */
  readonly received = new RateMeter();
  readonly sent = new RateMeter();
  readonly activity = new ActivityTimer();
  /** Over the torrent's life. */
  wastedBytes = 0;
  timesCompleted = 0;
  #earlierDownloaded = 0;
  #earlierUploaded = 0;

  /** What counts the bytes, for whoever moves them. */
  counters(clock: { now(): number }) {
    return {
      received: (bytes: number) => {
        this.received.add(bytes, clock.now());
      },
      wasted: (bytes: number) => {
        this.wastedBytes += bytes;
      },
      sent: (bytes: number) => {
        this.sent.add(bytes, clock.now());
      },
    };
  }

  /** Goes on from an earlier session. */
  restore(earlier: TorrentTotals): void {
    this.#earlierDownloaded = earlier.downloadedBytes;
    this.#earlierUploaded = earlier.uploadedBytes;
    this.wastedBytes = earlier.wastedBytes;
    this.timesCompleted = earlier.timesCompleted;
    this.activity.restore(earlier);
  }

  /** Over the torrent's life. */
  totals(now: number): TorrentTotals {
    return {
      downloadedBytes: this.#earlierDownloaded + this.received.total,
      uploadedBytes: this.#earlierUploaded + this.sent.total,
      wastedBytes: this.wastedBytes,
      activeSeconds: this.activity.activeSeconds(now),
      seedingSeconds: this.activity.seedingSeconds(now),
      timesCompleted: this.timesCompleted,
    };
  }

  /** In this session. */
  announced(missing: Pick<AnnounceStats, 'left' | 'isPartialSeed'>): AnnounceStats {
    return { uploaded: this.sent.total, downloaded: this.received.total, ...missing };
  }
}
