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

/** What of a torrent is counted. */
interface Facts {
  readonly magnet: string;
  readonly hosts: readonly string[];
  readonly states: readonly StateFilterId[];
  /** One or none. */
  readonly labels: readonly string[];
  readonly roots: readonly string[];
  readonly isRunning: boolean;
  readonly isPaused: boolean;
  readonly isChoosing: boolean;
}

function factsOf(torrent: TorrentSnapshot, before: Facts | undefined): Facts {
  const { magnet, label, root, state } = torrent;
  return {
    magnet,
    hosts: before?.magnet === magnet ? before.hosts : trackerHosts(magnet),
    states: STATE_FILTERS.filter((filter) => filter.matches(torrent)).map(({ id }) => id),
    labels: label === undefined ? [] : [label],
    roots: [root],
    isRunning: isRunning(torrent),
    isPaused: isPaused(torrent),
    isChoosing: state.kind === 'awaiting-choice',
  };
}

const NOTHING: Facts = {
  magnet: '',
  hosts: [],
  states: [],
  labels: [],
  roots: [],
  isRunning: false,
  isPaused: false,
  isChoosing: false,
};

const isSame = (a: Facts, b: Facts): boolean =>
  a.magnet === b.magnet &&
  a.labels[0] === b.labels[0] &&
  a.roots[0] === b.roots[0] &&
  a.isRunning === b.isRunning &&
  a.isPaused === b.isPaused &&
  a.isChoosing === b.isChoosing &&
  a.states.length === b.states.length &&
  a.states.every((id, place) => id === b.states[place]);

/** Counts of one kind; a copy is made only after a change, so that who shows them sees whether there was one. */
class Counter<Key> {
  readonly #counts = new Map<Key, number>();
  #copy: ReadonlyMap<Key, number> | undefined;

  /** What counted for some keys counts for others. */
  move(before: readonly Key[], after: readonly Key[]): void {
    if (before.length === after.length && before.every((key, place) => key === after[place])) return;
    for (const key of before) this.#add(key, -1);
    for (const key of after) this.#add(key, 1);
    this.#copy = undefined;
  }

  #add(key: Key, change: 1 | -1): void {
    const count = (this.#counts.get(key) ?? 0) + change;
    if (count === 0) this.#counts.delete(key);
    else this.#counts.set(key, count);
  }

  snapshot(): ReadonlyMap<Key, number> {
    return (this.#copy ??= new Map(this.#counts));
  }
}

/** Counts what the filters show, by what changed alone: no change costs more for there being ten thousand others. */
export class TorrentIndex {
  readonly #facts = new Map<string, Facts>();
  readonly #states = new Counter<StateFilterId>();
  readonly #labels = new Counter<string>();
  readonly #trackers = new Counter<string>();
  readonly #roots = new Counter<string>();
  readonly #choosing = new Set<string>();
  #running = 0;
  #paused = 0;
  #isDirty = false;
  readonly #counts = signal<TorrentCounts>(this.#snapshot());

  /** As of the last {@link flush}. */
  readonly counts: ReadonlySignal<TorrentCounts> = this.#counts;

  put(torrent: TorrentSnapshot): void {
    const before = this.#facts.get(torrent.id);
    const facts = factsOf(torrent, before);
    if (before && isSame(before, facts)) return;
    this.#facts.set(torrent.id, facts);
    this.#change(torrent.id, before ?? NOTHING, facts);
  }

  remove(torrentId: string): void {
    const before = this.#facts.get(torrentId);
    if (!before) return;
    this.#facts.delete(torrentId);
    this.#change(torrentId, before, NOTHING);
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
      states: this.#states.snapshot(),
      labels: this.#labels.snapshot(),
      trackers: this.#trackers.snapshot(),
      roots: this.#roots.snapshot(),
      running: this.#running,
      paused: this.#paused,
      choosing: [...this.#choosing],
    };
  }

  #change(torrentId: string, before: Facts, after: Facts): void {
    this.#isDirty = true;
    this.#states.move(before.states, after.states);
    this.#labels.move(before.labels, after.labels);
    this.#trackers.move(before.hosts, after.hosts);
    this.#roots.move(before.roots, after.roots);
    this.#running += Number(after.isRunning) - Number(before.isRunning);
    this.#paused += Number(after.isPaused) - Number(before.isPaused);
    if (after.isChoosing) this.#choosing.add(torrentId);
    else this.#choosing.delete(torrentId);
  }
}
