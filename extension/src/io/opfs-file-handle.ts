import { FileSystemError, type FileSystemErrorCode, type IFileHandle } from '@jstorrent/engine';
import { WorkerCallError, type WorkerCaller } from '../lib/worker-calls.js';
import type { DiskCalls } from './disk-calls.js';

/** One open file of the disk worker. Buffers travel there and back by transfer. */
export class OpfsFileHandle implements IFileHandle {
  #isClosed = false;

  constructor(
    private readonly disk: WorkerCaller<DiskCalls>,
    private readonly handle: number,
    private readonly path: string,
  ) {}

  async read(position: number, into: Uint8Array): Promise<{ readonly buffer: Uint8Array; readonly bytesRead: number }> {
    this.#assertOpen();
    const request = { handle: this.handle, position, into };
    return atPath(this.path, this.disk.call('read', request, [into.buffer as ArrayBuffer]));
  }

  async write(position: number, data: Uint8Array): Promise<Uint8Array> {
    this.#assertOpen();
    const request = { handle: this.handle, position, data };
    return atPath(this.path, this.disk.call('write', request, [data.buffer as ArrayBuffer]));
  }

  async truncate(size: number): Promise<void> {
    this.#assertOpen();
    return atPath(this.path, this.disk.call('truncate', { handle: this.handle, size }));
  }

  async flush(): Promise<void> {
    this.#assertOpen();
    return atPath(this.path, this.disk.call('flush', { handle: this.handle }));
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    await atPath(this.path, this.disk.call('close', { handle: this.handle }));
  }

  #assertOpen(): void {
    if (this.#isClosed) throw new FileSystemError('closed', this.path, 'the file is closed');
  }
}

/** Turns the worker's refusal into the interface's error. */
export function atPath<T>(path: string, outcome: Promise<T>): Promise<T> {
  return outcome.catch((error: unknown) => {
    const code = error instanceof WorkerCallError ? (error.code as FileSystemErrorCode) : 'other';
    throw new FileSystemError(code, path, error instanceof Error ? error.message : String(error), { cause: error });
  });
}
