import { BitField } from '../utils/bitfield.js';
import type { FilePart } from './file-parts.js';
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
  /** Those of a file that is split; empty for any other. */
  partsOf(fileIndex: number): readonly FilePart[];
  /** What it would need at a time if it were split; undefined when it cannot be. */
  partBytesFor(fileIndex: number): number | undefined;
}

/** So many parts of files are begun at a time, so that one after the other is whole and makes room. */
const MAX_OPEN_PARTS = 8;

/**
 * Which files of a torrent are downloaded now, where its disk has no room for all of them at once: as many as fit, whole files only, or
 * whole parts of those that are split, so that they come to their folder and make room for the next. At first all are.
 */
export class StagingWindow {
  readonly #torrent: WindowTorrent;
  /** Undefined: all. */
  #files: ReadonlySet<number> | undefined;
  #tooBig: readonly number[] = [];

  constructor(torrent: WindowTorrent) {
    this.#torrent = torrent;
  }

  /** Files that did not fit, when they were looked at last, though nothing else was to be downloaded; split they may. */
  get tooBig(): readonly number[] {
    return this.#tooBig.filter((fileIndex) => this.#isMissing(fileIndex));
  }

  /** With less than that nothing can be downloaded. */
  get leastBytes(): number {
    const none = new BitField(this.#torrent.layout.pieceCount);
    return this.#inOrder().reduce((least, fileIndex) => {
      const sizes = this.#unitsOf(fileIndex).map((unit) => this.#bytesOf(this.#missingPieces(unit, none)));
      const [partBytes = Infinity] = [this.#torrent.partBytesFor(fileIndex)];
      return Math.min(least, partBytes, ...sizes.filter((bytes) => bytes > 0));
    }, this.#torrent.downloader.pieces.missingWantedBytes);
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
    this.#tooBig = [];
    if (pieces.missingWantedBytes <= freeBytes) {
      if (this.#files) this.#follow(undefined, undefined);
      return pieces.missingWantedBytes;
    }
    const chosen = new Set<number>();
    const tooBig: number[] = [];
    const window = new BitField(this.#torrent.layout.pieceCount);
    let taken = 0;
    let least = Infinity;
    let openParts = 0;
    for (const fileIndex of this.#inOrder()) {
      const isSplit = this.#torrent.partsOf(fileIndex).length > 0;
      for (const unit of this.#unitsOf(fileIndex)) {
        const missing = this.#missingPieces(unit, window);
        if (isSplit && (missing.length === 0 || openParts === MAX_OPEN_PARTS)) continue;
        const bytes = this.#bytesOf(missing);
        if (taken + bytes > freeBytes) {
          least = Math.min(least, bytes);
          const canBeSplit = this.#torrent.partBytesFor(fileIndex) !== undefined;
          if (bytes > freeBytes && canBeSplit) tooBig.push(fileIndex);
          continue;
        }
        taken += bytes;
        if (isSplit) openParts++;
        chosen.add(fileIndex);
        for (const index of missing) window.set(index);
      }
    }
    this.#follow(chosen, window);
    if (!staysOpen) this.#tooBig = tooBig;
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

  /** What makes room only as a whole. */
  #unitsOf(fileIndex: number): readonly FileExtent[] {
    const parts = this.#torrent.partsOf(fileIndex);
    return parts.length > 0 ? parts : this.#torrent.files.slice(fileIndex, fileIndex + 1);
  }

  /** Those of a file or part that are not `counted`. */
  #missingPieces({ offset, length }: FileExtent, counted: BitField): readonly number[] {
    const { layout, downloader } = this.#torrent;
    const missing: number[] = [];
    const last = Math.floor((offset + length - 1) / layout.pieceLength);
    for (let index = Math.floor(offset / layout.pieceLength); index <= last; index++) {
      if (!downloader.pieces.have.get(index) && !counted.get(index)) missing.push(index);
    }
    return missing;
  }

  #bytesOf(pieces: readonly number[]): number {
    return pieces.reduce((sum, index) => sum + this.#torrent.layout.pieceSize(index), 0);
  }

  #follow(files: ReadonlySet<number> | undefined, window: BitField | undefined): void {
    this.#files = files;
    this.#torrent.downloader.pieces.setWindow(window);
    this.#torrent.downloader.onPrioritiesChanged();
  }
}
