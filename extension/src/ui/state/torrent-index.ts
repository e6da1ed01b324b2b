import { signal, type ReadonlySignal } from '@preact/signals';
import type { TorrentSnapshot } from '../../rpc/types.js';
import { isPaused, isRunning } from './activity.js';
import { STATE_FILTERS, type StateFilterId, trackerHosts } from './list-filters.js';

/** How many torrents are of a kind. */
export interface TorrentCounts {
  readonly states: ReadonlyMap<StateFilterId, number>;
  /** Labels in use; those without one are not counted. */
  readonly labels: ReadonlyMap<string, number>;
  readonly trackers: ReadonlyMap<string, number>;
  readonly roots: ReadonlyMap<string, number>;
  readonly running: number;
  readonly paused: number;
  /** Those that wait for a choice of files, the first first. */
  readonly choosing: readonly string[];
}

interface Facts {
  readonly torrent: TorrentSnapshot;
  readonly hosts: readonly string[];
}

/** Counts what the filters show, by what changed alone: no change costs more for there being ten thousand others. */
export class TorrentIndex {
  readonly #facts = new Map<string, Facts>();
  readonly #states = new Map<StateFilterId, number>();
  readonly #labels = new Map<string, number>();
  readonly #trackers = new Map<string, number>();
  readonly #roots = new Map<string, number>();
  readonly #choosing = new Set<string>();
  #running = 0;
  #paused = 0;
  #isDirty = false;
  readonly #counts = signal<TorrentCounts>(this.#snapshot());

  /** As of the last {@link flush}. */
  readonly counts: ReadonlySignal<TorrentCounts> = this.#counts;

  put(torrent: TorrentSnapshot): void {
    const before = this.#facts.get(torrent.id);
    const hosts = before?.torrent.magnet === torrent.magnet ? before.hosts : trackerHosts(torrent.magnet);
    const facts = { torrent, hosts };
    this.#facts.set(torrent.id, facts);
    if (before) this.#count(before, -1);
    this.#count(facts, 1);
  }

  remove(torrentId: string): void {
    const before = this.#facts.get(torrentId);
    if (!before) return;
    this.#facts.delete(torrentId);
    this.#count(before, -1);
  }

  hostsOf(torrentId: string): readonly string[] {
    return this.#facts.get(torrentId)?.hosts ?? [];
  }

  /** Tells of all that changed since. */
  flush(): void {
    if (!this.#isDirty) return;
    this.#isDirty = false;
    this.#counts.value = this.#snapshot();
  }

  #snapshot(): TorrentCounts {
    return {
      states: new Map(this.#states),
      labels: new Map(this.#labels),
      trackers: new Map(this.#trackers),
      roots: new Map(this.#roots),
      running: this.#running,
      paused: this.#paused,
      choosing: [...this.#choosing],
    };
  }

  #count({ torrent, hosts }: Facts, change: 1 | -1): void {
    this.#isDirty = true;
    for (const filter of STATE_FILTERS) if (filter.matches(torrent)) add(this.#states, filter.id, change);
    if (torrent.label !== undefined) add(this.#labels, torrent.label, change);
    for (const host of hosts) add(this.#trackers, host, change);
    add(this.#roots, torrent.root, change);
    if (isRunning(torrent)) this.#running += change;
    if (isPaused(torrent)) this.#paused += change;
    if (torrent.state.kind !== 'awaiting-choice') return;
    if (change === 1) this.#choosing.add(torrent.id);
    else this.#choosing.delete(torrent.id);
  }
}

function add<Key>(counts: Map<Key, number>, key: Key, change: number): void {
  const count = (counts.get(key) ?? 0) + change;
  if (count === 0) counts.delete(key);
  else counts.set(key, count);
}
