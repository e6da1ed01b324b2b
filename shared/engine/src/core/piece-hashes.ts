import type { IHasher } from '../interfaces/hasher.js';
import { equalBytes } from '../utils/bytes.js';
import type { PieceLayout } from './piece-layout.js';

const SHA1_LENGTH = 20;

/** Reads bytes of a piece; `into` is given away and comes back. Less than asked for: they are not there. */
export type PieceReader = (
  begin: number,
  into: Uint8Array,
) => Promise<{ readonly buffer: Uint8Array; readonly bytesRead: number }>;

/** Says whether bytes are the piece they should be: SHA-1 of the whole piece, in memory at once or section by section. */
export class PieceHashes {
  readonly #hasher: IHasher;
  readonly #layout: PieceLayout;
  readonly #hashes: Uint8Array;

  /** `pieceHashes`: 20 bytes a piece. */
  constructor(options: { readonly hasher: IHasher; readonly layout: PieceLayout; readonly pieceHashes: Uint8Array }) {
    this.#hasher = options.hasher;
    this.#layout = options.layout;
    this.#hashes = options.pieceHashes;
  }

  /** Of a whole piece, which is given away and comes back. */
  async checkWhole(
    index: number,
    piece: Uint8Array,
  ): Promise<{ readonly isValid: boolean; readonly piece: Uint8Array }> {
    const { digest, data } = await this.#hasher.sha1(piece);
    return { isValid: this.#isHashOf(index, digest), piece: data };
  }

  /** Of what `read` reads, in `scratch` (at least one section long), which comes back. Rejects as `read`. */
  async check(
    index: number,
    read: PieceReader,
    scratch: Uint8Array,
  ): Promise<{ readonly isValid: boolean; readonly scratch: Uint8Array }> {
    const { byteOffset, length } = scratch;
    const { sectionLength } = this.#layout;
    const size = this.#layout.pieceSize(index);
    let whole = scratch;
    const asBefore = (part: Uint8Array) => (whole = new Uint8Array(part.buffer, byteOffset, length));
    if (size <= sectionLength) {
      const { buffer, bytesRead } = await read(0, whole.subarray(0, size));
      if (bytesRead < size) return { isValid: false, scratch: asBefore(buffer) };
      const { isValid, piece } = await this.checkWhole(index, buffer);
      return { isValid, scratch: asBefore(piece) };
    }
    const hash = this.#hasher.startSha1();
    try {
      for (let begin = 0; begin < size; begin += sectionLength) {
        const part = whole.subarray(0, Math.min(sectionLength, size - begin));
        const { buffer, bytesRead } = await read(begin, part);
        if (bytesRead < buffer.length) return { isValid: false, scratch: asBefore(buffer) };
        asBefore(await hash.update(buffer));
      }
      return { isValid: this.#isHashOf(index, await hash.digest()), scratch: whole };
    } finally {
      hash.close();
    }
  }

  #isHashOf(index: number, digest: Uint8Array): boolean {
    return equalBytes(digest, this.#hashes.subarray(index * SHA1_LENGTH, (index + 1) * SHA1_LENGTH));
  }
}
