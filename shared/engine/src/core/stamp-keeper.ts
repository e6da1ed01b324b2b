import type { IFileStat } from '../interfaces/filesystem.js';
import { FileStamps } from './file-stamps.js';
import type { TorrentContent } from './torrent-content.js';
import { sliceRange } from './torrent-file.js';

/** Stamps each file of a torrent when it is complete, and sees to it that the stamps are stored. */
export class StampKeeper {
  readonly stamps: FileStamps;
  readonly #content: TorrentContent;
  readonly #save: (stamps: FileStamps) => void;
  readonly #files: readonly { readonly index: number; readonly offset: number; readonly length: number }[];

  constructor(options: {
    readonly content: TorrentContent;
    /** Those of the last session. */
    readonly restored: FileStamps | undefined;
    readonly save: (stamps: FileStamps) => void;
  }) {
    const { content, restored } = options;
    this.#content = content;
    this.#save = options.save;
    this.#files = content.files.map(({ offset, length }, index) => ({ index, offset, length }));
    this.stamps = restored?.fileCount === this.#files.length ? restored : new FileStamps(this.#files.length);
  }

  /** The files were surveyed and their pieces checked. */
  checked(stats: readonly (IFileStat | undefined)[]): void {
    let isChanged = false;
    for (const { index } of this.#files) {
      // In a folder that is out of reach a file counts as it was.
      const modifiedMs = stats[index]?.modifiedMs ?? 0;
      const stamp = this.#isComplete(index) ? modifiedMs || (this.stamps.get(index) ?? 0) : 0;
      if (this.stamps.set(index, stamp)) isChanged = true;
    }
    if (isChanged) this.#save(this.stamps);
  }

  /** A piece was written. */
  pieceWritten(pieceIndex: number): void {
    const { layout } = this.#content;
    for (const { file } of sliceRange(this.#files, pieceIndex * layout.pieceLength, layout.pieceSize(pieceIndex))) {
      if (this.#isComplete(file.index)) void this.#stamp(file.index);
    }
  }

  /** The file lies elsewhere now; `verified`: as it was when it was verified there, if it was. Never rejects. */
  async moved(fileIndex: number, verified: Pick<IFileStat, 'modifiedMs'> | undefined): Promise<void> {
    this.stamps.set(fileIndex, verified?.modifiedMs ?? 0);
    if (verified) this.#save(this.stamps);
    else await this.#stamp(fileIndex);
  }

  #isComplete(fileIndex: number): boolean {
    return this.#content.progress.doneBytes(fileIndex) === this.#files[fileIndex]?.length;
  }

  async #stamp(fileIndex: number): Promise<void> {
    // A file without a stamp is judged by its size.
    const stat = await this.#content.disk.statClosed(fileIndex).catch(() => undefined);
    if (stat && this.stamps.set(fileIndex, stat.modifiedMs)) this.#save(this.stamps);
  }
}
