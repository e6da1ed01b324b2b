import type { IClock } from '../interfaces/clock.js';
import { FLOOD_PACKETS, FLOOD_PENALTY_MS, FLOOD_WINDOW_MS, MAX_WATCHED_ADDRESSES } from './limits.js';

interface Watched {
  packets: number;
  since: number;
  ignoredUntil: number;
}

/** Ignores an address for five minutes once it sends 50 packets within 10 s. */
export class FloodGuard {
  readonly #clock: IClock;
  /** Oldest window first. */
  readonly #watched = new Map<string, Watched>();

  constructor(clock: IClock) {
    this.#clock = clock;
  }

  /** Counts a packet; false when it is to be ignored. */
  admits(identity: string): boolean {
    const now = this.#clock.now();
    const watched = this.#watched.get(identity);
    if (!watched || (now >= watched.ignoredUntil && now - watched.since >= FLOOD_WINDOW_MS)) {
      this.#watch(identity, now);
      return true;
    }
    if (now < watched.ignoredUntil) return false;
    watched.packets++;
    if (watched.packets < FLOOD_PACKETS) return true;
    watched.ignoredUntil = now + FLOOD_PENALTY_MS;
    return false;
  }

  /** Takes back the count of a packet that turned out to be an answer to us. */
  forgive(identity: string): void {
    const watched = this.#watched.get(identity);
    if (watched) watched.packets--;
  }

  #watch(identity: string, now: number): void {
    this.#watched.delete(identity);
    if (this.#watched.size >= MAX_WATCHED_ADDRESSES) this.#makeRoom(now);
    this.#watched.set(identity, { packets: 1, since: now, ignoredUntil: 0 });
  }

  /** Drops the oldest one that is not being ignored, or else the oldest. */
  #makeRoom(now: number): void {
    let oldest: string | undefined;
    for (const [identity, { ignoredUntil }] of this.#watched) {
      oldest ??= identity;
      if (now < ignoredUntil) continue;
      oldest = identity;
      break;
    }
    if (oldest !== undefined) this.#watched.delete(oldest);
  }
}
