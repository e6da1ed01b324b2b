/** Of one connection, all pieces together: large ones are not given away whole. */
const MAX_GRANTED_BYTES = 4 * 1024 * 1024;

/** What a peer may ask for while we choke it (BEP 6), each byte about once. */
export class FastGrant {
  readonly #left: Map<number, number>;
  #totalLeft = MAX_GRANTED_BYTES;

  /** `pieceSize` in bytes. */
  constructor(pieces: readonly number[], pieceSize: (index: number) => number) {
    this.#left = new Map(pieces.map((index) => [index, pieceSize(index)]));
  }

  /** The piece is one of those, whatever was asked of it. */
  covers(index: number): boolean {
    return this.#left.has(index);
  }

  /** Takes the bytes of a request from what is left. False when they are not granted, or not any more. */
  take({ index, length }: { readonly index: number; readonly length: number }): boolean {
    const left = this.#left.get(index) ?? 0;
    if (length > left || length > this.#totalLeft) return false;
    this.#left.set(index, left - length);
    this.#totalLeft -= length;
    return true;
  }
}
