import type { PiecePriority } from './piece-picker.js';
import type { PieceLayout } from './piece-layout.js';
import type { TorrentFile } from './torrent-file.js';

const NORMAL: PiecePriority = 4;
const SKIP: PiecePriority = 0;

/** Which files of a torrent are wanted, and how much of each is here. */
export class FileProgress {
  readonly #layout: PieceLayout;
  readonly #files: readonly TorrentFile[];
  readonly #doneBytes: Float64Array;
  readonly #isWanted: Uint8Array;

  constructor(layout: PieceLayout, files: readonly TorrentFile[]) {
    this.#layout = layout;
    this.#files = files;
    this.#doneBytes = new Float64Array(files.length);
    this.#isWanted = new Uint8Array(files.length).fill(1);
  }

  /** Bytes of the wanted files. */
  get wantedBytes(): number {
    return this.#files.reduce((sum, file, index) => sum + (this.isWanted(index) ? file.length : 0), 0);
  }

  /** Verified bytes of the wanted files. */
  get wantedDoneBytes(): number {
    return this.#files.reduce((sum, _, index) => sum + (this.isWanted(index) ? this.doneBytes(index) : 0), 0);
  }

  /** Indices of the wanted files; undefined when all are. */
  get wantedFiles(): readonly number[] | undefined {
    const indices = [...this.#isWanted.keys()].filter((index) => this.isWanted(index));
    return indices.length === this.#files.length ? undefined : indices;
  }

  isWanted(fileIndex: number): boolean {
    return this.#isWanted[fileIndex] === 1;
  }

  doneBytes(fileIndex: number): number {
    return this.#doneBytes[fileIndex] ?? 0;
  }

  /** Undefined wants all. Indices that the torrent does not have are ignored. */
  setWanted(fileIndices: readonly number[] | undefined): void {
    this.#isWanted.fill(fileIndices ? 0 : 1);
    for (const index of fileIndices ?? []) if (index < this.#files.length) this.#isWanted[index] = 1;
  }

  /** A piece is verified. */
  addPiece(index: number): void {
    const start = index * this.#layout.pieceLength;
    const end = start + this.#layout.pieceSize(index);
    for (let file = this.#firstFileAfter(start); file < this.#files.length; file++) {
      const { offset, length } = this.#files[file] as TorrentFile;
      if (offset >= end) return;
      const overlap = Math.min(end, offset + length) - Math.max(start, offset);
      if (overlap > 0) this.#doneBytes[file] = this.doneBytes(file) + overlap;
    }
  }

  /** Nothing is verified any more. */
  clear(): void {
    this.#doneBytes.fill(0);
  }

  /** One priority a piece: a piece is wanted when a wanted file has bytes in it. */
  priorities(): PiecePriority[] {
    const priorities = new Array<PiecePriority>(this.#layout.pieceCount).fill(SKIP);
    this.#files.forEach(({ offset, length }, index) => {
      if (!this.isWanted(index) || length === 0) return;
      const first = Math.floor(offset / this.#layout.pieceLength);
      const last = Math.floor((offset + length - 1) / this.#layout.pieceLength);
      priorities.fill(NORMAL, first, last + 1);
    });
    return priorities;
  }

  /** Index of the first file that ends after `position`, by binary search: files stand in order of their offsets. */
  #firstFileAfter(position: number): number {
    let low = 0;
    let high = this.#files.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const { offset, length } = this.#files[middle] as TorrentFile;
      if (offset + length <= position) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
