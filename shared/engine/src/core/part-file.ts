import { SlotFile } from './slot-file.js';

const NO_NOTE = new Uint8Array();

/** Whole verified pieces that belong, in part or wholly, to files which are not wanted: one file a torrent. */
export class PartFile extends SlotFile {
  constructor(options: Omit<ConstructorParameters<typeof SlotFile>[0], 'noteBytes'>) {
    super({ ...options, noteBytes: NO_NOTE.length });
  }

  /** Keeps a whole piece; `buffer` is given away and comes back. */
  keep(index: number, buffer: Uint8Array): Promise<Uint8Array> {
    return this.write(index, buffer, NO_NOTE);
  }

  /** The parts of a piece were written: it is here. */
  complete(index: number): Promise<void> {
    return this.name(index, NO_NOTE);
  }
}
