import type { FileHandle } from 'node:fs/promises';
import { FileSystemError, type IFileHandle } from '../../interfaces/filesystem.js';
import { toFileSystemError } from './file-errors.js';
import type { InlineWrites } from './inline-writes.js';

/** One open file of Node. */
export class NodeFileHandle implements IFileHandle {
  readonly #handle: FileHandle;
  readonly #path: string;
  readonly #inline: InlineWrites;
  #closing: Promise<void> | undefined;

  constructor(handle: FileHandle, path: string, inline: InlineWrites) {
    this.#handle = handle;
    this.#path = path;
    this.#inline = inline;
  }

  read(position: number, into: Uint8Array): Promise<{ buffer: Uint8Array; bytesRead: number }> {
    return this.#run(async () => {
      let bytesRead = 0;
      while (bytesRead < into.byteLength) {
        const part = await this.#handle.read(into, bytesRead, into.byteLength - bytesRead, position + bytesRead);
        if (part.bytesRead === 0) break;
        bytesRead += part.bytesRead;
      }
      return { buffer: into, bytesRead };
    });
  }

  write(position: number, data: Uint8Array): Promise<Uint8Array> {
    return this.#run(async () => {
      let written = 0;
      while (written < data.byteLength) {
        const rest = written === 0 ? data : data.subarray(written);
        written += this.#inline.suits(rest.byteLength)
          ? this.#inline.write(this.#handle.fd, rest, position + written)
          : (await this.#handle.write(rest, 0, rest.byteLength, position + written)).bytesWritten;
      }
      return data;
    });
  }

  truncate(size: number): Promise<void> {
    return this.#run(() => this.#handle.truncate(size));
  }

  flush(): Promise<void> {
    return this.#run(() => this.#handle.datasync());
  }

  close(): Promise<void> {
    this.#closing ??= this.#handle.close();
    return this.#closing;
  }

  async #run<T>(operation: () => Promise<T>): Promise<T> {
    if (this.#closing) throw new FileSystemError('closed', this.#path, `${this.#path} was closed`);
    try {
      return await operation();
    } catch (error) {
      throw toFileSystemError(error, this.#path);
    }
  }
}
