/** Pieces in an order of their own. Those at its beginning that are done are passed over once and for all. */
export class PieceSequence {
  #start = 0;
  #ranks: ReadonlyMap<number, number> | undefined;

  constructor(private readonly pieces: readonly number[]) {}

  /** The first that `accept` takes, or -1. `isDone` is asked of the front only; `onStep` counts the work. */
  first(isDone: (index: number) => boolean, accept: (index: number) => boolean, onStep: () => void): number {
    const { pieces } = this;
    while (this.#start < pieces.length && isDone(pieces[this.#start] as number)) this.#start++;
    for (let at = this.#start; at < pieces.length; at++) {
      onStep();
      if (accept(pieces[at] as number)) return pieces[at] as number;
    }
    return -1;
  }

  /** How many pieces come before it; undefined when it is not one of these. */
  rank(index: number): number | undefined {
    this.#ranks ??= new Map(this.pieces.map((piece, rank) => [piece, rank]));
    return this.#ranks.get(index);
  }

  /** Something is missing again. */
  rewind(): void {
    this.#start = 0;
  }
}
