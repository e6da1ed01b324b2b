import { describe, expect, it } from 'vitest';
import { FileHandlePool } from '../../src/core/file-handle-pool.js';
import type { OpenMode } from '../../src/interfaces/filesystem.js';
import { MemoryFileSystem } from '../mocks/index.js';

/** A file system that notes what is opened and closed, and refuses a second handle of a file, as OPFS does. */
class LockingFileSystem extends MemoryFileSystem {
  readonly log: string[] = [];
  readonly #locked = new Set<string>();

  override async open(path: string, mode: OpenMode) {
    if (this.#locked.has(path)) throw new Error(`${path} is open already`);
    this.#locked.add(path);
    const handle = await super.open(path, mode).catch((error: unknown) => {
      this.#locked.delete(path);
      throw error;
    });
    this.log.push(`${mode} ${path}`);
    return {
      ...handle,
      close: async () => {
        await handle.close();
        this.#locked.delete(path);
        this.log.push(`close ${path}`);
      },
    };
  }
}

/** A promise and how to resolve it. */
function gate(): { readonly opened: Promise<void>; open: () => void } {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open };
}

const nothing = () => Promise.resolve();

describe('FileHandlePool', () => {
  it('opens a file once for all who use it', async () => {
    const fileSystem = new LockingFileSystem();
    const pool = new FileHandlePool();
    await Promise.all(['write', 'read', 'write'].map((mode) => pool.use(fileSystem, 'a', mode as OpenMode, nothing)));
    expect(fileSystem.log).toEqual(['write a']);
  });

  it('opens again for writing after the readers are done', async () => {
    const fileSystem = new LockingFileSystem();
    fileSystem.writeFile('a', new Uint8Array(1));
    const pool = new FileHandlePool();
    const reading = gate();
    const reader = pool.use(fileSystem, 'a', 'read', () => reading.opened);
    const writer = pool.use(fileSystem, 'a', 'write', (handle) => handle.write(0, new Uint8Array(1)));
    reading.open();
    await Promise.all([reader, writer]);
    await pool.use(fileSystem, 'a', 'read', nothing);
    expect(fileSystem.log).toEqual(['read a', 'close a', 'write a']);
  });

  it('closes the least recently used file when too many are open', async () => {
    const fileSystem = new LockingFileSystem();
    const pool = new FileHandlePool({ maxOpenHandles: 2 });
    for (const path of ['a', 'b', 'a', 'c']) await pool.use(fileSystem, path, 'write', nothing);
    expect(fileSystem.log).toEqual(['write a', 'write b', 'close b', 'write c']);
    expect(pool.openHandles).toBe(2);
  });

  it('waits for a file to be free when all are in use', async () => {
    const fileSystem = new LockingFileSystem();
    const pool = new FileHandlePool({ maxOpenHandles: 1 });
    const using = gate();
    const first = pool.use(fileSystem, 'a', 'write', () => using.opened);
    const second = pool.use(fileSystem, 'b', 'write', nothing);
    using.open();
    await Promise.all([first, second]);
    expect(fileSystem.log).toEqual(['write a', 'close a', 'write b']);
  });

  it('opens more than the limit at the same time without ever passing it', async () => {
    const fileSystem = new LockingFileSystem();
    const pool = new FileHandlePool({ maxOpenHandles: 3 });
    let mostOpen = 0;
    await Promise.all(
      Array.from({ length: 40 }, (_, index) =>
        pool.use(fileSystem, `f${index % 13}`, index % 2 ? 'write' : 'read', async (handle) => {
          mostOpen = Math.max(mostOpen, pool.openHandles);
          await handle.flush();
        }),
      ).map((use) => use.catch(() => undefined)),
    );
    expect(mostOpen).toBeLessThanOrEqual(3);
    expect(pool.openHandles).toBeLessThanOrEqual(3);
  });

  it('passes on why a file could not be opened, and tries again next time', async () => {
    const fileSystem = new LockingFileSystem();
    const pool = new FileHandlePool();
    await expect(pool.use(fileSystem, 'a', 'read', nothing)).rejects.toMatchObject({ code: 'not-found' });
    expect(pool.openHandles).toBe(0);
    fileSystem.writeFile('a', new Uint8Array(1));
    await pool.use(fileSystem, 'a', 'read', nothing);
    expect(pool.openHandles).toBe(1);
  });

  it('keeps files of two roots apart', async () => {
    const [one, two] = [new LockingFileSystem(), new LockingFileSystem()];
    const pool = new FileHandlePool();
    await pool.use(one, 'a', 'write', (handle) => handle.write(0, new Uint8Array([1])));
    await pool.use(two, 'a', 'write', (handle) => handle.write(0, new Uint8Array([2])));
    expect([one.readFile('a'), two.readFile('a')]).toEqual([new Uint8Array([1]), new Uint8Array([2])]);
    await pool.close(one, 'a');
    expect(pool.openHandles).toBe(1);
  });

  it('closes after those who use the file are done', async () => {
    const fileSystem = new LockingFileSystem();
    const pool = new FileHandlePool();
    const using = gate();
    await pool.use(fileSystem, 'a', 'write', nothing);
    const user = pool.use(fileSystem, 'a', 'write', () => using.opened);
    const closing = pool.close(fileSystem, 'a');
    using.open();
    await Promise.all([user, closing]);
    expect(fileSystem.log).toEqual(['write a', 'close a']);
    await pool.close(fileSystem, 'a');
    expect(pool.openHandles).toBe(0);
  });
});
