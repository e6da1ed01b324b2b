import { describe, expect, it } from 'vitest';
import type { IFileHandle, IFileSystem } from '../../src/interfaces/filesystem.js';
import {
  expectCode,
  firstDifference,
  inWorld,
  pattern,
  settle,
  type ComplianceHarness,
  type HarnessFactory,
} from './harness.js';

export interface FileSystemHarness extends ComplianceHarness {
  /** An empty root. */
  readonly fileSystem: IFileSystem;
}

/** What an {@link IFileSystem} and its handles promise. */
export function describeFileSystem(name: string, createHarness: HarnessFactory<FileSystemHarness>): void {
  const test = (title: string, body: (files: IFileSystem, world: World) => Promise<void>): void => {
    it(
      title,
      { timeout: 30_000 },
      inWorld(createHarness, (harness) => body(harness.fileSystem, worldOf(harness))),
    );
  };

  describe(`${name}: file system`, () => {
    test('what is written reads back, and the parents are created', async (files, { run, create, readAll }) => {
      await create('a/b/c.bin', pattern(300_000));
      expect(firstDifference(await readAll('a/b/c.bin'), pattern(300_000))).toBe(-1);
      expect(await run(files.stat('a/b/c.bin'))).toMatchObject({ size: 300_000, isDirectory: false });
      expect(await run(files.stat('a/b'))).toMatchObject({ isDirectory: true });
    });

    test('a buffer comes back as a view of the same offset and length', async (files, { run }) => {
      const file = await run(files.open('x', 'write'));
      const given = pattern(100).subarray(10, 60);
      const written = await run(file.write(0, given));
      expect([written.byteOffset, written.byteLength]).toEqual([10, 50]);
      expect(written).toEqual(pattern(100).subarray(10, 60));
      const { buffer, bytesRead } = await run(file.read(0, new Uint8Array(200).subarray(20, 90)));
      expect([buffer.byteOffset, buffer.byteLength, bytesRead]).toEqual([20, 70, 50]);
      expect(buffer.subarray(0, 50)).toEqual(pattern(100).subarray(10, 60));
      await run(file.close());
    });

    test('reads are short only at the end of the file', async (files, { run, create }) => {
      await create('x', pattern(1000));
      const file = await run(files.open('x', 'read'));
      expect((await run(file.read(900, new Uint8Array(300)))).bytesRead).toBe(100);
      expect((await run(file.read(1000, new Uint8Array(1)))).bytesRead).toBe(0);
      expect((await run(file.read(5000, new Uint8Array(1)))).bytesRead).toBe(0);
      const { buffer } = await run(file.read(990, new Uint8Array(10)));
      expect(buffer).toEqual(pattern(1000).subarray(990));
      await run(file.close());
    });

    test('a gap reads as zeros', async (files, { run, readAll }) => {
      const file = await run(files.open('sparse', 'write'));
      await run(file.write(3_000_000, pattern(10)));
      await run(file.write(70_000, pattern(10)));
      const expected = new Uint8Array(3_000_010);
      expected.set(pattern(10), 70_000);
      expected.set(pattern(10), 3_000_000);
      await run(file.close());
      expect(firstDifference(await readAll('sparse'), expected)).toBe(-1);
    });

    test('writes over what is there change only that', async (files, { run, create, readAll }) => {
      await create('x', pattern(50_000));
      const file = await run(files.open('x', 'write'));
      await run(file.write(20_000, new Uint8Array(100)));
      await run(file.flush());
      await run(file.close());
      const expected = pattern(50_000);
      expected.fill(0, 20_000, 20_100);
      expect(firstDifference(await readAll('x'), expected)).toBe(-1);
    });

    test('truncate cuts and grows, and what was cut does not come back', async (files, { run, create, readAll }) => {
      await create('x', pattern(20_000));
      const file = await run(files.open('x', 'write'));
      await run(file.truncate(17_000));
      await run(file.truncate(30_000));
      await run(file.close());
      const expected = new Uint8Array(30_000);
      expected.set(pattern(20_000).subarray(0, 17_000));
      expect(firstDifference(await readAll('x'), expected)).toBe(-1);
      const large = await run(files.open('large', 'write'));
      await run(large.truncate(5_000_000_000));
      await run(large.close());
      expect((await run(files.stat('large')))?.size).toBe(5_000_000_000);
    });

    test('many operations at once do not disturb each other', async (files, { run, readAll }) => {
      const handles = await run(Promise.all([files.open('x', 'write'), files.open('x', 'write')]));
      const parts = Array.from({ length: 32 }, (_, i) => i);
      await run(
        Promise.all(parts.map((i) => (handles[i % 2] as IFileHandle).write(i * 5000, pattern(5000, i * 5000)))),
      );
      const expected = new Uint8Array(160_000);
      for (const i of parts) expected.set(pattern(5000, i * 5000), i * 5000);
      expect(firstDifference(await readAll('x'), expected)).toBe(-1);
      await run(Promise.all(handles.map((handle) => handle.close())));
    });

    test('an empty file exists', async (files, { run }) => {
      await run((await run(files.open('folder/empty', 'write'))).close());
      expect(await run(files.stat('folder/empty'))).toMatchObject({ size: 0, isDirectory: false });
    });

    test('opening for reading needs a file; opening a folder fails', async (files, { run, fails, create }) => {
      await fails(files.open('missing', 'read'), 'not-found');
      await run(files.createDirectory('folder'));
      await fails(files.open('folder', 'read'), 'not-a-file');
      await fails(files.open('folder', 'write'), 'not-a-file');
      await create('file', pattern(1));
      await fails(files.open('file/below', 'write'), 'not-a-file');
    });

    test('a file opened for reading is not written', async (files, { run, fails, create, readAll }) => {
      await create('x', pattern(10));
      const file = await run(files.open('x', 'read'));
      await fails(file.write(0, new Uint8Array(10)), 'permission');
      await run(file.close());
      expect(await readAll('x')).toEqual(pattern(10));
    });

    test('close is idempotent and ends the handle', async (files, { run, fails }) => {
      const file = await run(files.open('x', 'write'));
      await run(file.close());
      await run(file.close());
      await fails(file.read(0, new Uint8Array(1)), 'closed');
      await fails(file.write(0, new Uint8Array(1)), 'closed');
      await fails(file.truncate(0), 'closed');
      await fails(file.flush(), 'closed');
    });

    test('hostile 12: a path that would leave the root is refused', async (files, { fails }) => {
      for (const path of ['../x', 'a/../../x', '/x', '..', '.', 'a/..', 'a//b', 'a/', 'a\0b']) {
        await fails(files.open(path, 'write'), 'invalid-path');
        await fails(files.stat(path), 'invalid-path');
        await fails(files.list(path), 'invalid-path');
        await fails(files.createDirectory(path), 'invalid-path');
        await fails(files.remove(path), 'invalid-path');
        await fails(files.removeTree(path), 'invalid-path');
        await fails(files.rename(path, 'y'), 'invalid-path');
      }
    });

    test('hostile 12: dots inside a name are fine, and so are names of any script', async (files, { run, create }) => {
      const names = ['...', 'Foo...mkv', 'a..b', 'имя файла.txt', '日本語'];
      for (const name of names) await create(name, pattern(1));
      expect((await run(files.list(''))).map(({ name }) => name)).toEqual([...names].sort());
    });

    test('a folder lists its entries, sorted by name', async (files, { run, fails, create }) => {
      expect(await run(files.list(''))).toEqual([]);
      await create('b/2', pattern(1));
      await create('b/10', pattern(1));
      await create('a', pattern(1));
      await run(files.createDirectory('b/deep/er'));
      await run(files.createDirectory('b/deep/er'));
      expect(await run(files.list(''))).toEqual([
        { name: 'a', isDirectory: false },
        { name: 'b', isDirectory: true },
      ]);
      expect((await run(files.list('b'))).map(({ name }) => name)).toEqual(['10', '2', 'deep']);
      await fails(files.list('missing'), 'not-found');
      await fails(files.list('a'), 'not-a-file');
    });

    test('stat finds nothing where nothing is', async (files, { run, create }) => {
      expect(await run(files.stat('missing'))).toBeUndefined();
      await create('file', pattern(1));
      expect(await run(files.stat('file/below'))).toBeUndefined();
      expect(await run(files.stat(''))).toMatchObject({ isDirectory: true });
    });

    test('remove takes a file or an empty folder, and what somebody has in one stays', async (files, {
      run,
      create,
    }) => {
      await create('d/x', pattern(1));
      await create('d/e/y', pattern(1));
      await run(files.remove('d/x'));
      await run(files.remove('d'));
      await run(files.remove('d/e'));
      expect(await run(files.stat('d/e/y'))).toMatchObject({ size: 1 });
      await run(files.remove('d/e/y'));
      await run(files.remove('d/e'));
      await run(files.remove('d'));
      await run(files.remove('d'));
      await run(files.remove('never/was'));
      expect(await run(files.list(''))).toEqual([]);
    });

    test('removeTree takes a file or a whole folder, and nothing is fine', async (files, { run, create }) => {
      await create('keep', pattern(1));
      await create('d/x', pattern(1));
      await create('d/e/y', pattern(1));
      await run(files.removeTree('d/x'));
      expect(await run(files.stat('d/x'))).toBeUndefined();
      await run(files.removeTree('d'));
      await run(files.removeTree('d'));
      await run(files.removeTree('never/was'));
      expect((await run(files.list(''))).map(({ name }) => name)).toEqual(['keep']);
    });

    test('rename moves files and folders, creates parents and replaces nothing', async (files, world) => {
      const { run, fails, create, readAll } = world;
      await create('a', pattern(100));
      await run(files.rename('a', 'new/place/b'));
      expect(await run(files.stat('a'))).toBeUndefined();
      expect(await readAll('new/place/b')).toEqual(pattern(100));
      await run(files.rename('new', 'moved'));
      expect(await readAll('moved/place/b')).toEqual(pattern(100));
      await create('other', pattern(5));
      await fails(files.rename('other', 'moved/place/b'), 'exists');
      await fails(files.rename('other', 'moved'), 'exists');
      await fails(files.rename('missing', 'z'), 'not-found');
      expect(await readAll('moved/place/b')).toEqual(pattern(100));
    });

    test('no operation moves or removes the root', async (files, { fails, create }) => {
      await create('x', pattern(1));
      await fails(files.remove(''), 'invalid-path');
      await fails(files.removeTree(''), 'invalid-path');
      await fails(files.rename('', 'y'), 'invalid-path');
    });
  });
}

interface World {
  readonly run: <T>(promise: Promise<T>) => Promise<T>;
  readonly fails: (promise: Promise<unknown>, code: string) => Promise<void>;
  readonly create: (path: string, bytes: Uint8Array) => Promise<void>;
  readonly readAll: (path: string) => Promise<Uint8Array>;
}

function worldOf(harness: FileSystemHarness): World {
  const { fileSystem } = harness;
  const run = <T>(promise: Promise<T>): Promise<T> => settle(harness, promise);
  return {
    run,
    fails: (promise, code) => expectCode(harness, promise, code),
    create: async (path, bytes) => {
      const file = await run(fileSystem.open(path, 'write'));
      await run(file.write(0, bytes));
      await run(file.close());
    },
    readAll: async (path) => {
      const size = (await run(fileSystem.stat(path)))?.size ?? 0;
      const file = await run(fileSystem.open(path, 'read'));
      const { buffer, bytesRead } = await run(file.read(0, new Uint8Array(size)));
      await run(file.close());
      return buffer.subarray(0, bytesRead);
    },
  };
}
