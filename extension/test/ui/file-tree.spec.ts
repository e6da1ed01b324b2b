import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FilePriority, FileSnapshot } from '../../src/rpc/types.js';
import { type FolderRow, treeRows } from '../../src/ui/state/file-tree.js';

const file = (index: number, path: string, priority: FilePriority = 4, length = 10): FileSnapshot => ({
  index,
  path,
  length,
  doneBytes: 0,
  priority,
});

const rowsOf = (files: readonly FileSnapshot[], closed: readonly string[] = []) =>
  treeRows(files, { hiddenFolder: 'Film/', closed: new Set(closed), priorityOf: ({ priority }) => priority });

const FILES = [
  file(0, 'Film/a.bin'),
  file(1, 'Film/Extras/one.bin', 0),
  file(2, 'Film/b.bin', 7),
  file(3, 'Film/Extras/Deep/two.bin', 1, 30),
  file(4, 'Film/Extras/three.bin', 0),
];

describe('the tree of files', () => {
  it('gathers the files of a folder under it, where its first file stands', () => {
    const shown = rowsOf(FILES).map((row) => [row.depth, row.kind === 'file' ? row.file.index : row.path]);
    expect(shown).toEqual([
      [0, 0],
      [0, 'Film/Extras/'],
      [1, 1],
      [1, 'Film/Extras/Deep/'],
      [2, 3],
      [1, 4],
      [0, 2],
    ]);
  });

  it('says of a folder what holds for all that is in it', () => {
    const [extras, deep] = rowsOf(FILES).filter((row): row is FolderRow => row.kind === 'folder');
    expect(extras).toMatchObject({ fileIndices: [1, 3, 4], bytes: 50, wanted: 'some', priority: undefined });
    expect(deep).toMatchObject({ fileIndices: [3], bytes: 30, wanted: 'all', priority: 1 });
  });

  it('shows nothing of what is in a closed folder', () => {
    const rows = rowsOf(FILES, ['Film/Extras/']);
    expect(rows.map(({ name }) => name)).toEqual(['a.bin', 'Extras', 'b.bin']);
  });

  it('has every file once, whatever the paths', () => {
    const element = fc.constantFrom('a', 'b', '__proto__', 'constructor');
    const path = fc.array(element, { minLength: 1, maxLength: 4 }).map((elements) => `Film/${elements.join('/')}`);
    fc.assert(
      fc.property(fc.array(path), (paths) => {
        const rows = rowsOf(paths.map((it, index) => file(index, it)));
        const shown = rows.flatMap((row) => (row.kind === 'file' ? [row.file.index] : []));
        expect(shown.toSorted((a, b) => a - b)).toEqual([...paths.keys()]);
      }),
    );
  });
});
