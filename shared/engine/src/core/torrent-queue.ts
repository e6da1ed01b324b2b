import type { IClock } from '../interfaces/clock.js';
import { type QueueMove, QueueOrder } from './queue-order.js';
import type { ClientSettings } from './settings.js';
import { SlowWatch } from './slow-watch.js';

/** However many of them are slow: each has its connections, announces and buffers. */
const MAX_ACTIVE_TORRENTS = 500;

/** What a torrent would do with a turn. `nothing` takes no place: it waits for its user, or does what he waits for. */
export type QueueNeed = 'download' | 'seed' | 'nothing';

/** A torrent, as the queue sees it. */
export interface QueuedTorrent {
  readonly id: string;
  readonly isForced: boolean;
  readonly need: QueueNeed;
  /** Bytes a second, in the faster of the two directions. */
  readonly rate: number;
  /** It is its turn. Never called within a call of the torrent's own. */
  takeTurn(): void;
  /** Its turn is over until the next; so at first, for those who have to wait. */
  awaitTurn(): void;
}

type QueueSettings = Pick<
  ClientSettings,
  'maxActiveDownloads' | 'maxActiveSeeds' | 'maxActiveTorrents' | 'slowTorrentBytesPerSecond' | 'slowTorrentSeconds'
>;

interface Entry {
  readonly torrent: QueuedTorrent;
  /** What the last decision believed; undefined before the first. */
  need: QueueNeed | undefined;
  /** While it is its turn. */
  watch: SlowWatch | undefined;
}

/**
 * Decides which of the torrents that are started may be active, by their order, and is the only one who does: downloads first, then seeds,
 * as many as the settings say. Slow ones and those that are forced take nobody's place.
 */
export class TorrentQueue {
  readonly order = new QueueOrder();
  readonly #clock: IClock;
  readonly #settings: () => QueueSettings;
  readonly #onReordered: (ids: readonly string[]) => void;
  readonly #entries = new Map<string, Entry>();
  #isDecisionPlanned = false;

  constructor(options: {
    readonly clock: IClock;
    readonly settings: () => QueueSettings;
    /** The order is another; these have another position now. */
    readonly onReordered: (ids: readonly string[]) => void;
  }) {
    this.#clock = options.clock;
    this.#settings = options.settings;
    this.#onReordered = options.onReordered;
  }

  /** It is here, started or not, as the last unless the order knows it. */
  register(id: string): void {
    if (this.order.positionOf(id) !== undefined) return;
    this.order.add(id);
    this.#onReordered([]);
  }

  /** It is started: it waits, and has its turn when there is room. False when it is in the queue already. */
  enter(torrent: QueuedTorrent): boolean {
    if (this.#entries.has(torrent.id)) return false;
    this.#entries.set(torrent.id, { torrent, need: undefined, watch: undefined });
    this.changed();
    return true;
  }

  /** It is stopped or has failed, and wants no turn any more; a turn that it has is over without a word. Keeps its place in the order. */
  leave(id: string): void {
    if (this.#entries.delete(id)) this.changed();
  }

  /** What the torrent needs may have changed. Costs next to nothing when it has not. */
  follow(id: string): void {
    const entry = this.#entries.get(id);
    if (entry && entry.need !== entry.torrent.need) this.changed();
  }

  /** Who may be active may have changed: decided again at the end of this turn of the loop, in time with the number of torrents. */
  changed(): void {
    if (this.#isDecisionPlanned) return;
    this.#isDecisionPlanned = true;
    queueMicrotask(() => {
      this.#isDecisionPlanned = false;
      this.#decide();
    });
  }

  move(id: string, move: QueueMove): void {
    this.#tellReordered(this.order.move(id, move));
  }

  /** The torrent is gone for good. */
  forget(id: string): void {
    this.#entries.delete(id);
    this.#tellReordered(this.order.remove(id));
  }

  /** About every second while any torrent is active. */
  tick(): void {
    const now = this.#clock.now();
    const { slowTorrentBytesPerSecond, slowTorrentSeconds } = this.#settings();
    for (const { torrent, watch } of this.#entries.values()) {
      const isSlow = torrent.rate < slowTorrentBytesPerSecond;
      if (watch?.look({ isSlow, now, patienceMs: slowTorrentSeconds * 1000 })) this.changed();
    }
  }

  #tellReordered(ids: readonly string[]): void {
    this.#onReordered(ids);
    this.changed();
  }

  #decide(): void {
    const lucky = this.#lucky();
    const entries = [...this.#entries.values()];
    const begin = entries.filter((entry) => !entry.watch && lucky.has(entry));
    // First those who make room.
    for (const entry of entries) {
      if (!entry.watch || lucky.has(entry)) continue;
      entry.watch = undefined;
      entry.torrent.awaitTurn();
    }
    for (const entry of begin) {
      if (this.#entries.get(entry.torrent.id) !== entry) continue;
      entry.watch = new SlowWatch(this.#clock.now());
      entry.torrent.takeTurn();
    }
  }

  /** Those whose turn it is. */
  #lucky(): ReadonlySet<Entry> {
    const entries = this.order.ids.flatMap((id) => this.#entries.get(id) ?? []);
    const places = this.#places();
    for (const entry of entries) entry.need = entry.torrent.need;
    const isSeed = ({ need }: Entry) => need === 'seed';
    const inOrder = [...entries.filter((entry) => !isSeed(entry)), ...entries.filter(isSeed)];
    return new Set(inOrder.filter((entry) => places.take(entry)));
  }

  /** Hands out the places there are. */
  #places() {
    const { maxActiveDownloads, maxActiveSeeds, maxActiveTorrents, slowTorrentBytesPerSecond } = this.#settings();
    let active = 0;
    let seeds = 0;
    let downloads = 0;
    const isFull = (used: number, most: number) => most > 0 && used >= most;
    const take = ({ torrent, need, watch }: Entry): boolean => {
      if (torrent.isForced || need === 'nothing') return true;
      if (active >= MAX_ACTIVE_TORRENTS) return false;
      const takesNone = slowTorrentBytesPerSecond > 0 && watch?.isSlow === true;
      if (!takesNone) {
        const isSeed = need === 'seed';
        const isKindFull = isSeed ? isFull(seeds, maxActiveSeeds) : isFull(downloads, maxActiveDownloads);
        if (isKindFull || isFull(seeds + downloads, maxActiveTorrents)) return false;
        if (isSeed) seeds++;
        else downloads++;
      }
      active++;
      return true;
    };
    return { take };
  }
}
