import { describe, expect, it } from 'vitest';
import { removeEmptyFolders } from '../../src/core/empty-folders.js';
import { MemoryFileSystem } from '../mocks/index.js';

describe('removing the folders that are left empty', () => {
  it('takes those above a path, the deepest first, and none that holds something', async () => {
    const disk = new MemoryFileSystem();
    await disk.createDirectory('album/b/c');
    disk.writeFile('other/mine.txt', Uint8Array.of(1));
    await removeEmptyFolders(disk, ['album/b/c/file', 'other/file']);
    expect((await disk.list('')).map(({ name }) => name)).toEqual(['other']);
  });

  it('leaves one alone into which somebody puts a file just after it was seen to be empty', async () => {
    const disk = new MemoryFileSystem();
    await disk.createDirectory('album');
    const list = disk.list.bind(disk);
    disk.list = async (path) => {
      const entries = await list(path);
      disk.writeFile('album/mine.txt', Uint8Array.of(1));
      return entries;
    };
    await removeEmptyFolders(disk, ['album/file']);
    expect(disk.readFile('album/mine.txt')).toEqual(Uint8Array.of(1));
  });
});
