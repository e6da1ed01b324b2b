import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ALL_NORMAL, changePriorities, onlyFiles, priorityOf } from '../../src/core/file-priorities.js';
import type { FilePriority } from '../../src/core/snapshots.js';

const FILES = 8;

describe('file priorities', () => {
  it('start from all files or from a choice, and follow every change of files that exist', () => {
    const change = fc.record({
      priority: fc.constantFrom<FilePriority>(0, 1, 4, 7),
      fileIndices: fc.array(fc.integer({ min: -2, max: FILES + 2 }), { maxLength: 5 }),
    });
    fc.assert(
      fc.property(fc.boolean(), fc.array(change, { maxLength: 10 }), (startsWithTwo, changes) => {
        const expected = Array<FilePriority>(FILES).fill(startsWithTwo ? 0 : 4);
        if (startsWithTwo) expected[1] = expected[2] = 4;
        for (const { priority, fileIndices } of changes) {
          for (const index of fileIndices) if (index >= 0 && index < FILES) expected[index] = priority;
        }
        const result = changePriorities(startsWithTwo ? onlyFiles([1, 2]) : ALL_NORMAL, changes, FILES);
        expect(expected.map((_, index) => priorityOf(result, index))).toEqual(expected);
        expect(result.named.size).toBeLessThanOrEqual(FILES);
      }),
    );
  });

  it('of no known kind, or of half a file, change nothing', () => {
    const odd = [
      { priority: 3 as FilePriority, fileIndices: [1] },
      { priority: 7 as FilePriority, fileIndices: [0.5, NaN] },
    ];
    expect(changePriorities(ALL_NORMAL, odd, FILES)).toEqual(ALL_NORMAL);
  });
});
