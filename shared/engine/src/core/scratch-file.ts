import { BitField } from '../utils/bitfield.js';
import { SlotFile } from './slot-file.js';
import type { AsidePlace } from './skipped-files.js';
import type { FileHandlePool } from './file-handle-pool.js';
import type { PieceLayout } from './piece-layout.js';

const SCRATCH_FILE = 'scratch';

/**
 * Pieces of which some blocks are here and the memory was given up: at a stop, or because nobody went on with them. Nothing in it is
 * verified, and nothing of it leaves the client. What is asked of it happens in that order.
 */
export class ScratchFile {
  readonly #place: AsidePlace;
  readonly #layout: PieceLayout;
  readonly #slots: SlotFile;
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: { readonly place: AsidePlace; readonly layout: PieceLayout; readonly handles: FileHandlePool }) {
    const { place, layout } = options;
    this.#place = place;
    this.#layout = layout;
    this.#slots = new SlotFile({
      ...options,
      fileSystem: place.fileSystem,
      path: `${place.folders.pathOf(place.id)}/${SCRATCH_FILE}`,
      noteBytes: Math.ceil(layout.blocksPerPiece / 8),
    });
  }

  /** Which blocks of which pieces are here. Once, before anything else. */
  load(): Promise<ReadonlyMap<number, BitField>> {
    return this.#inTurn(async () => {
      const shelf = new Map<number, BitField>();
      const { fileSystem, folders, id } = this.#place;
      if (!(await folders.has(fileSystem, id))) return shelf;
      await this.#slots.load();
      for (const index of this.#slots.pieces) {
        const blockBytes = Math.ceil(this.#layout.blockCount(index) / 8);
        const note = this.#slots.note(index)?.subarray(0, blockBytes) ?? new Uint8Array(blockBytes);
        shelf.set(index, BitField.fromBytes(note, this.#layout.blockCount(index)));
      }
      return shelf;
    });
  }

  /** Keeps these blocks of a piece, in place of what was kept of it before; `buffer` is given away and comes back. */
  put(index: number, buffer: Uint8Array, blocks: BitField): Promise<Uint8Array> {
    const note = new Uint8Array(Math.ceil(this.#layout.blocksPerPiece / 8));
    note.set(blocks.buffer);
    return this.#inTurn(async () => {
      await this.#place.folders.create(this.#place.fileSystem, this.#place.id);
      return this.#slots.write(index, buffer, note);
    });
  }

  /** A whole piece as it was put; what is in place of missing blocks means nothing. */
  take(index: number): Promise<Uint8Array> {
    return this.#inTurn(async () => {
      const { buffer } = await this.#slots.read(index, 0, new Uint8Array(this.#layout.pieceSize(index)));
      return buffer;
    });
  }

  /** The piece is of no use any more. Fine when it is not here. */
  forget(index: number): Promise<void> {
    return this.#inTurn(async () => {
      await this.#slots.release(index);
      if (this.#slots.size === 0) await this.#place.folders.removeIfEmpty(this.#place.fileSystem, this.#place.id);
    });
  }

  async close(): Promise<void> {
    await this.#inTurn(() => this.#slots.close());
  }

  #inTurn<T>(operation: () => Promise<T>): Promise<T> {
    const result = this.#last.then(operation);
    this.#last = result.catch(() => undefined);
    return result;
  }
}
