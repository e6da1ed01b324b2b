import { BitField } from '../utils/bitfield.js';
import { SlotFile } from './slot-file.js';
import type { AsidePlace } from './skipped-files.js';
import type { FileHandlePool } from './file-handle-pool.js';
import { BLOCK_LENGTH, type PieceLayout } from './piece-layout.js';

const SCRATCH_FILE = 'scratch';

/**
 * Pieces of which some blocks are here and the memory was given up: at a stop, because nobody went on with them, or because they are too
 * long for the memory. Nothing in it is
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

  /** What it takes of the disk, in pieces. */
  get pieceCount(): number {
    return this.#slots.slotCount;
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

  /**
   * Keeps these blocks of a piece beside what is here of it; all lie in `section`, which begins `begin` bytes into the piece, is given
   * away and comes back.
   */
  keep(index: number, begin: number, section: Uint8Array, blocks: BitField): Promise<Uint8Array> {
    return this.#inTurn(async () => {
      await this.#place.folders.create(this.#place.fileSystem, this.#place.id);
      const { byteOffset, length } = section;
      let whole = section;
      try {
        for (const run of runsOf(blocks)) {
          const start = run.first * BLOCK_LENGTH - begin;
          const part = whole.subarray(start, start + run.count * BLOCK_LENGTH);
          const back = await this.#slots.writePart(index, begin + start, part);
          whole = new Uint8Array(back.buffer, byteOffset, length);
        }
        const note = this.#slots.note(index)?.slice() ?? new Uint8Array(Math.ceil(this.#layout.blocksPerPiece / 8));
        blocks.buffer.forEach((bits, at) => (note[at] = (note[at] ?? 0) | bits));
        await this.#slots.name(index, note);
      } catch (error) {
        if (!this.#slots.has(index)) await this.#slots.release(index).catch(() => undefined);
        throw error;
      }
      return whole;
    });
  }

  /** Bytes of a piece of which blocks are here; `into` is given away and comes back. */
  read(
    index: number,
    begin: number,
    into: Uint8Array,
  ): Promise<{ readonly buffer: Uint8Array; readonly bytesRead: number }> {
    return this.#inTurn(() => this.#slots.read(index, begin, into));
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

/** Blocks that follow each other without a gap. */
function* runsOf(blocks: BitField): Generator<{ readonly first: number; readonly count: number }> {
  let first = -1;
  let count = 0;
  for (const block of blocks) {
    if (block === first + count) {
      count++;
      continue;
    }
    if (count > 0) yield { first, count };
    first = block;
    count = 1;
  }
  if (count > 0) yield { first, count };
}
