import { promises as fs, readFile, readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import type { ISessionStore } from '../../interfaces/session-store.js';
import { errorCode } from './file-errors.js';
import { plainBytes } from './plain-bytes.js';

const RECORD_SUFFIX = '.record';
const TEMPORARY_SUFFIX = '.tmp';

/** Twice as fast for small files as its twin with a file handle. */
const readWhole = promisify(readFile);

/**
 * One file a key in one directory. A record is written beside its place, made durable and renamed into it, so that a crash leaves the
 * old or the new one. One process at a time may use the directory.
 */
export class FileSessionStore implements ISessionStore {
  readonly #directory: string;
  /** The last operation of each key that has one under way. */
  readonly #pending = new Map<string, Promise<unknown>>();
  #closed = false;

  /** `directory` is created when the first record is. */
  constructor(directory: string) {
    this.#directory = directory;
  }

  async keys(prefix: string): Promise<readonly string[]> {
    this.#refuseWhenClosed();
    await this.#settle();
    const names = await ifThere(fs.readdir(this.#directory));
    return (names ?? [])
      .filter((name) => name.endsWith(RECORD_SUFFIX))
      .map((name) => decodeURIComponent(name.slice(0, -RECORD_SUFFIX.length)))
      .filter((key) => key.startsWith(prefix))
      .sort();
  }

  get(key: string): Promise<Uint8Array | undefined> {
    return this.#inTurn(key, async () => {
      const bytes = await ifThere(readWhole(this.#path(key)));
      return bytes && plainBytes(bytes);
    });
  }

  /** Waits for the disk: handing a file of a few hundred bytes to another thread takes longer than reading it. */
  async getMany(keys: readonly string[]): Promise<readonly (Uint8Array | undefined)[]> {
    this.#refuseWhenClosed();
    await Promise.allSettled(keys.flatMap((key) => this.#pending.get(key) ?? []));
    return keys.map((key) => {
      try {
        return plainBytes(readFileSync(this.#path(key)));
      } catch (error) {
        if (errorCode(error) === 'ENOENT') return undefined;
        throw error;
      }
    });
  }

  put(key: string, value: Uint8Array): Promise<void> {
    const copy = value.slice();
    return this.#inTurn(key, async () => {
      const path = this.#path(key);
      const temporary = path + TEMPORARY_SUFFIX;
      await fs.mkdir(this.#directory, { recursive: true });
      await fs.writeFile(temporary, copy, { flush: true });
      await fs.rename(temporary, path);
    });
  }

  delete(key: string): Promise<void> {
    return this.#inTurn(key, () => fs.rm(this.#path(key), { force: true }));
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#settle();
  }

  #path(key: string): string {
    return `${this.#directory}/${fileNameOf(key)}`;
  }

  /** Runs `operation` after what is under way for `key`, whatever became of that. */
  async #inTurn<T>(key: string, operation: () => Promise<T>): Promise<T> {
    this.#refuseWhenClosed();
    const turn = (this.#pending.get(key) ?? Promise.resolve()).then(operation, operation);
    this.#pending.set(key, turn);
    try {
      return await turn;
    } finally {
      if (this.#pending.get(key) === turn) this.#pending.delete(key);
    }
  }

  async #settle(): Promise<void> {
    await Promise.allSettled(this.#pending.values());
  }

  #refuseWhenClosed(): void {
    if (this.#closed) throw new Error('the session store is closed');
  }
}

/**
 * A name that no file system takes for another key's or for a path: percent-escapes for all but lower-case letters, digits, `-` and
 * `_`, because some compare names without regard to case.
 */
function fileNameOf(key: string): string {
  if (/^[a-z0-9/_-]*$/.test(key)) return key.replaceAll('/', '%2f') + RECORD_SUFFIX;
  const escaped = key.replace(/[^a-z0-9_-]/gu, (character) =>
    [...new TextEncoder().encode(character)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join(''),
  );
  return escaped + RECORD_SUFFIX;
}

async function ifThere<T>(found: Promise<T>): Promise<T | undefined> {
  try {
    return await found;
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}
