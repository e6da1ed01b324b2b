import type { IPublishedFiles, PublishOptions } from '../../src/interfaces/download-root.js';
import type { DirectoryEntry, IFileStat, IReadableFile, IReadableFiles } from '../../src/interfaces/filesystem.js';
import { MemoryFileSystem } from '../mocks/index.js';
import type { FaultInjector } from './fault-injector.js';
import { fileError } from './faulty-filesystem.js';
import { Faulty } from './faulty.js';

/** A folder of the user's whose operations go through a {@link FaultInjector}. A copy that is cut short leaves an empty file. */
export class FaultyPublishedFiles extends Faulty implements IPublishedFiles {
  constructor(
    private readonly inner: IPublishedFiles,
    faults: FaultInjector,
  ) {
    super(faults, fileError);
  }

  async open(path: string, mode: 'read'): Promise<IReadableFile> {
    const file = await this.run('file.open', path, () => this.inner.open(path, mode));
    this.faults.countOpenFile(1);
    let isOpen = true;
    return {
      read: (position, into) => this.run('file.read', path, () => file.read(position, into)),
      close: () => {
        if (isOpen) this.faults.countOpenFile(-1);
        isOpen = false;
        return file.close();
      },
    };
  }

  stat(path: string): Promise<IFileStat | undefined> {
    return this.run('file.stat', path, () => this.inner.stat(path));
  }

  list(path: string): Promise<readonly DirectoryEntry[]> {
    return this.run('file.list', path, () => this.inner.list(path));
  }

  remove(path: string): Promise<void> {
    return this.run('file.remove', path, () => this.inner.remove(path));
  }

  rename(from: string, to: string): Promise<void> {
    return this.run('file.rename', from, () => this.inner.rename(from, to));
  }

  publish(
    source: { readonly files: IReadableFiles; readonly path: string },
    to: string,
    options: PublishOptions,
  ): Promise<void> {
    return this.run(
      'file.publish',
      to,
      () => this.inner.publish(source, to, options),
      () => this.#leaveEmpty(to, options),
    );
  }

  async #leaveEmpty(to: string, options: PublishOptions): Promise<void> {
    const nothing = new MemoryFileSystem();
    nothing.writeFile('nothing', new Uint8Array(0));
    if (!(await this.inner.stat(to))) await this.inner.publish({ files: nothing, path: 'nothing' }, to, options);
  }
}
