import type { IClock } from '../../src/interfaces/clock.js';
import type { IFileSystem } from '../../src/interfaces/filesystem.js';
import type { ISessionStore } from '../../src/interfaces/session-store.js';
import type { VirtualHost } from '../mocks/index.js';

const never = <T>(): Promise<T> => new Promise<T>(() => undefined);

/**
 * What a client runs in, until it is killed: from that moment no timer fires, nothing is read or written and no socket lives. The end
 * comes at a given access to disk or store, before, after or, for a write to a file, in the middle of it.
 */
export class MortalProcess {
  isOver = false;
  /** Resolves when it is killed. */
  readonly over: Promise<void>;
  #writes = 0;
  #tellOver = (): void => undefined;
  readonly clock: IClock;

  constructor(
    clock: IClock,
    private readonly host: VirtualHost,
    /** The access at which it ends, from 1. */
    private accessesLeft: number,
    private readonly cut: 'before' | 'within' | 'after',
  ) {
    this.over = new Promise((resolve) => (this.#tellOver = resolve));
    this.clock = {
      now: () => clock.now(),
      wallTime: () => clock.wallTime(),
      utcOffsetMinutes: () => clock.utcOffsetMinutes(),
      setTimer: (delayMs, callback) =>
        clock.setTimer(delayMs, () => {
          if (!this.isOver) callback();
        }),
    };
  }

  /** It lives on. */
  spare(): void {
    this.accessesLeft = Infinity;
  }

  #kill(): void {
    this.isOver = true;
    this.host.crash();
    this.#tellOver();
  }

  store(store: ISessionStore): ISessionStore {
    return {
      keys: (prefix) => store.keys(prefix),
      get: (key) => store.get(key),
      put: (key, value) => this.#access(() => store.put(key, value)),
      delete: (key) => this.#access(() => store.delete(key)),
      close: () => store.close(),
    };
  }

  files(fileSystem: IFileSystem): IFileSystem {
    return {
      stat: (path) => fileSystem.stat(path),
      list: (path) => fileSystem.list(path),
      createDirectory: (path) => this.#access(() => fileSystem.createDirectory(path)),
      remove: (path) => this.#access(() => fileSystem.remove(path)),
      rename: (from, to) => this.#access(() => fileSystem.rename(from, to)),
      open: (path, mode) =>
        this.#access(async () => {
          const handle = await fileSystem.open(path, mode);
          return {
            read: (position, into) => handle.read(position, into),
            write: (position, data) =>
              this.#access(
                async () => {
                  await this.#sleep();
                  return handle.write(position, data);
                },
                () => handle.write(position, data.slice(0, data.length / 2)),
              ),
            truncate: (size) => this.#access(() => handle.truncate(size)),
            flush: () => handle.flush(),
            close: () => handle.close(),
          };
        }),
    };
  }

  /** A disk takes its time, now more, now less: long enough for a record to overtake it. */
  #sleep(): Promise<void> {
    this.#writes++;
    return new Promise((resolve) => this.clock.setTimer((this.#writes * 499) % 2000, resolve));
  }

  async #access<T>(operation: () => Promise<T>, half?: () => Promise<unknown>): Promise<T> {
    if (this.isOver) return never();
    if (--this.accessesLeft > 0) return operation();
    this.#kill();
    if (this.cut === 'within') await half?.();
    if (this.cut === 'after') await operation();
    return never();
  }
}
