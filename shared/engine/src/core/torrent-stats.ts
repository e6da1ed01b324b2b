import type { AnnounceStats } from '../interfaces/tracker.js';
import { ActivityTimer } from './activity-timer.js';
import { RateMeter } from './rate-meter.js';
import type { TorrentTotals } from './torrent-record.js';

/** Bytes and times of one torrent: since we came online for trackers, over its life for the user. */
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
  /** Of `received` and `sent`, what trackers were told before the last `started`. */
  #downloadedBefore = 0;
  #uploadedBefore = 0;

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

  /** The next announce is a `started`: trackers count from there (BEP 3). */
  beginAnnounced(): void {
    this.#downloadedBefore = this.received.total;
    this.#uploadedBefore = this.sent.total;
  }

  announced(left: number): AnnounceStats {
    return {
      uploaded: this.sent.total - this.#uploadedBefore,
      downloaded: this.received.total - this.#downloadedBefore,
      left,
    };
  }
}
