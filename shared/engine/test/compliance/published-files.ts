import { describe, expect, it } from 'vitest';
import type { IPublishedFiles, PublishOptions } from '../../src/interfaces/download-root.js';
import type { IFileSystem } from '../../src/interfaces/filesystem.js';
import {
  expectCode,
  firstDifference,
  inWorld,
  pattern,
  settle,
  type ComplianceHarness,
  type HarnessFactory,
} from './harness.js';

export interface PublishedFilesHarness extends ComplianceHarness {
  /** An empty folder. */
  readonly folder: IPublishedFiles;
  /** An empty root of the kind whose files are published there. */
  readonly staging: IFileSystem;
}

/** What an {@link IPublishedFiles} promises. */
export function describePublishedFiles(name: string, createHarness: HarnessFactory<PublishedFilesHarness>): void {
  const test = (title: string, body: (world: World) => Promise<void>): void => {
    it(
      title,
      { timeout: 30_000 },
      inWorld(createHarness, (harness) => body(worldOf(harness))),
    );
  };

  describe(`${name}: published files`, () => {
    test('a published file reads back, and the parents are created', async ({ folder, run, publish, readAll }) => {
      const bytes = pattern(300_001);
      const progress: number[] = [];
      await publish('a/b/c.bin', bytes, { onProgress: (copied) => progress.push(copied) });
      expect(firstDifference(await readAll('a/b/c.bin'), bytes)).toBe(-1);
      expect(await run(folder.stat('a/b/c.bin'))).toMatchObject({ size: 300_001, isDirectory: false });
      expect(await run(folder.stat('a/b'))).toMatchObject({ isDirectory: true });
      expect(progress.toSorted((a, b) => a - b)).toEqual(progress);
      expect(progress.at(-1)).toBe(300_001);
    });

    test('an empty file is published, and one that is published is a source as well', async (world) => {
      const { folder, run, publish, readAll } = world;
      await publish('empty', new Uint8Array(0));
      expect(await run(folder.stat('empty'))).toMatchObject({ size: 0, isDirectory: false });
      await publish('x', pattern(1000));
      await run(folder.publish({ files: folder, path: 'x' }, 'copies/y', quiet()));
      expect(await readAll('copies/y')).toEqual(pattern(1000));
      expect(await readAll('x')).toEqual(pattern(1000));
    });

    test('several at once do not disturb each other', async ({ run, publish, readAll, folder }) => {
      const names = Array.from({ length: 8 }, (_, index) => `many/${index}`);
      await run(Promise.all(names.map((path, index) => publish(path, pattern(20_000, index)))));
      for (const [index, path] of names.entries()) expect(await readAll(path)).toEqual(pattern(20_000, index));
      expect((await run(folder.list('many'))).map(({ name }) => name)).toEqual(names.map((path) => path.slice(5)));
    });

    test('nothing is replaced but an empty file', async ({ publish, fails, readAll }) => {
      await publish('x', pattern(100));
      await fails(publish('x', pattern(50)), 'exists');
      expect(await readAll('x')).toEqual(pattern(100));
      await publish('folder/y', pattern(1));
      await fails(publish('folder', pattern(50)), 'exists');
      await publish('empty', new Uint8Array(0));
      await publish('empty', pattern(70));
      expect(await readAll('empty')).toEqual(pattern(70));
    });

    test('one that is cancelled leaves nothing', async ({ folder, run, publish }) => {
      const controller = new AbortController();
      const reason = new Error('enough');
      const publishing = publish('d/x', pattern(5_000_000), {
        signal: controller.signal,
        onProgress: () => {
          controller.abort(reason);
        },
      });
      await expect(run(publishing)).rejects.toBe(reason);
      expect((await run(folder.stat('d/x')))?.size ?? 0).toBe(0);
      const before = new AbortController();
      before.abort(reason);
      await expect(run(publish('e/x', pattern(10), { signal: before.signal }))).rejects.toBe(reason);
      expect((await run(folder.stat('e/x')))?.size ?? 0).toBe(0);
    });

    test('what is not there cannot be opened or published', async ({ folder, run, fails, publish }) => {
      await fails(folder.open('missing', 'read'), 'not-found');
      await publish('d/x', pattern(1));
      await fails(folder.open('d', 'read'), 'not-a-file');
      expect(await run(folder.stat('missing'))).toBeUndefined();
      expect(await run(folder.stat('d/x/below'))).toBeUndefined();
      await fails(folder.publish({ files: folder, path: 'missing' }, 'y', quiet()), 'not-found');
      expect((await run(folder.stat('y')))?.size ?? 0).toBe(0);
    });

    test('reads are short only at the end of the file, and end with the handle', async (world) => {
      const { folder, run, fails, publish } = world;
      await publish('x', pattern(1000));
      const file = await run(folder.open('x', 'read'));
      const { buffer, bytesRead } = await run(file.read(900, new Uint8Array(300).subarray(20, 220)));
      expect([buffer.byteOffset, buffer.byteLength, bytesRead]).toEqual([20, 200, 100]);
      expect(buffer.subarray(0, 100)).toEqual(pattern(1000).subarray(900));
      expect((await run(file.read(1000, new Uint8Array(1)))).bytesRead).toBe(0);
      await run(file.close());
      await run(file.close());
      await fails(file.read(0, new Uint8Array(1)), 'closed');
    });

    test('a folder lists its entries, sorted by name', async ({ folder, run, fails, publish }) => {
      expect(await run(folder.list(''))).toEqual([]);
      await publish('b/2', pattern(1));
      await publish('b/10', pattern(1));
      await publish('a', pattern(1));
      expect(await run(folder.list(''))).toEqual([
        { name: 'a', isDirectory: false },
        { name: 'b', isDirectory: true },
      ]);
      expect((await run(folder.list('b'))).map(({ name }) => name)).toEqual(['10', '2']);
      await fails(folder.list('missing'), 'not-found');
    });

    test('remove takes a file or an empty folder, never what is in one, and nothing is fine', async (world) => {
      const { folder, run, publish, readAll } = world;
      await publish('keep', pattern(1));
      await publish('d/x', pattern(1));
      await publish('d/e/y', pattern(1));
      await run(folder.remove('d/x'));
      expect(await run(folder.stat('d/x'))).toBeUndefined();
      await run(folder.remove('d'));
      expect(await readAll('d/e/y')).toEqual(pattern(1));
      await run(folder.remove('d/e/y'));
      await run(folder.remove('d/e'));
      await run(folder.remove('d'));
      await run(folder.remove('d'));
      await run(folder.remove('never/was'));
      expect((await run(folder.list(''))).map(({ name }) => name)).toEqual(['keep']);
    });

    test('rename moves a file, creates parents and replaces nothing', async (world) => {
      const { folder, run, fails, publish, readAll } = world;
      await publish('a', pattern(100));
      await run(folder.rename('a', 'new/place/b'));
      expect(await run(folder.stat('a'))).toBeUndefined();
      expect(await readAll('new/place/b')).toEqual(pattern(100));
      await publish('other', pattern(5));
      await fails(folder.rename('other', 'new/place/b'), 'exists');
      await fails(folder.rename('missing', 'z'), 'not-found');
      expect(await readAll('new/place/b')).toEqual(pattern(100));
      expect(await readAll('other')).toEqual(pattern(5));
    });

    test('hostile 12: a path that would leave the folder is refused', async ({ folder, staging, run, fails }) => {
      await run((await run(staging.open('source', 'write'))).close());
      for (const path of ['../x', 'a/../../x', '/x', '..', '.', 'a/..', 'a//b', 'a/']) {
        await fails(folder.publish({ files: staging, path: 'source' }, path, quiet()), 'invalid-path');
        await fails(folder.open(path, 'read'), 'invalid-path');
        await fails(folder.stat(path), 'invalid-path');
        await fails(folder.list(path), 'invalid-path');
        await fails(folder.remove(path), 'invalid-path');
        await fails(folder.rename(path, 'y'), 'invalid-path');
      }
      await fails(folder.remove(''), 'invalid-path');
    });
  });
}

