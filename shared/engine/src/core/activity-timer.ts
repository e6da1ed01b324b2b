import type { TorrentState } from './snapshots.js';

const ACTIVE: ReadonlySet<TorrentState['kind']> = new Set(['downloading', 'publishing', 'seeding']);

/** How long a torrent has been active over its life. Times are `IClock.now()`; nothing has to call it while time passes. */
export class ActivityTimer {
  #earlierActiveMs = 0;
  #earlierSeedingMs = 0;
  #activity: TorrentState['kind'] = 'stopped';
  #since = 0;

  /** Goes on from an earlier session. */
  restore(earlier: { readonly activeSeconds: number; readonly seedingSeconds: number }): void {
    this.#earlierActiveMs = earlier.activeSeconds * 1000;
    this.#earlierSeedingMs = earlier.seedingSeconds * 1000;
  }

  /** Only `downloading`, `publishing` and `seeding` count. */
  enter(activity: TorrentState['kind'], now: number): void {
    this.#earlierActiveMs = this.#activeMs(now);
    this.#earlierSeedingMs = this.#seedingMs(now);
    this.#activity = activity;
    this.#since = now;
  }

  activeSeconds(now: number): number {
    return Math.floor(this.#activeMs(now) / 1000);
  }

  seedingSeconds(now: number): number {
    return Math.floor(this.#seedingMs(now) / 1000);
  }

  #activeMs(now: number): number {
    return this.#earlierActiveMs + (ACTIVE.has(this.#activity) ? now - this.#since : 0);
  }

  #seedingMs(now: number): number {
    return this.#earlierSeedingMs + (this.#activity === 'seeding' ? now - this.#since : 0);
  }
}
