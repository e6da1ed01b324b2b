import {
  type DirectoryEntry,
  FileSystemError,
  type FileSystemErrorCode,
  type IFileHandle,
  type IFileStat,
  type IFileSystem,
  type IHasher,
  type IRunningHash,
  type IPublishedFiles,
  type IReadableFile,
  type IReadableFiles,
  type OpenMode,
  type PublishOptions,
} from '@jstorrent/engine';
import type { Page } from 'playwright-core';
import type { AdapterOperations, FolderOperations, Outcome, WirePublish, WireView } from './page.js';

interface Tables {
  readonly operations: AdapterOperations;
  readonly folders: FolderOperations;
}

type Call<Table extends keyof Tables, Name extends keyof Tables[Table]> = Tables[Table][Name] extends (
  ...args: infer Args
) => infer Result
  ? { readonly args: Args; readonly result: Awaited<Result> }
  : never;

/** Runs the operations of the page's adapters from a test in Node. */
class AdapterCaller<Table extends keyof Tables> {
  constructor(
    private readonly page: Page,
    private readonly table: Table,
  ) {}

  async call<Name extends keyof Tables[Table] & string>(
    name: Name,
    ...args: Call<Table, Name>['args']
  ): Promise<Call<Table, Name>['result']> {
    const outcome = await this.page.evaluate(
      ({ table, name, args }) => {
        const { runOperation } = globalThis as unknown as {
          runOperation: (table: string, name: string, args: readonly unknown[]) => Promise<Outcome>;
        };
        return runOperation(table, name, args);
      },
      { table: this.table, name, args },
    );
    if ('code' in outcome) throw new FileSystemError(outcome.code as FileSystemErrorCode, '', outcome.message);
    return outcome.result;
  }
}

/** A download root of the page. */
export class RemoteFileSystem implements IFileSystem {
  readonly #caller: AdapterCaller<'operations'>;

  constructor(
    page: Page,
    readonly root: string,
  ) {
    this.#caller = new AdapterCaller(page, 'operations');
  }

  async open(path: string, mode: OpenMode): Promise<IFileHandle> {
    return new RemoteFileHandle(this.#caller, await this.#caller.call('open', this.root, path, mode));
  }

  stat(path: string): Promise<IFileStat | undefined> {
    return this.#caller.call('stat', this.root, path);
  }

  list(path: string): Promise<readonly DirectoryEntry[]> {
    return this.#caller.call('list', this.root, path);
  }

  createDirectory(path: string): Promise<void> {
    return this.#caller.call('createDirectory', this.root, path);
  }

  remove(path: string): Promise<void> {
    return this.#caller.call('remove', this.root, path);
  }

  removeTree(path: string): Promise<void> {
    return this.#caller.call('removeTree', this.root, path);
  }

  rename(from: string, to: string): Promise<void> {
    return this.#caller.call('rename', this.root, from, to);
  }
}

class RemoteFileHandle implements IFileHandle {
  constructor(
    private readonly caller: AdapterCaller<'operations'>,
    private readonly handle: number,
  ) {}

  async read(position: number, into: Uint8Array): Promise<{ buffer: Uint8Array; bytesRead: number }> {
    const { buffer, bytesRead } = await this.caller.call('read', this.handle, position, toWire(into));
    return { buffer: fromWire(buffer), bytesRead };
  }

  async write(position: number, data: Uint8Array): Promise<Uint8Array> {
    return fromWire(await this.caller.call('write', this.handle, position, toWire(data)));
  }

  truncate(size: number): Promise<void> {
    return this.caller.call('truncate', this.handle, size);
  }

  flush(): Promise<void> {
    return this.caller.call('flush', this.handle);
  }

  close(): Promise<void> {
    return this.caller.call('close', this.handle);
  }
}

/** A folder in the one that was dropped on the page. */
export class RemoteFolder implements IPublishedFiles {
  readonly #caller: AdapterCaller<'folders'>;

  constructor(
    page: Page,
    readonly name: string,
  ) {
    this.#caller = new AdapterCaller(page, 'folders');
  }

  async open(path: string): Promise<IReadableFile> {
    const handle = await this.#caller.call('open', this.name, path);
    return {
      read: async (position, into) => {
        const { buffer, bytesRead } = await this.#caller.call('read', handle, toWire(into), position);
        return { buffer: fromWire(buffer), bytesRead };
      },
      close: () => this.#caller.call('close', handle),
    };
  }

  stat(path: string): Promise<IFileStat | undefined> {
    return this.#caller.call('stat', this.name, path);
  }

  list(path: string): Promise<readonly DirectoryEntry[]> {
    return this.#caller.call('list', this.name, path);
  }

  remove(path: string): Promise<void> {
    return this.#caller.call('remove', this.name, path);
  }

  rename(from: string, to: string): Promise<void> {
    return this.#caller.call('rename', this.name, from, to);
  }

  hold(path: string): Promise<void> {
    return this.#caller.call('hold', this.name, path);
  }

  async letGo(path: string): Promise<void> {
    await this.#caller.call('letGo', path);
  }

  /** Progress arrives at the end; whether the test gives up at the first of it is found out by telling it some before. */
  async publish(
    { files, path }: { readonly files: IReadableFiles; readonly path: string },
    to: string,
    { signal, onProgress }: PublishOptions,
  ): Promise<void> {
    let abort: WirePublish['abort'] = signal.aborted ? 'before' : 'never';
    signal.addEventListener('abort', () => (abort = 'at-first-progress'), { once: true });
    onProgress(0);
    const source =
      files instanceof RemoteFolder
        ? ({ kind: 'folder', name: files.name, path } as const)
        : // Behind whatever stands before it is the root of the folder's own name.
          ({ kind: 'root', name: files instanceof RemoteFileSystem ? files.root : this.name, path } as const);
    try {
      for (const bytes of await this.#caller.call('publish', this.name, to, { source, abort })) onProgress(bytes);
    } catch (error) {
      signal.throwIfAborted();
      throw error;
    }
  }
}

/** The page's hash worker. */
export class RemoteHasher implements IHasher {
  readonly #caller: AdapterCaller<'operations'>;

  constructor(page: Page) {
    this.#caller = new AdapterCaller(page, 'operations');
  }

  async sha1(view: Uint8Array): Promise<{ digest: Uint8Array; data: Uint8Array }> {
    const { digest, data } = await this.#caller.call('sha1', toWire(view));
    return { digest: fromWire(digest), data: fromWire(data) };
  }

  startSha1(): IRunningHash {
    const started = this.#caller.call('startSha1');
    return {
      update: async (view) => fromWire(await this.#caller.call('updateSha1', await started, toWire(view))),
      digest: async () => fromWire(await this.#caller.call('endSha1', await started)),
      close: () => void started.then((hash) => this.#caller.call('closeSha1', hash)),
    };
  }
}

function toWire(view: Uint8Array): WireView {
  return {
    buffer: Buffer.from(view.buffer as ArrayBuffer).toString('base64'),
    offset: view.byteOffset,
    length: view.byteLength,
  };
}

function fromWire({ buffer, offset, length }: WireView): Uint8Array {
  const whole = Buffer.from(buffer, 'base64');
  return new Uint8Array(new Uint8Array(whole).buffer, offset, length);
}
