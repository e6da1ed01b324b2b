import type { IClock, ITimer } from '../interfaces/clock.js';

/** A torrent that looks for peers. */
export interface DialingSwarm {
  /** Dials its best candidate; false when it has none now, or needs none. */
  dialNext(): boolean;
}

/**
 * Spreads connection attempts: at most so many a second over all torrents, one from each in turn. Idle until somebody calls
 * {@link kick}: after new addresses, a lost peer, or the passing of time.
 */
export class Dialer {
  readonly #clock: IClock;
  readonly #swarms = new Set<DialingSwarm>();
  #attemptsPerSecond: number;
  #tokens: number;
  #refilledAt: number;
  #timer: ITimer | undefined;

  constructor(options: { readonly clock: IClock; readonly attemptsPerSecond: number }) {
    this.#clock = options.clock;
    this.#attemptsPerSecond = this.#tokens = options.attemptsPerSecond;
    this.#refilledAt = options.clock.now();
  }

  setAttemptsPerSecond(attemptsPerSecond: number): void {
    this.#attemptsPerSecond = attemptsPerSecond;
  }

  add(swarm: DialingSwarm): void {
    this.#swarms.add(swarm);
  }

  remove(swarm: DialingSwarm): void {
    this.#swarms.delete(swarm);
  }

  /** Dials round-robin until the attempts of this second are used up or nobody has a candidate. */
  kick(): void {
    this.#refill();
    let idleInARow = 0;
    while (this.#tokens >= 1 && idleInARow < this.#swarms.size) {
      const [swarm] = this.#swarms;
      if (!swarm) return;
      this.#swarms.delete(swarm);
      this.#swarms.add(swarm);
      if (swarm.dialNext()) {
        this.#tokens--;
        idleInARow = 0;
      } else idleInARow++;
    }
    if (this.#tokens < 1) this.#wakeLater();
  }

  close(): void {
    this.#timer?.cancel();
    this.#swarms.clear();
  }

  #refill(): void {
    const now = this.#clock.now();
    const earned = ((now - this.#refilledAt) * this.#attemptsPerSecond) / 1000;
    this.#tokens = Math.min(this.#attemptsPerSecond, this.#tokens + earned);
    this.#refilledAt = now;
  }

  #wakeLater(): void {
    this.#timer?.cancel();
    this.#timer = this.#clock.setTimer(1000 / this.#attemptsPerSecond, () => {
      this.kick();
    });
  }
}
