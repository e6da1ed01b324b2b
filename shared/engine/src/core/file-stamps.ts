import { RecordError, required, seal, unseal } from './sealed-record.js';

const STAMP_BYTES = 8;

/**
 * When each file of a torrent was last changed, as its platform says: a file that is complete and whose time is another one was changed by
 * somebody else. Files that are still being written, and those of platforms without such times, have no stamp.
 */
export class FileStamps {
  /** By file; 0 stands for none. */
  readonly #modifiedMs: Float64Array;

  constructor(readonly fileCount: number) {
    this.#modifiedMs = new Float64Array(fileCount);
  }

  get(fileIndex: number): number | undefined {
    return this.#modifiedMs[fileIndex] === 0 ? undefined : this.#modifiedMs[fileIndex];
  }

  /** `modifiedMs`: of `IFileStat`. True when that is new. */
  set(fileIndex: number, modifiedMs: number): boolean {
    if (this.#modifiedMs[fileIndex] === modifiedMs) return false;
    this.#modifiedMs[fileIndex] = modifiedMs;
    return true;
  }

  encode(): Uint8Array {
    const bytes = new Uint8Array(this.fileCount * STAMP_BYTES);
    const view = new DataView(bytes.buffer);
    this.#modifiedMs.forEach((modifiedMs, index) => {
      view.setFloat64(index * STAMP_BYTES, modifiedMs);
    });
    return seal({ modified: bytes });
  }

  /** Throws {@link RecordError}. */
  static decode(record: Uint8Array): FileStamps {
    const bytes = required('modified', unseal(record).getBytes('modified'));
    if (bytes.length % STAMP_BYTES !== 0) throw new RecordError('invalid', 'field modified is cut short');
    const stamps = new FileStamps(bytes.length / STAMP_BYTES);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    for (let index = 0; index < stamps.fileCount; index++) {
      const modifiedMs = view.getFloat64(index * STAMP_BYTES);
      if (Number.isFinite(modifiedMs)) stamps.set(index, modifiedMs);
    }
    return stamps;
  }
}
