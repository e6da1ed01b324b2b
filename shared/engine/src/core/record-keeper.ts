import type { ILogger } from '../interfaces/logger.js';
import { isPartOf } from './is-part-of.js';
import type { SessionManager } from './session-manager.js';
import type { TorrentRecord } from './torrent-record.js';

/** The record of one torrent: as it is, and on its way to the store. */
export class RecordKeeper {
  readonly #session: SessionManager;
  readonly #logger: ILogger;
  #current: TorrentRecord;
  #isDiscarded = false;

  constructor(record: TorrentRecord, session: SessionManager, logger: ILogger) {
    this.#current = record;
    this.#session = session;
    this.#logger = logger;
  }

  get current(): TorrentRecord {
    return this.#current;
  }

  /** Changes it; a write that fails is logged. Without changes nothing is written. */
  change(changes: Partial<TorrentRecord>): void {
    if (isPartOf(changes, this.#current)) return;
    this.#current = { ...this.#current, ...changes };
    this.#write().catch((error: unknown) => {
      this.#logger.warn('torrent', `${this.#current.id} could not be stored: ${String(error)}`);
    });
  }

  /** Changes it, and writes it in any case; resolves when it is durable. Rejects with the store's error; then nothing is changed. */
  async store(changes: Partial<TorrentRecord>): Promise<void> {
    const before = this.#current;
    this.#current = { ...before, ...changes };
    try {
      await this.#write();
    } catch (error) {
      // Nothing of it may be written with a later change.
      const names = Object.keys(changes) as (keyof TorrentRecord)[];
      const undone = names.filter((name) => this.#current[name] === changes[name]).map((name) => [name, before[name]]);
      this.change(Object.fromEntries(undone) as Partial<TorrentRecord>);
      throw error;
    }
  }

  /** Writes nothing more. */
  discard(): void {
    this.#isDiscarded = true;
  }

  #write(): Promise<void> {
    return this.#isDiscarded ? Promise.resolve() : this.#session.saveTorrent(this.#current);
  }
}
