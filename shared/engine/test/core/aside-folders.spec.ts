import { describe, expect, it } from 'vitest';
import { ASIDE_FOLDER, AsideFolders } from '../../src/core/aside-folders.js';
import type { IFileSystem } from '../../src/interfaces/filesystem.js';
import { MemoryFileSystem } from '../mocks/index.js';

/** The same disk, as the files of a torrent in a published root see it. */
const viewOf = (disk: MemoryFileSystem): IFileSystem & { readonly staging: IFileSystem } => ({
  staging: disk,
  open: (path, mode) => disk.open(path, mode),
  stat: (path) => disk.stat(path),
  list: (path) => disk.list(path),
  createDirectory: (path) => disk.createDirectory(path),
  remove: (path) => disk.remove(path),
  removeTree: (path) => disk.removeTree(path),
  rename: (from, to) => disk.rename(from, to),
});

describe('AsideFolders', () => {
  it('leave nothing behind, by whatever view of the disk they were created and are removed', async () => {
    const disk = new MemoryFileSystem();
    const folders = new AsideFolders();
    expect(await folders.has(disk, 'a')).toBe(false);
    const view = viewOf(disk);
    await folders.create(view, 'a');
    await folders.create(disk, 'b');
    disk.writeFile(`${folders.pathOf('a')}/parts`, Uint8Array.of(1));
    await folders.remove(disk, 'a');
    expect((await disk.list(ASIDE_FOLDER)).map(({ name }) => name)).toEqual(['b']);
    await folders.remove(disk, 'b');
    expect(await disk.list('')).toEqual([]);
    await folders.remove(disk, 'b');
  });

  it('are known by every view of the disk when one of them made or removed them', async () => {
    const disk = new MemoryFileSystem();
    const folders = new AsideFolders();
    expect(await folders.has(disk, 'a')).toBe(false);
    await folders.create(viewOf(disk), 'a');
    expect(await folders.has(disk, 'a')).toBe(true);
    expect(await folders.has(viewOf(disk), 'a')).toBe(true);
    await folders.removeIfEmpty(viewOf(disk), 'a');
    expect(await folders.has(disk, 'a')).toBe(false);
    await folders.create(disk, 'a');
    expect((await disk.stat(folders.pathOf('a')))?.isDirectory).toBe(true);
  });

  it('go when they are empty, and only then', async () => {
    const disk = new MemoryFileSystem();
    const folders = new AsideFolders();
    await folders.create(disk, 'a');
    disk.writeFile(`${folders.pathOf('a')}/scratch`, Uint8Array.of(1));
    await folders.removeIfEmpty(disk, 'a');
    expect(await folders.has(disk, 'a')).toBe(true);
    await disk.remove(`${folders.pathOf('a')}/scratch`);
    await folders.removeIfEmpty(disk, 'a');
    expect(await folders.has(disk, 'a')).toBe(false);
    expect(await disk.list('')).toEqual([]);
  });

  it('that a crash left empty go at the next start; a file of that name is let alone', async () => {
    const disk = new MemoryFileSystem();
    await disk.createDirectory(ASIDE_FOLDER);
    expect(await new AsideFolders().has(disk, 'a')).toBe(false);
    expect(await disk.list('')).toEqual([]);
    disk.writeFile(ASIDE_FOLDER, Uint8Array.of(1));
    expect(await new AsideFolders().has(disk, 'a')).toBe(false);
    expect(disk.readFile(ASIDE_FOLDER)).toEqual(Uint8Array.of(1));
  });
});
