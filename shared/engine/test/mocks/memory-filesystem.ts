import type { IClock } from '../../src/interfaces/clock.js';
import {
  FileSystemError,
  type DirectoryEntry,
  type FileSystemErrorCode,
  type IFileHandle,
  type IFileStat,
  type IFileSystem,
  type OpenMode,
} from '../../src/interfaces/filesystem.js';
import { detach } from './give-away.js';
import { MemoryFile } from './memory-file.js';

type Directory = Map<string, MemoryFile | Directory>;

export interface MemoryFileSystemOptions {
  /** Writing more than this fails with `no-space`; default unlimited. */
  readonly capacityBytes?: number;
  /** Empties every buffer that is given away, as a transfer to a worker would: catches callers that go on using it. */
  readonly detachBuffers?: boolean;
  /** Gives files their modification time; without it that is 0. */
  readonly clock?: IClock;
}

const messages: Record<FileSystemErrorCode, string> = {
  'not-found': 'nothing is there',
  exists: 'something is there already',
  'no-space': 'the disk is full',
  permission: 'not allowed',
  locked: 'in use',
  'invalid-path': 'not a path inside the root',
  'not-a-file': 'not a file',
  closed: 'the file was closed',
  other: 'the operation failed',
};

const failure = (code: FileSystemErrorCode, path: string): FileSystemError =>
  new FileSystemError(code, path, `${path}: ${messages[code]}`);

/** Files in memory. Everything happens during the call and resolves in a microtask. */
export class MemoryFileSystem implements IFileSystem {
  /** May change at any time, to play a disk that fills up or gets room again. */
  capacityBytes: number;
  readonly #root: Directory = new Map();
  readonly #detachBuffers: boolean;
  readonly #clock: IClock | undefined;
  #usedBytes = 0;

  constructor(options: MemoryFileSystemOptions = {}) {
    this.capacityBytes = options.capacityBytes ?? Infinity;
    this.#detachBuffers = options.detachBuffers ?? false;
    this.#clock = options.clock;
  }

  /** Bytes that count against the capacity. */
  get usedBytes(): number {
    return this.#usedBytes;
  }

  /** Creates or replaces a whole file, for a test's setting. */
  writeFile(path: string, bytes: Uint8Array): void {
    const file = this.#openFile(path, 'write');
    this.#resize(file, () => file.truncate(0));
    this.#write(path, file, 0, bytes);
  }

  /** A copy of a whole file, for a test's assertions. */
  readFile(path: string): Uint8Array {
    const file = this.#openFile(path, 'read');
    const bytes = new Uint8Array(file.size);
    file.read(0, bytes);
    return bytes;
  }

