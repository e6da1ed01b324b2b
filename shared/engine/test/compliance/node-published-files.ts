import { promises as fs } from 'node:fs';
import { join } from 'node:path';
import type { IPublishedFiles, PublishOptions } from '../../src/interfaces/download-root.js';
import {
  type DirectoryEntry,
  FileSystemError,
  type IFileStat,
  type IReadableFile,
  type IReadableFiles,
} from '../../src/interfaces/filesystem.js';
import { NodeFileSystem } from '../../src/io/node/index.js';

const UNFINISHED = '.unfinished';
const CHUNK_BYTES = 1024 * 1024;

/** A directory that takes whole files only, as a folder of the user's does in the browser. */
export class NodePublishedFiles implements IPublishedFiles {
  readonly #files: NodeFileSystem;
  readonly #root: string;

  constructor(root: string) {
    this.#files = new NodeFileSystem(root);
    this.#root = root;
  }

  open(path: string, mode: 'read'): Promise<IReadableFile> {
    return this.#files.open(path, mode);
  }

  stat(path: string): Promise<IFileStat | undefined> {
    return this.#files.stat(path);
  }

  async list(path: string): Promise<readonly DirectoryEntry[]> {
    return (await this.#files.list(path)).filter(({ name }) => !name.endsWith(UNFINISHED));
  }

  async remove(path: string): Promise<void> {
    const isDirectory = path !== '' && (await this.#files.stat(path))?.isDirectory;
    if (isDirectory && (await this.#files.list(path)).length > 0) return;
    await this.#files.remove(path);
  }

  rename(from: string, to: string): Promise<void> {
    return this.#files.rename(from, to);
  }

  async publish(
    source: { readonly files: IReadableFiles; readonly path: string },
    to: string,
    { signal, onProgress }: PublishOptions,
  ): Promise<void> {
    const there = await this.#files.stat(to);
    if (there && (there.isDirectory || there.size > 0)) throw new FileSystemError('exists', to, `${to} exists`);
    const unfinished = to + UNFINISHED;
    const from = await source.files.open(source.path, 'read');
    const copy = await this.#files.open(unfinished, 'write');
    try {
      await copy.truncate(0);
      for (let position = 0; ;) {
        signal.throwIfAborted();
        const { buffer, bytesRead } = await from.read(position, new Uint8Array(CHUNK_BYTES));
        if (bytesRead === 0) break;
        await copy.write(position, buffer.subarray(0, bytesRead));
        position += bytesRead;
        onProgress(position);
      }
      signal.throwIfAborted();
      await fs.rename(join(this.#root, unfinished), join(this.#root, to));
    } catch (error) {
      await this.#files.remove(unfinished);
      throw error;
    } finally {
      await copy.close();
      await from.close();
    }
  }
}
