import { effect, signal, type ReadonlySignal, type Signal } from '@preact/signals';
import type { TorrentSnapshot } from '../../rpc/types.js';
import { comparing, type Sorting } from './columns.js';
import { type ListFilter, STATE_FILTERS } from './list-filters.js';

/** What the list knows of the torrents. */
interface Source {
  ids(): Iterable<string>;
  get(torrentId: string): TorrentSnapshot | undefined;
  hostsOf(torrentId: string): readonly string[];
}

export interface TorrentChange {
  readonly id: string;
  /** Undefined for one that is new. */
  readonly before: TorrentSnapshot | undefined;
  /** Undefined for one that is gone. */
  readonly after: TorrentSnapshot | undefined;
}

/** Which torrents are listed, and in which order. A change of a few of ten thousand moves those few. */
export class ListView {
  readonly #source: Source;
  readonly #sorting: ReadonlySignal<Sorting>;
  readonly #shown = signal<readonly string[]>([]);
  #criteria: { readonly filter: ListFilter; readonly search: string } = { filter: { state: 'all' }, search: '' };
  #compare = comparing({ column: 'added', isDescending: true });

  readonly shown: ReadonlySignal<readonly string[]> = this.#shown;
  readonly filter: Signal<ListFilter> = signal<ListFilter>({ state: 'all' });
  /** What the name has to contain, or the info-hash to begin with. */
  readonly search: Signal<string> = signal('');

  constructor(source: Source, sorting: ReadonlySignal<Sorting>) {
    this.#source = source;
    this.#sorting = sorting;
    effect(() => {
      this.#compare = comparing(this.#sorting.value);
      const search = this.search.value.trim().toLocaleLowerCase();
      this.#criteria = { filter: this.filter.value, search };
      this.rebuild();
    });
  }

  /** After everything may have changed. */
  rebuild(): void {
    const passing: TorrentSnapshot[] = [];
    for (const id of this.#source.ids()) {
      const torrent = this.#source.get(id);
      if (torrent && this.#passes(torrent)) passing.push(torrent);
    }
    this.#show(passing.sort(this.#compare).map(({ id }) => id));
  }

  /** After a few changed. */
  update(changes: readonly TorrentChange[]): void {
    const moved = changes.filter((change) => this.#moves(change));
    if (moved.length === 0) return;
    const movedIds = new Set(moved.map(({ id }) => id));
    const coming = moved.flatMap(({ after }) => (after && this.#passes(after) ? [after] : [])).sort(this.#compare);
    const next: string[] = [];
    let place = 0;
    for (const id of this.#shown.peek()) {
      if (movedIds.has(id)) continue;
      const torrent = this.#source.get(id);
      for (let first = coming[place]; first && torrent && this.#compare(first, torrent) < 0; first = coming[place]) {
        next.push(first.id);
        place++;
      }
      next.push(id);
    }
    this.#show([...next, ...coming.slice(place).map(({ id }) => id)]);
  }

  #moves({ before, after }: TorrentChange): boolean {
    const isListed = before !== undefined && this.#passes(before);
    const willBeListed = after !== undefined && this.#passes(after);
    if (!isListed || !willBeListed) return isListed !== willBeListed;
    // Equal in the order: neither its key nor what decides between equal ones changed.
    return this.#compare(before, after) !== 0;
  }

  #show(next: readonly string[]): void {
    const now = this.#shown.peek();
    if (next.length !== now.length || next.some((id, place) => id !== now[place])) this.#shown.value = next;
  }

  #passes(torrent: TorrentSnapshot): boolean {
    const { search } = this.#criteria;
    const { state, label, tracker } = this.#criteria.filter;
    if (search && !torrent.name.toLocaleLowerCase().includes(search) && !torrent.id.startsWith(search)) return false;
    if (label !== undefined && (torrent.label ?? '') !== label) return false;
    if (tracker !== undefined && !this.#source.hostsOf(torrent.id).includes(tracker)) return false;
    return STATE_FILTERS.find(({ id }) => id === state)?.matches(torrent) ?? true;
  }
}
