import {
  type DirectoryEntry,
  FileSystemError,
  type FileSystemErrorCode,
  type IFileHandle,
  type IFileStat,
  type IFileSystem,
  type IHasher,
  type OpenMode,
} from '@jstorrent/engine';
import type { Page } from 'playwright-core';
import type { AdapterOperations, Outcome, WireView } from './page.js';

type Operation = keyof AdapterOperations;
type Answer<Name extends Operation> = Awaited<ReturnType<AdapterOperations[Name]>>;

/** Runs the operations of the page's adapters from a test in Node. */
class AdapterCaller {
  constructor(private readonly page: Page) {}

  async call<Name extends Operation>(name: Name, ...args: Parameters<AdapterOperations[Name]>): Promise<Answer<Name>> {
    const outcome = await this.page.evaluate(
      ({ name, args }) => {
        const { runOperation } = globalThis as unknown as {
          runOperation: (name: string, args: readonly unknown[]) => Promise<Outcome>;
        };
        return runOperation(name, args);
      },
      { name, args: args },
    );
    if ('code' in outcome) throw new FileSystemError(outcome.code as FileSystemErrorCode, '', outcome.message);
    return outcome.result as Answer<Name>;
  }
}

/** A download root of the page. */
export class RemoteFileSystem implements IFileSystem {
  readonly #caller: AdapterCaller;

  constructor(
    page: Page,
    private readonly root: string,
  ) {
    this.#caller = new AdapterCaller(page);
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

  rename(from: string, to: string): Promise<void> {
    return this.#caller.call('rename', this.root, from, to);
  }
}

class RemoteFileHandle implements IFileHandle {
  constructor(
    private readonly caller: AdapterCaller,
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

/** The page's hash worker. */
export class RemoteHasher implements IHasher {
  readonly #caller: AdapterCaller;

  constructor(page: Page) {
    this.#caller = new AdapterCaller(page);
  }

  async sha1(view: Uint8Array): Promise<{ digest: Uint8Array; data: Uint8Array }> {
    const { digest, data } = await this.#caller.call('sha1', toWire(view));
    return { digest: fromWire(digest), data: fromWire(data) };
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