  async open(path: string, mode: OpenMode): Promise<IFileHandle> {
    await Promise.resolve();
    const file = this.#openFile(path, mode);
    const giveBack = (view: Uint8Array): Uint8Array => (this.#detachBuffers ? detach(view) : view);
    let closed = false;
    const run = <T>(operation: () => T): Promise<T> => {
      if (closed) return Promise.reject(failure('closed', path));
      return attempt(operation);
    };
    const requireWrite = (): void => {
      if (mode !== 'write') throw failure('permission', path);
    };
    return {
      read: (position, into) => run(() => ({ bytesRead: file.read(position, into), buffer: giveBack(into) })),
      write: (position, data) =>
        run(() => {
          requireWrite();
          this.#write(path, file, position, data);
          return giveBack(data);
        }),
      truncate: (size) =>
        run(() => {
          requireWrite();
          this.#resize(file, () => file.truncate(size));
        }),
      flush: () => run(() => undefined),
      close: () => {
        closed = true;
        return Promise.resolve();
      },
    };
  }

  async stat(path: string): Promise<IFileStat | undefined> {
    await Promise.resolve();
    const node = this.#find(elementsOf(path));
    if (node instanceof MemoryFile) return { size: node.size, isDirectory: false, modifiedMs: node.modifiedMs };
    return node && { size: 0, isDirectory: true, modifiedMs: 0 };
  }

  async list(path: string): Promise<readonly DirectoryEntry[]> {
    await Promise.resolve();
    const node = this.#find(elementsOf(path));
    if (!node) throw failure('not-found', path);
    if (node instanceof MemoryFile) throw failure('not-a-file', path);
    return [...node]
      .map(([name, child]) => ({ name, isDirectory: !(child instanceof MemoryFile) }))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  async createDirectory(path: string): Promise<void> {
    await Promise.resolve();
    this.#makeDirectory(elementsOf(path), path);
  }

  async remove(path: string): Promise<void> {
    await Promise.resolve();
    const { parent, name } = this.#parentOf(path);
    const node = parent?.get(name);
    if (!(node instanceof Map) || node.size === 0) this.#delete(path);
  }

  async removeTree(path: string): Promise<void> {
    await Promise.resolve();
    this.#delete(path);
  }

  async rename(from: string, to: string): Promise<void> {
    await Promise.resolve();
    const source = this.#parentOf(from);
    const node = source.parent?.get(source.name);
    if (!node) throw failure('not-found', from);
    if (this.#parentOf(to).parent?.has(this.#parentOf(to).name)) throw failure('exists', to);
    if (`${to}/`.startsWith(`${from}/`)) throw failure('invalid-path', to);
    const elements = elementsOf(to);
    this.#makeDirectory(elements.slice(0, -1), to).set(elements.at(-1) ?? '', node);
    source.parent?.delete(source.name);
  }

  #openFile(path: string, mode: OpenMode): MemoryFile {
    const elements = elementsOf(path);
    const found = this.#find(elements);
    if (found instanceof MemoryFile) return found;
    if (found) throw failure('not-a-file', path);
    if (mode === 'read') throw failure('not-found', path);
    const file = new MemoryFile();
    this.#makeDirectory(elements.slice(0, -1), path).set(elements.at(-1) ?? '', file);
    return file;
  }

  #delete(path: string): void {
    const { parent, name } = this.#parentOf(path);
    const node = parent?.get(name);
    if (!node) return;
    this.#usedBytes -= allocated(node);
    parent?.delete(name);
  }

  #write(path: string, file: MemoryFile, position: number, data: Uint8Array): void {
    if (this.#usedBytes + file.growth(position, data.byteLength) > this.capacityBytes) throw failure('no-space', path);
    this.#resize(file, () => file.write(position, data));
  }

  #resize(file: MemoryFile, change: () => void): void {
    const before = file.allocatedBytes;
    change();
    this.#usedBytes += file.allocatedBytes - before;
    file.modifiedMs = this.#clock?.wallTime() ?? 0;
  }

  #find(elements: readonly string[]): MemoryFile | Directory | undefined {
    let node: MemoryFile | Directory | undefined = this.#root;
    for (const element of elements) {
      if (!node || node instanceof MemoryFile) return undefined;
      node = node.get(element);
    }
    return node;
  }

  #parentOf(path: string): { readonly parent: Directory | undefined; readonly name: string } {
    const elements = elementsOf(path);
    const name = elements.pop();
    if (name === undefined) throw failure('invalid-path', path);
    const parent = this.#find(elements);
    return { parent: parent instanceof MemoryFile ? undefined : parent, name };
  }

  #makeDirectory(elements: readonly string[], path: string): Directory {
    let directory = this.#root;
    for (const element of elements) {
      let child = directory.get(element);
      if (child instanceof MemoryFile) throw failure('not-a-file', path);
      if (!child) directory.set(element, (child = new Map()));
      directory = child;
    }
    return directory;
  }
}

function elementsOf(path: string): string[] {
  if (path === '') return [];
  const elements = path.split('/');
  const isUnsafe = (element: string): boolean => element === '' || element === '.' || element === '..';
  if (elements.some(isUnsafe) || /[\\\0]/.test(path)) throw failure('invalid-path', path);
  return elements;
}

function allocated(node: MemoryFile | Directory): number {
  if (node instanceof MemoryFile) return node.allocatedBytes;
  let total = 0;
  for (const child of node.values()) total += allocated(child);
  return total;
}

/** The outcome of something synchronous, as a promise. */
function attempt<T>(operation: () => T): Promise<T> {
  return new Promise((resolve) => resolve(operation()));
}
