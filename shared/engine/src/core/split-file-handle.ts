import { FileSystemError, type IFileHandle, type OpenMode } from '../interfaces/filesystem.js';
import { type FilePart, partAt } from './file-parts.js';

/** What is done with bytes of one part. `isEnough` false: nothing after them is asked for. */
type PartAction = (
  handle: IFileHandle,
  position: number,
  data: Uint8Array,
) => Promise<{ readonly buffer: Uint8Array; readonly isEnough: boolean }>;

/** The parts of one file, as its handle sees them. */
interface SplitFileParts {
  readonly parts: readonly FilePart[];
  /** As `dividedInParts` divided it. */
  readonly partBytes: number;
  /** Uses a part, by its index, while it is open. Rejects with `FileSystemError`. */
  use<T>(part: number, mode: OpenMode, action: (handle: IFileHandle) => Promise<T>): Promise<T>;
  /** Before parts are written: sees to the folder that they lie in. */
  makeRoom(): Promise<void>;
}

/** A file that lies in parts, read and written as one. It ends where a part is missing or cut short. */
export class SplitFileHandle implements IFileHandle {
  readonly #file: SplitFileParts;

  constructor(file: SplitFileParts) {
    this.#file = file;
  }

  async read(position: number, into: Uint8Array): Promise<{ readonly buffer: Uint8Array; readonly bytesRead: number }> {
    let bytesRead = 0;
    const buffer = await this.#eachPart('read', { position, data: into }, async (handle, at, data) => {
      const read = await handle.read(at, data);
      bytesRead += read.bytesRead;
      return { buffer: read.buffer, isEnough: read.bytesRead === read.buffer.length };
    });
    return { buffer, bytesRead };
  }

  async write(position: number, data: Uint8Array): Promise<Uint8Array> {
    await this.#file.makeRoom();
    return this.#eachPart('write', { position, data }, async (handle, at, bytes) => ({
      buffer: await handle.write(at, bytes),
      isEnough: true,
    }));
  }

  /** Rejects: such a file has no length of its own. */
  truncate(): Promise<void> {
    return Promise.reject(new FileSystemError('other', '', 'a file in parts has no length of its own'));
  }

  flush(): Promise<void> {
    return Promise.resolve();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  /** Does something with the bytes of a range, part by part, until one is not enough. Resolves with `data`. */
  async #eachPart(
    mode: OpenMode,
    { position, data }: { readonly position: number; readonly data: Uint8Array },
    action: PartAction,
  ): Promise<Uint8Array> {
    const { parts, partBytes } = this.#file;
    const { byteOffset, length } = data;
    let whole = data;
    for (let done = 0; done < length;) {
      const index = partAt(parts, position + done, partBytes);
      const part = parts[index];
      const at = position + done - (part?.position ?? 0);
      if (!part || at >= part.length) break;
      const end = Math.min(length, done + part.length - at);
      const bytes = whole.subarray(done, end);
      const used = await this.#file
        .use(index, mode, (handle) => action(handle, at, bytes))
        .catch((error: unknown) => {
          const isMissing = mode === 'read' && error instanceof FileSystemError && error.code === 'not-found';
          if (!isMissing || bytes.length === 0) throw error;
          return undefined;
        });
      if (!used) break;
      whole = new Uint8Array(used.buffer.buffer, byteOffset, length);
      if (!used.isEnough) break;
      done = end;
    }
    return whole;
  }
}
