import type { IFileHandle, IFileSystem } from '../interfaces/filesystem.js';
import { readUint32, writeUint32 } from '../utils/bytes.js';
import { crc32 } from '../utils/crc32.js';
import type { FileHandlePool } from './file-handle-pool.js';
import type { PieceLayout } from './piece-layout.js';

/** Says which piece is in a slot: its index and the CRC-32 of these four bytes. Zeros: none. */
const HEADER_BYTES = 8;

/**
 * Whole verified pieces that belong, in part or wholly, to files which are not wanted: one file a torrent, in slots of one piece each. A
 * slot names its piece only after the piece is written, so that the file tells what it holds whenever its writer died.
 */
export class PartFile {
  readonly #fileSystem: IFileSystem;
  readonly #path: string;
  readonly #layout: PieceLayout;
  readonly #handles: FileHandlePool;
  readonly #slots = new Map<number, number>();
  readonly #freeSlots: number[] = [];
  #slotCount = 0;

  constructor(options: {
    readonly fileSystem: IFileSystem;
    readonly path: string;
    readonly layout: PieceLayout;
    readonly handles: FileHandlePool;
  }) {
    this.#fileSystem = options.fileSystem;
    this.#path = options.path;
    this.#layout = options.layout;
    this.#handles = options.handles;
  }

  /** Pieces that are here. */
  get pieces(): Iterable<number> {
    return this.#slots.keys();
  }

  /** How many. */
  get size(): number {
    return this.#slots.size;
  }

  has(index: number): boolean {
    return this.#slots.has(index);
  }

  /** Finds out what is here. Before anything else, once. */
  async load(): Promise<void> {
    const stat = await this.#fileSystem.stat(this.#path);
    this.#slotCount = Math.ceil((stat?.size ?? 0) / this.#slotBytes);
    let header: Uint8Array = new Uint8Array(HEADER_BYTES);
    for (let slot = 0; slot < this.#slotCount; slot++) {
      const { buffer, bytesRead } = await this.#use('read', (handle) => handle.read(slot * this.#slotBytes, header));
      header = buffer;
      const index = readUint32(header, 0);
      const isNamed = bytesRead === HEADER_BYTES && readUint32(header, 4) === crc32(header.subarray(0, 4));
      if (isNamed && index < this.#layout.pieceCount && !this.has(index)) this.#slots.set(index, slot);
      else this.#freeSlots.push(slot);
    }
    if (stat && this.#slots.size === 0) await this.#remove();
  }

  /** Keeps a whole piece; `buffer` is given away and comes back. */
  async write(index: number, buffer: Uint8Array): Promise<Uint8Array> {
    const known = this.#slots.get(index);
    const slot = known ?? this.#freeSlots.pop() ?? this.#slotCount++;
    try {
      const back = await this.#use('write', (handle) => handle.write(this.#dataAt(slot), buffer));
      if (known === undefined) await this.#name(slot, headerOf(index));
      this.#slots.set(index, slot);
      return back;
    } catch (error) {
      if (known === undefined) this.#freeSlots.push(slot);
      throw error;
    }
  }

  /** Reads bytes of a piece that is here; `into` is given away and comes back. */
  read(
    index: number,
    begin: number,
    into: Uint8Array,
  ): Promise<{ readonly buffer: Uint8Array; readonly bytesRead: number }> {
    const slot = this.#slots.get(index);
    if (slot === undefined) return Promise.reject(new RangeError(`piece ${index} is not in the part file`));
    return this.#use('read', (handle) => handle.read(this.#dataAt(slot) + begin, into));
  }

  /** Forgets a piece; the last one takes the file with it. */
  async release(index: number): Promise<void> {
    const slot = this.#slots.get(index);
    if (slot === undefined) return;
    if (this.#slots.size > 1) await this.#name(slot, new Uint8Array(HEADER_BYTES));
    this.#slots.delete(index);
    this.#freeSlots.push(slot);
    if (this.#slots.size === 0) await this.#remove();
  }

  async close(): Promise<void> {
    await this.#handles.close(this.#fileSystem, this.#path);
  }

  async #remove(): Promise<void> {
    await this.close();
    await this.#fileSystem.remove(this.#path);
    this.#freeSlots.length = this.#slotCount = 0;
  }

  get #slotBytes(): number {
    return HEADER_BYTES + this.#layout.pieceLength;
  }

  #dataAt(slot: number): number {
    return slot * this.#slotBytes + HEADER_BYTES;
  }

  async #name(slot: number, header: Uint8Array): Promise<void> {
    await this.#use('write', (handle) => handle.write(slot * this.#slotBytes, header));
  }

  #use<T>(mode: 'read' | 'write', action: (handle: IFileHandle) => Promise<T>): Promise<T> {
    return this.#handles.use(this.#fileSystem, this.#path, mode, action);
  }
}

function headerOf(index: number): Uint8Array {
  const header = new Uint8Array(HEADER_BYTES);
  writeUint32(header, 0, index);
  writeUint32(header, 4, crc32(header.subarray(0, 4)));
  return header;
}
