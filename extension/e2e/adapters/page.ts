import type { IFileHandle, OpenMode } from '@jstorrent/engine';
import type { DiskCalls } from '../../src/io/disk-calls.js';
import { OpfsFileSystem } from '../../src/io/opfs-file-system.js';
import { WorkerHasher } from '../../src/io/worker-hasher.js';
import { WorkerCaller } from '../../src/lib/worker-calls.js';
import { createDiskWorker, createHashWorker } from '../../src/offscreen/workers.js';

/** A view of a buffer, as it crosses to the test: the whole buffer in base64, and which part of it is meant. */
export interface WireView {
  readonly buffer: string;
  readonly offset: number;
  readonly length: number;
}

/** The browser's end of the adapters under test: JSON in, JSON out; a refusal as `{ code }`. */
class AdapterPage {
  readonly #disk = new WorkerCaller<DiskCalls>(createDiskWorker());
  readonly #hasher = new WorkerHasher(createHashWorker());
  readonly #handles = new Map<number, IFileHandle>();
  #nextHandle = 1;

  readonly operations = {
    open: async (root: string, path: string, mode: OpenMode) => {
      const handle = this.#nextHandle++;
      this.#handles.set(handle, await this.#root(root).open(path, mode));
      return handle;
    },
    stat: (root: string, path: string) => this.#root(root).stat(path),
    list: (root: string, path: string) => this.#root(root).list(path),
    createDirectory: (root: string, path: string) => this.#root(root).createDirectory(path),
    remove: (root: string, path: string) => this.#root(root).remove(path),
    rename: (root: string, from: string, to: string) => this.#root(root).rename(from, to),
    read: async (handle: number, position: number, into: WireView) => {
      const { buffer, bytesRead } = await this.#handle(handle).read(position, fromWire(into));
      return { buffer: toWire(buffer), bytesRead };
    },
    write: async (handle: number, position: number, data: WireView) =>
      toWire(await this.#handle(handle).write(position, fromWire(data))),
    truncate: (handle: number, size: number) => this.#handle(handle).truncate(size),
    flush: (handle: number) => this.#handle(handle).flush(),
    close: (handle: number) => this.#handle(handle).close(),
    sha1: async (view: WireView) => {
      const { digest, data } = await this.#hasher.sha1(fromWire(view));
      return { digest: toWire(digest), data: toWire(data) };
    },
  };

  #root(root: string): OpfsFileSystem {
    return new OpfsFileSystem(this.#disk, root);
  }

  #handle(handle: number): IFileHandle {
    const found = this.#handles.get(handle);
    if (!found) throw new Error(`no handle ${handle}`);
    return found;
  }
}

function fromWire({ buffer, offset, length }: WireView): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Uint8Array.fromBase64(buffer).buffer, offset, length);
}

function toWire(view: Uint8Array): WireView {
  return { buffer: new Uint8Array(view.buffer).toBase64(), offset: view.byteOffset, length: view.byteLength };
}

export type AdapterOperations = AdapterPage['operations'];

/** What an operation gave, or the code that it was refused with. */
export type Outcome = { readonly result: unknown } | { readonly code: string; readonly message: string };

const { operations } = new AdapterPage();

/** Called by the test in this page. */
async function runOperation(name: keyof AdapterOperations, args: readonly unknown[]): Promise<Outcome> {
  try {
    return { result: await (operations[name] as (...args: readonly unknown[]) => unknown)(...args) };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'none';
    return { code, message: String(error) };
  }
}

Object.assign(globalThis, { runOperation });
