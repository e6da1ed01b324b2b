import { fromHex, toHex } from '../utils/bytes.js';

const ID_BYTES = 20;

/** Where a torrent goes in the queue: one place, all the way, or to a place beside another, whose id is named. */
export type QueueMove = 'up' | 'down' | 'top' | 'bottom' | { readonly before: string } | { readonly after: string };

/** The order of all torrents: who is first has the first turn. New ones come last. */
export class QueueOrder {
  #ids: string[] = [];
  #positions = new Map<string, number>();

  get ids(): readonly string[] {
    return this.#ids;
  }

  /** From 0; undefined for who is not in it. */
  positionOf(id: string): number | undefined {
    return this.#positions.get(id);
  }

  add(id: string): void {
    if (this.#positions.has(id)) return;
    this.#positions.set(id, this.#ids.length);
    this.#ids.push(id);
  }

  /** Returns all whose position is another now, the removed one not among them. */
  remove(id: string): readonly string[] {
    const position = this.#positions.get(id);
    if (position === undefined) return [];
    this.#ids.splice(position, 1);
    this.#positions.delete(id);
    return this.#renumber(position, this.#ids.length - 1);
  }

  /** Returns all whose position is another now. */
  move(id: string, move: QueueMove): readonly string[] {
    const from = this.#positions.get(id);
    if (from === undefined) return [];
    const to = this.#target(from, move);
    if (to === undefined || to === from) return [];
    this.#ids.splice(from, 1);
    this.#ids.splice(to, 0, id);
    return this.#renumber(Math.min(from, to), Math.max(from, to));
  }

  /** Where who is at `from` comes to be; undefined beside somebody who is not there. */
  #target(from: number, move: QueueMove): number | undefined {
    const last = this.#ids.length - 1;
    if (typeof move === 'string')
      return { up: Math.max(0, from - 1), down: Math.min(last, from + 1), top: 0, bottom: last }[move];
    const isBefore = 'before' in move;
    const beside = this.#positions.get(isBefore ? move.before : move.after);
    if (beside === undefined) return undefined;
    // Whoever comes from above leaves a gap that the others close.
    if (isBefore) return from < beside ? beside - 1 : beside;
    return from > beside ? beside + 1 : beside;
  }

  /** All ids, 20 bytes each. */
  encode(): Uint8Array {
    const bytes = new Uint8Array(this.#ids.length * ID_BYTES);
    for (const [position, id] of this.#ids.entries()) bytes.set(fromHex(id) ?? [], position * ID_BYTES);
    return bytes;
  }

  /**
   * The order of an earlier session, of the torrents that are still there; `ids` that it does not know come last, in their own order. Any
   * bytes may come in.
   */
  restore(encoded: Uint8Array | undefined, ids: readonly string[]): void {
    const left = new Set(ids);
    this.#ids = [];
    this.#positions.clear();
    for (let end = ID_BYTES; encoded && end <= encoded.length; end += ID_BYTES) {
      const id = toHex(encoded.subarray(end - ID_BYTES, end));
      if (left.delete(id)) this.add(id);
    }
    for (const id of left) this.add(id);
  }

  #renumber(first: number, last: number): readonly string[] {
    const moved = this.#ids.slice(first, last + 1);
    for (const [offset, id] of moved.entries()) this.#positions.set(id, first + offset);
    return moved;
  }
}
