import { FileSystemError, type IReadableFile } from '@jstorrent/engine';

/** One file in a folder of the user's, as it was when it was opened: once it changes, reading rejects with `not-found`. */
export class FolderFile implements IReadableFile {
  #isClosed = false;

  constructor(
    private readonly file: Blob,
    private readonly path: string,
    /** Makes the interface's error of what the platform throws. */
    private readonly guard: <T>(operation: () => Promise<T>) => Promise<T>,
  ) {}

  async read(position: number, into: Uint8Array): Promise<{ readonly buffer: Uint8Array; readonly bytesRead: number }> {
    if (this.#isClosed) throw new FileSystemError('closed', this.path, 'the file is closed');
    const part = this.file.slice(position, position + into.length);
    const bytes = await this.guard(() => part.arrayBuffer());
    into.set(new Uint8Array(bytes));
    return { buffer: into, bytesRead: bytes.byteLength };
  }

  close(): Promise<void> {
    this.#isClosed = true;
    return Promise.resolve();
  }
}
