import type { IClock } from '@jstorrent/engine';
import type { SpeedHistory as Answer } from '../rpc/types.js';

/** Each second for ten minutes, each minute for a day. */
const [SECOND_MS, SECONDS, MINUTE_SECONDS, MINUTES] = [1000, 600, 60, 1440] as const;
/** Those that moved last are kept. */
const MAX_TORRENTS = 200;

export interface Rates {
  readonly downloadRate: number;
  readonly uploadRate: number;
}

/** Rates of the last while; the newest takes the place of the oldest. */
class Ring {
  readonly #down: Float32Array;
  readonly #up: Float32Array;
  #count = 0;

  constructor(readonly length: number) {
    this.#down = new Float32Array(length);
    this.#up = new Float32Array(length);
  }

  add({ downloadRate, uploadRate }: Rates): void {
    this.#down[this.#count % this.length] = downloadRate;
    this.#up[this.#count % this.length] = uploadRate;
    this.#count++;
  }

  /** The newest, oldest first. */
  last(wanted: number): Pick<Answer, 'down' | 'up'> {
    const count = Math.min(wanted, this.#count, this.length);
    const places = Array.from({ length: count }, (_, place) => (this.#count - count + place) % this.length);
    const read = (from: Float32Array): number[] => places.map((place) => Math.round(from[place] ?? 0));
    return { down: read(this.#down), up: read(this.#up) };
  }
}

class Track {
  readonly seconds = new Ring(SECONDS);
  readonly minutes = new Ring(MINUTES);
  #sum = { downloadRate: 0, uploadRate: 0 };
  #summed = 0;

  add(rates: Rates): void {
    this.seconds.add(rates);
    this.#sum.downloadRate += rates.downloadRate;
    this.#sum.uploadRate += rates.uploadRate;
    if (++this.#summed < MINUTE_SECONDS) return;
    this.minutes.add({
      downloadRate: this.#sum.downloadRate / this.#summed,
      uploadRate: this.#sum.uploadRate / this.#summed,
    });
    this.#sum = { downloadRate: 0, uploadRate: 0 };
    this.#summed = 0;
  }
}

/** How fast everything, and each torrent that moves, was over the last day. Memory is bounded: torrents that rest longest are forgotten. */
export class SpeedHistory {
  readonly #all = new Track();
  /** The one that moved last is the last. */
  readonly #torrents = new Map<string, Track>();

  constructor(
    clock: IClock,
    /** What moves now; torrents that rest are left out. */
    private readonly now: () => { readonly all: Rates; readonly torrents: ReadonlyMap<string, Rates> },
  ) {
    const tick = (): void => {
      clock.setTimer(SECOND_MS, tick);
      this.#sample();
    };
    clock.setTimer(SECOND_MS, tick);
  }

  /** Of one torrent, or of all together. */
  read(torrentId: string | undefined, minutes: number): Answer {
    const track = torrentId === undefined ? this.#all : this.#torrents.get(torrentId);
    const seconds = minutes * MINUTE_SECONDS;
    if (seconds <= SECONDS) return { stepSeconds: 1, ...(track?.seconds.last(seconds) ?? { down: [], up: [] }) };
    return { stepSeconds: MINUTE_SECONDS, ...(track?.minutes.last(minutes) ?? { down: [], up: [] }) };
  }

  #sample(): void {
    const { all, torrents } = this.now();
    this.#all.add(all);
    for (const [id, track] of this.#torrents) if (!torrents.has(id)) track.add({ downloadRate: 0, uploadRate: 0 });
    for (const [id, rates] of torrents) {
      const track = this.#torrents.get(id) ?? new Track();
      track.add(rates);
      this.#torrents.delete(id);
      this.#torrents.set(id, track);
    }
    for (const id of this.#torrents.keys()) {
      if (this.#torrents.size <= MAX_TORRENTS) break;
      this.#torrents.delete(id);
    }
  }
}
