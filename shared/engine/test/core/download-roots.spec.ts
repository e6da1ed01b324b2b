import { describe, expect, it } from 'vitest';
import { DownloadRoots, FolderAccessLostError } from '../../src/core/download-roots.js';
import type { DownloadRoot } from '../../src/interfaces/download-root.js';
import { MemoryFileSystem, MemoryPublishedFiles } from '../mocks/index.js';

const direct = (): DownloadRoot => ({ kind: 'direct', files: new MemoryFileSystem() });

function setUp() {
  const folder = new MemoryPublishedFiles();
  const changes: string[] = [];
  const roots = new DownloadRoots(new Map([['default', direct()]]), (name) => {
    changes.push(name);
  });
  roots.set('films', { kind: 'published', files: folder });
  return { folder, changes, roots };
}

describe('download roots', () => {
  it('need a direct default root, which stays', () => {
    const folder: DownloadRoot = { kind: 'published', files: new MemoryPublishedFiles() };
    expect(() => new DownloadRoots(new Map(), () => undefined)).toThrow(RangeError);
    expect(() => new DownloadRoots(new Map([['default', folder]]), () => undefined)).toThrow(RangeError);
    const { roots } = setUp();
    expect(() => roots.set('default', folder)).toThrow(RangeError);
    expect(() => roots.remove('default')).toThrow(RangeError);
    expect(roots.isAvailable('default')).toBe(true);
  });

  it('come and go, and every change is told', () => {
    const { roots, changes } = setUp();
    expect(roots.isAvailable('films')).toBe(true);
    roots.remove('films');
    roots.remove('films');
    expect([roots.get('films'), roots.isAvailable('films')]).toEqual([undefined, false]);
    expect(changes).toEqual(['films', 'films']);
  });

  it('hostile 50: a folder that refuses access counts as lost until it is available again', async () => {
    const { folder, roots, changes } = setUp();
    const files = roots.get('films')?.files;
    folder.contents.writeFile('x', new Uint8Array(10));
    const open = await files?.open('x', 'read');
    folder.isLost = true;
    await expect(open?.read(0, new Uint8Array(1))).rejects.toBeInstanceOf(FolderAccessLostError);
    await expect(files?.stat('x')).rejects.toMatchObject({ code: 'permission', root: 'films' });
    expect(roots.lost).toEqual(['films']);
    expect(roots.isAvailable('films')).toBe(false);
    folder.isLost = false;
    roots.setAvailable('films');
    roots.setAvailable('films');
    expect(roots.lost).toEqual([]);
    expect(await files?.stat('x')).toMatchObject({ size: 10 });
    expect(changes).toEqual(['films', 'films', 'films']);
  });

  it('other errors of a folder pass as they are, and one that was replaced is not lost by its predecessor', async () => {
    const { folder, roots } = setUp();
    const before = roots.get('films')?.files;
    await expect(before?.open('missing', 'read')).rejects.toMatchObject({ code: 'not-found' });
    roots.set('films', { kind: 'published', files: new MemoryPublishedFiles() });
    folder.isLost = true;
    await expect(before?.stat('x')).rejects.toBeInstanceOf(FolderAccessLostError);
    expect(roots.lost).toEqual([]);
    roots.setLost('default');
    roots.setLost('unknown');
    expect(roots.lost).toEqual([]);
  });
});