function quiet(): PublishOptions {
  return { signal: new AbortController().signal, onProgress: () => undefined };
}

interface World {
  readonly folder: IPublishedFiles;
  readonly staging: IFileSystem;
  readonly run: <T>(promise: Promise<T>) => Promise<T>;
  readonly fails: (promise: Promise<unknown>, code: string) => Promise<void>;
  /** By way of a file in staging. */
  readonly publish: (to: string, bytes: Uint8Array, options?: Partial<PublishOptions>) => Promise<void>;
  readonly readAll: (path: string) => Promise<Uint8Array>;
}

function worldOf(harness: PublishedFilesHarness): World {
  const { folder, staging } = harness;
  const run = <T>(promise: Promise<T>): Promise<T> => settle(harness, promise);
  let sources = 0;
  return {
    folder,
    staging,
    run,
    fails: (promise, code) => expectCode(harness, promise, code),
    publish: async (to, bytes, options) => {
      const path = `source-${sources++}`;
      const file = await staging.open(path, 'write');
      await file.write(0, bytes.slice());
      await file.close();
      await folder.publish({ files: staging, path }, to, { ...quiet(), ...options });
    },
    readAll: async (path) => {
      const size = (await run(folder.stat(path)))?.size ?? 0;
      const file = await run(folder.open(path, 'read'));
      const { buffer, bytesRead } = await run(file.read(0, new Uint8Array(size)));
      await run(file.close());
      return buffer.subarray(0, bytesRead);
    },
  };
}
