import type { IFileHandle, IFileSystem } from '../interfaces/filesystem.js';
import { readUint32, writeUint32 } from '../utils/bytes.js';
import { crc32 } from '../utils/crc32.js';
import type { FileHandlePool } from './file-handle-pool.js';
import type { PieceLayout } from './piece-layout.js';

/** Before the note: CRC-32 of all that follows it in the header, then the index of the piece. Zeros: no piece. */
const FIXED_HEADER_BYTES = 8;

interface Slot {
  readonly number: number;
  readonly note: Uint8Array;
}

/**
 * A file of slots of one piece each, every slot with the index of its piece and a note of fixed length. A slot names its piece only after
 * the piece is written, so that the file tells what it holds whenever its writer died. It is there while it holds something.
 */
export class SlotFile {
  readonly #fileSystem: IFileSystem;
  readonly #path: string;
  readonly #layout: PieceLayout;
  readonly #handles: FileHandlePool;
  readonly #noteBytes: number;
  readonly #slots = new Map<number, Slot>();
  /** Slots of pieces that are being written and not named yet, by piece. */
  readonly #unnamed = new Map<number, number>();
  readonly #freeSlots: number[] = [];
  #slotCount = 0;

  constructor(options: {
    readonly fileSystem: IFileSystem;
    readonly path: string;
    readonly layout: PieceLayout;
    readonly handles: FileHandlePool;
    readonly noteBytes: number;
  }) {
    this.#fileSystem = options.fileSystem;
    this.#path = options.path;
    this.#layout = options.layout;
    this.#handles = options.handles;
    this.#noteBytes = options.noteBytes;
  }

  /** Pieces that are here. */
  get pieces(): Iterable<number> {
    return this.#slots.keys();
  }

  /** How many. */
  get size(): number {
    return this.#slots.size;
  }

  /** What the file takes of the disk, in pieces: those that were here lately too. */
  get slotCount(): number {
    return this.#slotCount;
  }

  has(index: number): boolean {
    return this.#slots.has(index);
  }

  /** Finds out what is here. Before anything else. */
  async load(): Promise<void> {
    this.#slots.clear();
    this.#unnamed.clear();
    this.#freeSlots.length = 0;
    const stat = await this.#fileSystem.stat(this.#path);
    this.#slotCount = Math.ceil((stat?.size ?? 0) / this.#slotBytes);
    for (let number = 0; number < this.#slotCount; number++) {
      const header = new Uint8Array(this.#headerBytes);
      const read = await this.#use('read', (handle) => handle.read(number * this.#slotBytes, header));
      const index = this.#pieceNamedBy(read.buffer.subarray(0, read.bytesRead));
      if (index === undefined || this.has(index)) this.#freeSlots.push(number);
      else this.#slots.set(index, { number, note: read.buffer.slice(FIXED_HEADER_BYTES) });
    }
    if (stat && this.#slots.size === 0) await this.#remove();
  }

  /** The note of a piece that is here. */
  note(index: number): Uint8Array | undefined {
    return this.#slots.get(index)?.note;
  }

  /** Keeps a piece, in place of what was kept of it before; `buffer` is given away and comes back. */
  async write(index: number, buffer: Uint8Array, note: Uint8Array): Promise<Uint8Array> {
    try {
      const back = await this.writePart(index, 0, buffer);
      await this.name(index, note);
      return back;
    } catch (error) {
      this.#giveUp(index);
      throw error;
    }
  }

  /** Writes bytes of a piece, which is here once it is named: `name` or `release` must follow. `data` is given away and comes back. */
  writePart(index: number, begin: number, data: Uint8Array): Promise<Uint8Array> {
    let number = this.#slots.get(index)?.number ?? this.#unnamed.get(index);
    if (number === undefined) this.#unnamed.set(index, (number = this.#freeSlots.pop() ?? this.#slotCount++));
    const position = this.#dataAt(number) + begin;
    return this.#use('write', (handle) => handle.write(position, data));
  }

  /** From now on the piece is here, with this note. */
  async name(index: number, note: Uint8Array): Promise<void> {
    const number = this.#slots.get(index)?.number ?? this.#unnamed.get(index);
    if (number === undefined) throw new RangeError(`nothing was written of piece ${index}`);
    await this.#writeHeader(number, this.#headerOf(index, note));
    this.#unnamed.delete(index);
    this.#slots.set(index, { number, note });
  }

  /** Reads bytes of a piece that is here; `into` is given away and comes back. */
  read(
    index: number,
    begin: number,
    into: Uint8Array,
  ): Promise<{ readonly buffer: Uint8Array; readonly bytesRead: number }> {
    const slot = this.#slots.get(index);
    if (slot === undefined) return Promise.reject(new RangeError(`piece ${index} is not in ${this.#path}`));
    return this.#use('read', (handle) => handle.read(this.#dataAt(slot.number) + begin, into));
  }

  /** Forgets a piece; the last one takes the file with it. */
  async release(index: number): Promise<void> {
    this.#giveUp(index);
    const slot = this.#slots.get(index);
    const isLast = this.#slots.size === (slot ? 1 : 0) && this.#unnamed.size === 0;
    if (slot && !isLast) await this.#writeHeader(slot.number, new Uint8Array(this.#headerBytes));
    if (slot) this.#freeSlots.push(slot.number);
    this.#slots.delete(index);
    if (isLast && this.#slotCount > 0) await this.#remove();
  }

  async close(): Promise<void> {
    await this.#handles.close(this.#fileSystem, this.#path);
  }

  /** Of a piece that was never named. */
  #giveUp(index: number): void {
    const number = this.#unnamed.get(index);
    if (number === undefined) return;
    this.#unnamed.delete(index);
    this.#freeSlots.push(number);
  }

  async #remove(): Promise<void> {
    await this.close();
    await this.#fileSystem.remove(this.#path);
    this.#freeSlots.length = this.#slotCount = 0;
  }

  get #headerBytes(): number {
    return FIXED_HEADER_BYTES + this.#noteBytes;
  }

  get #slotBytes(): number {
    return this.#headerBytes + this.#layout.pieceLength;
  }

  #dataAt(slot: number): number {
    return slot * this.#slotBytes + this.#headerBytes;
  }

  async #writeHeader(slot: number, header: Uint8Array): Promise<void> {
    await this.#use('write', (handle) => handle.write(slot * this.#slotBytes, header));
  }

  #headerOf(index: number, note: Uint8Array): Uint8Array {
    const header = new Uint8Array(this.#headerBytes);
    writeUint32(header, 4, index);
    header.set(note, FIXED_HEADER_BYTES);
    writeUint32(header, 0, crc32(header.subarray(4)));
    return header;
  }

  #pieceNamedBy(header: Uint8Array): number | undefined {
    if (header.length < this.#headerBytes || readUint32(header, 0) !== crc32(header.subarray(4))) return undefined;
    const index = readUint32(header, 4);
    return index < this.#layout.pieceCount ? index : undefined;
  }

  #use<T>(mode: 'read' | 'write', action: (handle: IFileHandle) => Promise<T>): Promise<T> {
    return this.#handles.use(this.#fileSystem, this.#path, mode, action);
  }
}
