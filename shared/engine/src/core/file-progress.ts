import { ALL_NORMAL, type FilePriorities, priorityOf } from './file-priorities.js';
import type { PieceLayout } from './piece-layout.js';
import type { FilePriority } from './snapshots.js';
import type { TorrentFile } from './torrent-file.js';

/** How much each file of a torrent is wanted, and how much of it is here. */
export class FileProgress {
  readonly #layout: PieceLayout;
  readonly #files: readonly TorrentFile[];
  readonly #doneBytes: Float64Array;
  #priorities: FilePriorities = ALL_NORMAL;

  constructor(layout: PieceLayout, files: readonly TorrentFile[]) {
    this.#layout = layout;
    this.#files = files;
    this.#doneBytes = new Float64Array(files.length);
  }

  /** Bytes of the wanted files. */
  get wantedBytes(): number {
    return this.#files.reduce((sum, file, index) => sum + (this.isWanted(index) ? file.length : 0), 0);
  }

  /** Verified bytes of the wanted files. */
  get wantedDoneBytes(): number {
    return this.#files.reduce((sum, _, index) => sum + (this.isWanted(index) ? this.doneBytes(index) : 0), 0);
  }

  isWanted(fileIndex: number): boolean {
    return this.priority(fileIndex) > 0;
  }

  priority(fileIndex: number): FilePriority {
    return priorityOf(this.#priorities, fileIndex);
  }

  doneBytes(fileIndex: number): number {
    return this.#doneBytes[fileIndex] ?? 0;
  }

  setPriorities(priorities: FilePriorities): void {
    this.#priorities = priorities;
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

  /** These pieces are verified, and no others. */
  recount(verified: Iterable<number>): void {
    this.#doneBytes.fill(0);
    for (const index of verified) this.addPiece(index);
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
