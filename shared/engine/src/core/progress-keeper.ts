import type { IClock } from '../interfaces/clock.js';
import type { SessionManager } from './session-manager.js';
import type { TorrentContent } from './torrent-content.js';
import type { ProgressRecord } from './torrent-record.js';
import type { TorrentStats } from './torrent-stats.js';

/** How often what was uploaded is stored while no piece is. */
const TOTALS_INTERVAL_MS = 60_000;
/** How often it is stored how long the torrent has been active, while nothing else is. */
const TIMES_INTERVAL_MS = 600_000;

interface ProgressKeeperOptions {
  /** Of the torrent. */
  readonly id: string;
  readonly session: Pick<SessionManager, 'saveProgress' | 'saveProgressNow'>;
  readonly clock: Pick<IClock, 'now'>;
  readonly stats: TorrentStats;
  /** Undefined until what is on disk is known: only that may replace the record of the last session. */
  readonly checked: () => TorrentContent | undefined;
}

/** Keeps on record which pieces of one torrent are verified, and what it has transferred. */
export class ProgressKeeper {
  readonly #options: ProgressKeeperOptions;
  #storedAt = -Infinity;
  #sentWhenStored = 0;
  /** Nothing is written to the files but what is on its way already. */
  #isAtRest = false;
  #isDiscarded = false;

  constructor(options: ProgressKeeperOptions) {
    this.#options = options;
  }

  /** Nothing is stored any more. */
  get isDiscarded(): boolean {
    return this.#isDiscarded;
  }

  discard(): void {
    this.#isDiscarded = true;
  }

  /** The files may be written to from now on. */
  wake(): void {
    this.#isAtRest = false;
  }

  /** Nothing more is asked for. */
  rest(): void {
    this.#isAtRest = true;
    this.save();
  }

  /** Soon. */
  save(): void {
    const content = this.#options.checked();
    if (!content || this.#isDiscarded) return;
    this.noteStored();
    this.#options.session.saveProgress(this.#options.id, () => this.recordOf(content));
  }

  /** Of what is verified there; durable when it resolves. Rejects with the store's error. */
  async saveNow(content: TorrentContent): Promise<void> {
    if (this.#isDiscarded) return;
    await this.#options.session.saveProgressNow(this.#options.id, () => this.recordOf(content));
  }

  /** What is on record is as things stand. */
  noteStored(): void {
    this.#storedAt = this.#options.clock.now();
    this.#sentWhenStored = this.#options.stats.sent.total;
  }

  /** About every second while the torrent is online. True when totals were stored. */
  tick(): boolean {
    const { clock, stats } = this.#options;
    const isIdle = stats.sent.total === this.#sentWhenStored;
    if (clock.now() - this.#storedAt < (isIdle ? TIMES_INTERVAL_MS : TOTALS_INTERVAL_MS)) return false;
    this.save();
    return true;
  }

  /** As things stand. */
  recordOf(content: TorrentContent): ProgressRecord {
    const { stats, clock } = this.#options;
    return {
      verified: content.downloader.pieces.have,
      isSettled: this.#isAtRest && content.disk.isIdle,
      ...stats.totals(clock.now()),
    };
  }
}
