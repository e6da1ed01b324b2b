import {
  type DirectoryEntry,
  FileSystemError,
  type FileSystemErrorCode,
  type IFileHandle,
  type IFileStat,
  type IFileSystem,
  type OpenMode,
} from '../../src/interfaces/filesystem.js';
import type { FaultInjector } from './fault-injector.js';
import { type ErrorOf, Faulty } from './faulty.js';

export const fileError: ErrorOf = (path, code) =>
  new FileSystemError((code ?? 'other') as FileSystemErrorCode, path, `${path}: injected, ${code ?? 'torn'}`);

/** A file system whose operations go through a {@link FaultInjector}. Only a write can land in part: its first half. */
export class FaultyFileSystem extends Faulty implements IFileSystem {
  constructor(
    private readonly inner: IFileSystem,
    faults: FaultInjector,
  ) {
    super(faults, fileError);
  }

  async open(path: string, mode: OpenMode): Promise<IFileHandle> {
    const handle = await this.run('file.open', path, () => this.inner.open(path, mode));
    this.faults.countOpenFile(1);
    return new FaultyFileHandle(handle, path, this.faults);
  }

  stat(path: string): Promise<IFileStat | undefined> {
    return this.run('file.stat', path, () => this.inner.stat(path));
  }

  list(path: string): Promise<readonly DirectoryEntry[]> {
    return this.run('file.list', path, () => this.inner.list(path));
  }

  createDirectory(path: string): Promise<void> {
    return this.run('file.createDirectory', path, () => this.inner.createDirectory(path));
  }

  remove(path: string): Promise<void> {
    return this.run('file.remove', path, () => this.inner.remove(path));
  }

  removeTree(path: string): Promise<void> {
    return this.run('file.remove', path, () => this.inner.removeTree(path));
  }

  rename(from: string, to: string): Promise<void> {
    return this.run('file.rename', from, () => this.inner.rename(from, to));
  }
}

class FaultyFileHandle extends Faulty implements IFileHandle {
  #isOpen = true;

  constructor(
    private readonly inner: IFileHandle,
    private readonly path: string,
    faults: FaultInjector,
  ) {
    super(faults, fileError);
  }

  read(position: number, into: Uint8Array): Promise<{ readonly buffer: Uint8Array; readonly bytesRead: number }> {
    return this.run('file.read', this.path, () => this.inner.read(position, into));
  }

  write(position: number, data: Uint8Array): Promise<Uint8Array> {
    return this.run(
      'file.write',
      this.path,
      () => this.inner.write(position, data),
      () => this.inner.write(position, data.slice(0, Math.floor(data.length / 2))),
    );
  }

  truncate(size: number): Promise<void> {
    return this.run('file.truncate', this.path, () => this.inner.truncate(size));
  }

  flush(): Promise<void> {
    return this.run('file.flush', this.path, () => this.inner.flush());
  }

  close(): Promise<void> {
    if (this.#isOpen) this.faults.countOpenFile(-1);
    this.#isOpen = false;
    return this.inner.close();
  }
}
