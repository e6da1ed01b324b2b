import type { IClock } from '../interfaces/clock.js';
import { scopeOf } from './address-policy.js';
import type { SessionManager } from './session-manager.js';

/** Being reached is noted for the next session so often at most. */
const SAVE_INTERVAL_MS = 3_600_000;
const RECORD_BYTES = 16;
const STATE_NAME = 'reachability';

/** When somebody on the Internet came to us by themselves; milliseconds since 1970, undefined while nobody did. */
export interface ReachedAt {
  /** A peer connected to our port and shook hands. */
  readonly peerAt: number | undefined;
  /** A node of the DHT asked us something. */
  readonly queryAt: number | undefined;
}

interface ReachabilityOptions {
  readonly clock: IClock;
  readonly session: Pick<SessionManager, 'loadState' | 'saveState'>;
}

/** Remembers when others reached us, over restarts. This machine and its LAN do not count: they get through any router. */
export class Reachability {
  readonly #options: ReachabilityOptions;
  #peerAt = 0;
  #queryAt = 0;
  #savedAt = -Infinity;

  constructor(options: ReachabilityOptions) {
    this.#options = options;
  }

  get reachedAt(): ReachedAt {
    return { peerAt: this.#peerAt || undefined, queryAt: this.#queryAt || undefined };
  }

  /** What an earlier session knew; a record that makes no sense counts as none. */
  async load(): Promise<void> {
    const record = await this.#options.session.loadState(STATE_NAME);
    if (record?.length !== RECORD_BYTES) return;
    const view = new DataView(record.buffer, record.byteOffset, record.byteLength);
    this.#peerAt = Math.max(this.#peerAt, this.#time(view.getFloat64(0)));
    this.#queryAt = Math.max(this.#queryAt, this.#time(view.getFloat64(8)));
  }

  /** `host`: the IP literal a peer connected from. */
  peerCame(host: string): void {
    if (scopeOf(host) !== 'public') return;
    this.#peerAt = this.#options.clock.wallTime();
    this.#saveLater();
  }

  /** `host`: the IP literal a DHT query came from. */
  queryCame(host: string): void {
    if (scopeOf(host) !== 'public') return;
    this.#queryAt = this.#options.clock.wallTime();
    this.#saveLater();
  }

  #time(value: number): number {
    return value > 0 && value <= this.#options.clock.wallTime() ? value : 0;
  }

  #saveLater(): void {
    const now = this.#options.clock.now();
    if (now - this.#savedAt < SAVE_INTERVAL_MS) return;
    this.#savedAt = now;
    this.#options.session.saveState(STATE_NAME, () => {
      const record = new Uint8Array(RECORD_BYTES);
      const view = new DataView(record.buffer);
      view.setFloat64(0, this.#peerAt);
      view.setFloat64(8, this.#queryAt);
      return record;
    });
  }
}
