import type { IClock, ITimer } from '../interfaces/clock.js';
import type { ConnectionBudget } from './connection-budget.js';

/** A torrent that looks for peers. */
export interface DialingSwarm {
  /** Dials its best candidate; false when it has none now, or needs none. */
  dialNext(): boolean;
}

/**
 * Spreads connection attempts: at most so many a second over all torrents, one from each in turn. Idle until somebody calls
 * {@link kick}: after new addresses, a lost peer, or the passing of time. While all connections are in use nobody is asked; whoever
 * gives one back kicks.
 */
export class Dialer {
  readonly #clock: IClock;
  readonly #budget: ConnectionBudget;
  readonly #swarms = new Set<DialingSwarm>();
  #attemptsPerSecond: number;
  #tokens: number;
  #refilledAt: number;
  /** Set while the attempts of this second are used up, and some torrent may wait for the next. */
  #timer: ITimer | undefined;

  constructor(options: {
    readonly clock: IClock;
    readonly budget: ConnectionBudget;
    readonly attemptsPerSecond: number;
  }) {
    this.#clock = options.clock;
    this.#budget = options.budget;
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
    while (this.#canDial && idleInARow < this.#swarms.size) {
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

  /** One torrent has a new address, and the others nothing new: they are not asked, unless they wait for their turn. */
  kickFor(swarm: DialingSwarm): void {
    if (this.#timer) {
      this.kick();
      return;
    }
    this.#refill();
    if (this.#canDial && swarm.dialNext()) this.#tokens--;
    if (this.#tokens < 1) this.#wakeLater();
  }

  close(): void {
    this.#timer?.cancel();
    this.#swarms.clear();
  }

  get #canDial(): boolean {
    return this.#tokens >= 1 && this.#budget.hasRoom;
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
      this.#timer = undefined;
      this.kick();
    });
  }
}
