import type { IClock, ITimer } from '../interfaces/clock.js';
import { TICK_MS } from './limits.js';

/** One that seeds to nobody has its turn only every so many beats. */
const QUIET_BEATS = 10;

/** What a torrent has looked after about every second. */
interface LivingTorrent {
  readonly isOnline: boolean;
  readonly state: { readonly kind: string };
  readonly peers: { readonly size: number };
  tick(): void;
}

/** One timer for all torrents of a client, which runs while one of them is online: the others cost nothing. */
export class Heartbeat {
  readonly #clock: IClock;
  readonly #torrents: () => Iterable<LivingTorrent>;
  readonly #onBeat: () => void;
  #timer: ITimer | undefined;
  #beats = 0;
  /** Those that seeded to nobody at the beat before: when the last peer has just left, that is still to be told. */
  #quiet: ReadonlySet<LivingTorrent> = new Set();

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
      const isForAll = this.#beats++ % QUIET_BEATS === 0;
      const quiet = new Set(online.filter(({ state, peers }) => state.kind === 'seeding' && peers.size === 0));
      for (const torrent of online) {
        if (isForAll || !quiet.has(torrent) || !this.#quiet.has(torrent)) torrent.tick();
      }
      this.#quiet = quiet;
      this.#onBeat();
      if (online.length > 0) this.wake();
    });
  }

  close(): void {
    this.#timer?.cancel();
  }
}
