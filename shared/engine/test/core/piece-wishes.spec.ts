import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PieceLayout } from '../../src/core/piece-layout.js';
import { pieceWishes } from '../../src/core/piece-wishes.js';
import type { DownloadOrder, FilePriority } from '../../src/core/snapshots.js';

interface Wish {
  readonly length: number;
  readonly priority: FilePriority;
}

const RAREST: DownloadOrder = { isSequential: false, firstAndLastFirst: false };
const EDGES: DownloadOrder = { isSequential: false, firstAndLastFirst: true };

function wishesOf(pieceLength: number, wishes: readonly Wish[], order = RAREST) {
  let offset = 0;
  const files = wishes.map(({ length }) => {
    const file = { length, offset };
    offset += length;
    return file;
  });
  const layout = new PieceLayout({ pieceLength, totalLength: offset });
  return pieceWishes(layout, files, (index) => wishes[index]?.priority ?? 0, order);
}

describe('pieceWishes', () => {
  it('wants a piece as much as the most wanted of the files in it; empty files want none', () => {
    const wishes: Wish[] = [
      { length: 5, priority: 1 },
      { length: 10, priority: 7 },
      { length: 0, priority: 7 },
      { length: 10, priority: 0 },
      { length: 10, priority: 4 },
    ];
    expect(wishesOf(10, wishes).priorities).toEqual([7, 7, 4, 4]);
  });

  it('is the maximum over the bytes of every piece, for any files and priorities', () => {
    const file = fc.record({ length: fc.nat(40), priority: fc.constantFrom<FilePriority>(0, 1, 4, 7) });
    const files = fc.array(file, { minLength: 1, maxLength: 12 }).filter((all) => all.some(({ length }) => length > 0));
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), files, (pieceLength, wishes) => {
        const ofBytes = wishes.flatMap(({ length, priority }) => Array<FilePriority>(length).fill(priority));
        const { priorities } = wishesOf(pieceLength, wishes);
        const expected = priorities.map((_, index) =>
          Math.max(...ofBytes.slice(index * pieceLength, (index + 1) * pieceLength)),
        );
        expect(priorities).toEqual(expected);
      }),
    );
  });

  it('puts the ends of wanted files first, a hundredth of a long file, those of the most wanted before', () => {
    const wishes: Wish[] = [
      { length: 1000, priority: 4 },
      { length: 500, priority: 0 },
      { length: 30, priority: 7 },
    ];
    expect(wishesOf(10, wishes, EDGES).first).toEqual([150, 152, 0, 1, 98, 99]);
    expect(wishesOf(10, wishes).first).toEqual([]);
  });

  it('hands on whether the pieces come in sequence', () => {
    const wishes: Wish[] = [{ length: 30, priority: 4 }];
    expect(wishesOf(10, wishes).isSequential).toBe(false);
    expect(wishesOf(10, wishes, { ...RAREST, isSequential: true }).isSequential).toBe(true);
  });
});
