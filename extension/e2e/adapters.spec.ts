import { readdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describeFileSystem, describeHasher, describePublishedFiles, waitForReal } from '@jstorrent/engine/compliance';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AdapterBrowser, openAdapterBrowser } from './adapters/adapter-browser.js';
import { RemoteFileSystem, RemoteFolder, RemoteHasher } from './adapters/remote-adapters.js';

/** The adapters that exist only in a browser, in a page of a real one: file system and hashing behind their workers. */

let browser: AdapterBrowser;
let page: Page;
let nextRoot = 1;

beforeAll(async () => {
  browser = await openAdapterBrowser();
  page = browser.page;
});

afterAll(() => browser.close());

const realWorld = { waitFor: waitForReal, close: () => Promise.resolve() };
const freshRoot = () => new RemoteFileSystem(page, `root-${nextRoot++}`);

describeFileSystem('OPFS', () => ({ ...realWorld, fileSystem: freshRoot() }));
describePublishedFiles('Folder of the user', () => {
  const name = `root-${nextRoot++}`;
  return { ...realWorld, folder: new RemoteFolder(page, name), staging: new RemoteFileSystem(page, name) };
});
describeHasher('Worker', () => ({ ...realWorld, hasher: new RemoteHasher(page) }));

describe('OPFS', () => {
  it('keeps more files open than it may have descriptors', async () => {
    const files = freshRoot();
    const handles = await Promise.all(Array.from({ length: 300 }, (_, index) => files.open(`f/${index}`, 'write')));
    await Promise.all(handles.map((handle, index) => handle.write(0, Uint8Array.of(index & 0xff))));
    const read = await Promise.all(handles.map((handle) => handle.read(0, new Uint8Array(1))));
    expect(read.map(({ buffer }) => buffer[0])).toEqual(handles.map((_, index) => index & 0xff));
    await Promise.all(handles.map((handle) => handle.close()));
  });

  it('moves a folder with a file that is open, which stays usable', async () => {
    const files = freshRoot();
    const handle = await files.open('from/a', 'write');
    await handle.write(0, Uint8Array.of(1));
    await files.rename('from', 'to');
    await handle.write(1, Uint8Array.of(2));
    await handle.close();
    expect(await files.stat('to/a')).toMatchObject({ size: 2 });
    expect(await files.stat('from')).toBeUndefined();
  });
});

describe('Folder of the user', () => {
  it('does not list what is still being written', async () => {
    const name = `root-${nextRoot++}`;
    const files = new RemoteFolder(page, name);
    expect(await files.list('')).toEqual([]);
    await writeFile(join(browser.picked, name, 'half.bin.crswap'), 'half');
    await writeFile(join(browser.picked, name, 'whole.bin'), 'whole');
    expect((await files.list('')).map((entry) => entry.name)).toEqual(['whole.bin']);
  });

  it('takes the place of a copy that was cut short, and removes what there was of it', async () => {
    const name = `root-${nextRoot++}`;
    const [files, staging] = [new RemoteFolder(page, name), new RemoteFileSystem(page, name)];
    const source = await staging.open('source', 'write');
    await source.write(0, Uint8Array.of(1, 2, 3));
    await source.close();
    expect(await files.list('')).toEqual([]);
    await writeFile(join(browser.picked, name, 'x.bin'), '');
    await writeFile(join(browser.picked, name, 'x.bin.crswap'), 'half');
    const options = { signal: new AbortController().signal, onProgress: () => undefined };
    await files.publish({ files: staging, path: 'source' }, 'x.bin', options);
    expect(await readdir(join(browser.picked, name))).toEqual(['x.bin']);
    expect(await files.stat('x.bin')).toMatchObject({ size: 3 });
  });

  it('reads no file that changed since it was opened', async () => {
    const name = `root-${nextRoot++}`;
    const files = new RemoteFolder(page, name);
    expect(await files.stat('x')).toBeUndefined();
    await writeFile(join(browser.picked, name, 'x'), 'before');
    const file = await files.open('x');
    await writeFile(join(browser.picked, name, 'x'), 'something else');
    await expect(file.read(0, new Uint8Array(6))).rejects.toMatchObject({ code: 'not-found' });
  });

  it('hostile 50: a file that somebody else writes to is locked; the folder and its other files are not', async () => {
    const name = `root-${nextRoot++}`;
    const files = new RemoteFolder(page, name);
    expect(await files.list('')).toEqual([]);
    for (const path of ['held', 'free']) await writeFile(join(browser.picked, name, path), path);
    await files.hold('held');
    await expect(files.remove('held')).rejects.toMatchObject({ code: 'locked' });
    await files.remove('free');
    await files.letGo('held');
    await files.remove('held');
    expect(await files.list('')).toEqual([]);
  });

  it('hostile 50: says so when the whole folder is out of reach, and works again when it is back', async () => {
    const name = `root-${nextRoot++}`;
    const place = join(browser.picked, name);
    const files = new RemoteFolder(page, name);
    expect(await files.stat('x')).toBeUndefined();
    await writeFile(join(place, 'x'), 'before');
    await rename(place, `${place}-moved`);
    const attempts = [
      () => files.stat('x'),
      () => files.open('x'),
      () => files.list(''),
      () => files.rename('x', 'y'),
    ] as const;
    for (const attempt of attempts) await expect(attempt()).rejects.toMatchObject({ code: 'permission' });
    await rename(`${place}-moved`, place);
    expect(await files.stat('x')).toMatchObject({ size: 6 });
  });
});
