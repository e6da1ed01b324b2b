import type { AnnounceStats } from '../interfaces/tracker.js';

/** What trackers are told of a torrent: bytes since the last `started` (BEP 3), of totals that only grow. */
export class AnnouncedStats {
  readonly #totals: () => AnnounceStats;
  #uploadedBefore = 0;
  #downloadedBefore = 0;

  constructor(totals: () => AnnounceStats) {
    this.#totals = totals;
  }

  /** The next announce is a `started`. */
  begin(): void {
    const { uploaded, downloaded } = this.#totals();
    this.#uploadedBefore = uploaded;
    this.#downloadedBefore = downloaded;
  }

  current(): AnnounceStats {
    const { uploaded, downloaded, ...missing } = this.#totals();
    return { uploaded: uploaded - this.#uploadedBefore, downloaded: downloaded - this.#downloadedBefore, ...missing };
  }
}
