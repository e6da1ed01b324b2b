import { posix } from 'node:path';
import type { CliHost } from '../../src/cli/host.js';
import type { IFileSystem } from '../../src/interfaces/filesystem.js';
import type { HttpResponse, IHttpClient } from '../../src/interfaces/http.js';
import { MemoryFileSystem, MemoryHasher, MemoryHttpClient, VirtualClock } from '../mocks/index.js';

/** A host whose disk is in memory and whose output is kept. It has no client: for the commands that need none. */
export class MemoryHost implements CliHost {
  readonly files = new MemoryFileSystem({ detachBuffers: true });
  readonly clock = new VirtualClock();
  readonly hasher = new MemoryHasher();
  readonly interrupted: CliHost['interrupted'] = new AbortController().signal;
  written = '';
  readonly stdout = { write: (text: string) => void (this.written += text), isTerminal: false, columns: 80 };
  readonly stderr = { write: () => undefined, isTerminal: false, columns: 80 };

  openFolder(path: string): IFileSystem {
    return new FolderOf(this.files, path.replace(/^\/+/, ''));
  }

  createHttpClient({ allowLocal }: Parameters<CliHost['createHttpClient']>[0]): IHttpClient {
    return new MemoryHttpClient({ clock: this.clock, handler: ({ url }) => this.serve(url, { allowLocal }) });
  }

  /** What the web has at an address. */
  serve: (url: string, options: { readonly allowLocal: boolean }) => HttpResponse = () => ({
    status: 404,
    body: new Uint8Array(),
  });

  createClient(): never {
    throw new Error('this host has no client');
  }

  openTrackers({ allowLocal }: Parameters<CliHost['openTrackers']>[0]): ReturnType<CliHost['openTrackers']> {
    throw new Error(`this host has no ${allowLocal ? 'local ' : ''}network`);
  }

  openDht(...[options]: Parameters<CliHost['openDht']>): ReturnType<CliHost['openDht']> {
    throw new Error(`this host has no network to join from ${options.bootstrap.length} nodes`);
  }

  async write(path: string, data: Uint8Array): Promise<void> {
    const handle = await this.files.open(path, 'write');
    await handle.write(0, data);
    await handle.close();
  }

  async read(path: string): Promise<Uint8Array> {
    const handle = await this.files.open(path, 'read');
    const { buffer } = await handle.read(0, new Uint8Array((await this.files.stat(path))?.size ?? 0));
    await handle.close();
    return buffer;
  }
}

/** A folder of another file system as a root of its own. */
class FolderOf implements IFileSystem {
  readonly #files: IFileSystem;
  readonly #folder: string;

  constructor(files: IFileSystem, folder: string) {
    this.#files = files;
    this.#folder = folder;
  }

  open: IFileSystem['open'] = (path, mode) => this.#files.open(this.#at(path), mode);
  stat: IFileSystem['stat'] = (path) => this.#files.stat(this.#at(path));
  list: IFileSystem['list'] = (path) => this.#files.list(this.#at(path));
  createDirectory: IFileSystem['createDirectory'] = (path) => this.#files.createDirectory(this.#at(path));
  remove: IFileSystem['remove'] = (path) => this.#files.remove(this.#at(path));
  removeTree: IFileSystem['removeTree'] = (path) => this.#files.removeTree(this.#at(path));
  rename: IFileSystem['rename'] = (from, to) => this.#files.rename(this.#at(from), this.#at(to));

  #at(path: string): string {
    return posix.join(this.#folder, path).replace(/\/$/, '');
  }
}
