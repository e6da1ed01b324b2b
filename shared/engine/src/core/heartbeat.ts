import type { IClock, ITimer } from '../interfaces/clock.js';
import { TICK_MS } from './limits.js';

/** What a torrent has looked after about every second. */
interface LivingTorrent {
  readonly isOnline: boolean;
  tick(): void;
}

/** One timer for all torrents of a client, which runs while one of them is online: the others cost nothing. */
export class Heartbeat {
  readonly #clock: IClock;
  readonly #torrents: () => Iterable<LivingTorrent>;
  readonly #onBeat: () => void;
  #timer: ITimer | undefined;

  constructor(options: {
    readonly clock: IClock;
    readonly torrents: () => Iterable<LivingTorrent>;
    /** Called when the torrents have been looked after. */
    readonly onBeat: () => void;
  }) {
    this.#clock = options.clock;
    this.#torrents = options.torrents;
    this.#onBeat = options.onBeat;
  }

  /** A torrent is online. */
  wake(): void {
    this.#timer ??= this.#clock.setTimer(TICK_MS, () => {
      this.#timer = undefined;
      const online = [...this.#torrents()].filter(({ isOnline }) => isOnline);
      for (const torrent of online) torrent.tick();
      this.#onBeat();
      if (online.length > 0) this.wake();
    });
  }

  close(): void {
    this.#timer?.cancel();
  }
}
