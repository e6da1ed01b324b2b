import { effect, signal, type ReadonlySignal, type Signal } from '@preact/signals';
import type { TorrentSnapshot } from '../../rpc/types.js';
import type { Compare } from './columns.js';
import { type ListFilter, STATE_FILTERS } from './list-filters.js';
import { placeIn, putIn, takeOut } from './ordered-ids.js';

/** What the list knows of the torrents. */
export interface TorrentSource {
  readonly ids: () => Iterable<string>;
  readonly get: (torrentId: string) => TorrentSnapshot | undefined;
  readonly hostsOf: (torrentId: string) => readonly string[];
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
  readonly #source: TorrentSource;
  readonly #shown = signal<readonly string[]>([]);
  #listed = new Set<string>();
  #criteria: { readonly filter: ListFilter; readonly search: string } = { filter: { state: 'all' }, search: '' };
  #compare: Compare;

  readonly shown: ReadonlySignal<readonly string[]> = this.#shown;
  readonly filter: Signal<ListFilter> = signal<ListFilter>({ state: 'all' });
  /** What the name has to contain, or the info-hash to begin with. */
  readonly search: Signal<string> = signal('');

  constructor(source: TorrentSource, order: ReadonlySignal<Compare>) {
    this.#source = source;
    this.#compare = order.peek();
    effect(() => {
      this.#compare = order.value;
      const search = this.search.value.trim().toLocaleLowerCase();
      this.#criteria = { filter: this.filter.value, search };
      this.rebuild();
    });
  }

  lists(torrentId: string): boolean {
    return this.#listed.has(torrentId);
  }

  /** Where a torrent is in the list; -1 when it is not. */
  placeOf(torrentId: string | undefined): number {
    const torrent = torrentId !== undefined && this.lists(torrentId) && this.#source.get(torrentId);
    return torrent ? placeIn(this.#shown.peek(), torrent, this.#compare, this.#source.get) : -1;
  }

  /** After everything may have changed. */
  rebuild(): void {
    const passing: TorrentSnapshot[] = [];
    for (const id of this.#source.ids()) {
      const torrent = this.#source.get(id);
      if (torrent && this.#passes(torrent)) passing.push(torrent);
    }
    const next = passing.sort(this.#compare).map(({ id }) => id);
    const now = this.#shown.peek();
    this.#listed = new Set(next);
    if (next.length !== now.length || next.some((id, place) => id !== now[place])) this.#shown.value = next;
  }

  /** After a few changed. */
  update(changes: readonly TorrentChange[]): void {
    const going = new Map<string, TorrentSnapshot>();
    const coming: TorrentSnapshot[] = [];
    for (const { id, before, after } of changes) {
      const willBeListed = after !== undefined && this.#passes(after);
      const isListed = before !== undefined && this.#listed.has(id);
      // Equal in the order: neither its key nor what decides between equal ones changed.
      if (isListed && willBeListed && this.#compare(before, after) === 0) continue;
      if (isListed) going.set(id, before);
      if (willBeListed) coming.push(after);
    }
    if (going.size === 0 && coming.length === 0) return;
    const shown = this.#shown.peek();
    const find = (id: string): TorrentSnapshot | undefined => going.get(id) ?? this.#source.get(id);
    const places = [...going.values()]
      .map((torrent) => placeIn(shown, torrent, this.#compare, find))
      .sort((a, b) => a - b);
    for (const id of going.keys()) this.#listed.delete(id);
    for (const { id } of coming) this.#listed.add(id);
    const next = putIn(takeOut(shown, places), coming.sort(this.#compare), this.#compare, this.#source.get);
    // Those that moved may be where they were.
    const isSame = going.size === coming.length && next.every((id, place) => id === shown[place]);
    if (!isSame) this.#shown.value = next;
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
