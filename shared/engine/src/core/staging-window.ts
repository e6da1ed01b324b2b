import { BitField } from '../utils/bitfield.js';
import type { FileProgress } from './file-progress.js';
import type { PieceLayout } from './piece-layout.js';
import type { FileExtent } from './torrent-file.js';

/** The torrent, as the window sees it. */
interface WindowTorrent {
  readonly files: readonly FileExtent[];
  readonly layout: PieceLayout;
  readonly progress: Pick<FileProgress, 'isWanted' | 'priority' | 'doneBytes'>;
  readonly downloader: {
    readonly pieces: {
      readonly have: BitField;
      readonly missingWantedBytes: number;
      setWindow(window: BitField | undefined): void;
    };
    onPrioritiesChanged(): void;
  };
}

/**
 * Which files of a torrent are downloaded now, where its disk has no room for all of them at once: as many as fit, whole files only, so
 * that they come to their folder and make room for the next. At first all are.
 */
export class StagingWindow {
  readonly #torrent: WindowTorrent;
  /** Undefined: all. */
  #files: ReadonlySet<number> | undefined;

  constructor(torrent: WindowTorrent) {
    this.#torrent = torrent;
  }

  /** The file is wanted and not here, and there is no room for it yet. */
  isWaiting(fileIndex: number): boolean {
    return this.#files !== undefined && !this.#files.has(fileIndex) && this.#isMissing(fileIndex);
  }

  /**
   * Makes do with `freeBytes`, and returns how many of them are needed; more than there are, when no file fits. `staysOpen`: room is
   * about to be made, so that then it needs none for now.
   */
  fit(freeBytes: number, { staysOpen }: { readonly staysOpen: boolean }): number {
    const { pieces } = this.#torrent.downloader;
    if (pieces.missingWantedBytes <= freeBytes) {
      if (this.#files) this.#follow(undefined, undefined);
      return pieces.missingWantedBytes;
    }
    const chosen = new Set<number>();
    const window = new BitField(this.#torrent.layout.pieceCount);
    let taken = 0;
    let least = Infinity;
    for (const fileIndex of this.#inOrder()) {
      const missing = this.#missingPieces(fileIndex, window);
      const bytes = missing.reduce((sum, index) => sum + this.#torrent.layout.pieceSize(index), 0);
      if (taken + bytes > freeBytes) {
        least = Math.min(least, bytes);
        continue;
      }
      taken += bytes;
      chosen.add(fileIndex);
      for (const index of missing) window.set(index);
    }
    this.#follow(chosen, window);
    return chosen.size === 0 && !staysOpen ? least : taken;
  }

  /** What is being downloaded first, then by priority, then what was begun. */
  #inOrder(): readonly number[] {
    const { files, progress } = this.#torrent;
    const isOpen = (index: number) => Number(this.#files?.has(index) ?? false);
    const isBegun = (index: number) => Number(progress.doneBytes(index) > 0);
    return [...files.keys()]
      .filter((index) => this.#isMissing(index))
      .sort(
        (a, b) =>
          isOpen(b) - isOpen(a) || progress.priority(b) - progress.priority(a) || isBegun(b) - isBegun(a) || a - b,
      );
  }

  #isMissing(fileIndex: number): boolean {
    const { files, progress } = this.#torrent;
    return progress.isWanted(fileIndex) && progress.doneBytes(fileIndex) < (files[fileIndex]?.length ?? 0);
  }

  /** Those of a file that are not `counted`. */
  #missingPieces(fileIndex: number, counted: BitField): readonly number[] {
    const { files, layout, downloader } = this.#torrent;
    const { offset, length } = files[fileIndex] ?? { offset: 0, length: 0 };
    const missing: number[] = [];
    const last = Math.floor((offset + length - 1) / layout.pieceLength);
    for (let index = Math.floor(offset / layout.pieceLength); index <= last; index++) {
      if (!downloader.pieces.have.get(index) && !counted.get(index)) missing.push(index);
    }
    return missing;
  }

  #follow(files: ReadonlySet<number> | undefined, window: BitField | undefined): void {
    this.#files = files;
    this.#torrent.downloader.pieces.setWindow(window);
    this.#torrent.downloader.onPrioritiesChanged();
  }
}
