import { signal, type ReadonlySignal } from '@preact/signals';

/** Which torrents of the list are selected, and from which one a range begins. */
export class Selection {
  readonly #ids = signal<ReadonlySet<string>>(new Set());
  #anchor: string | undefined;

  readonly ids: ReadonlySignal<ReadonlySet<string>> = this.#ids;
  /** Plain clicks and taps add to the selection, or take from it, until nothing is selected. */
  readonly isCollecting = signal(false);

  /** This one alone. */
  select(torrentId: string): void {
    this.#anchor = torrentId;
    this.#set([torrentId]);
  }

  toggle(torrentId: string): void {
    this.#anchor = torrentId;
    const next = new Set(this.#ids.peek());
    if (!next.delete(torrentId)) next.add(torrentId);
    this.#set([...next]);
  }

  /** Those from where the range begins to this one, in the order of the list; it begins at `start` when nothing that is still there was selected before. */
  extendTo(torrentId: string, order: readonly string[], start = torrentId): void {
    if (this.#anchor === undefined || !order.includes(this.#anchor)) this.#anchor = start;
    const to = order.indexOf(torrentId);
    const from = order.indexOf(this.#anchor);
    this.#set(order.slice(Math.min(from, to), Math.max(from, to) + 1));
  }

  all(order: readonly string[]): void {
    this.#set(order);
  }

  clear(): void {
    if (this.#ids.peek().size > 0) this.#set([]);
  }

  /** Nothing may happen to torrents that are selected and out of sight: those that are not shown are selected no more. */
  keep(isShown: (torrentId: string) => boolean): void {
    const ids = this.#ids.peek();
    const kept = [...ids].filter(isShown);
    if (kept.length < ids.size) this.#set(kept);
  }

  #set(ids: readonly string[]): void {
    if (ids.length === 0) this.isCollecting.value = false;
    this.#ids.value = new Set(ids);
  }
}
