import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ALL_NORMAL, changePriorities, onlyFiles } from '../../src/core/file-priorities.js';
import { FileProgress } from '../../src/core/file-progress.js';
import { PieceLayout } from '../../src/core/piece-layout.js';
import { TorrentFile } from '../../src/core/torrent-file.js';

function setUp(pieceLength: number, lengths: readonly number[]) {
  let offset = 0;
  const files = lengths.map((length, index) => {
    const file = new TorrentFile(`${index}`, length, offset);
    offset += length;
    return file;
  });
  const layout = new PieceLayout({ pieceLength, totalLength: offset });
  return { layout, progress: new FileProgress(layout, files) };
}

describe('FileProgress', () => {
  it('counts the bytes of a piece for each file it crosses, empty ones left alone', () => {
    const { progress } = setUp(10, [4, 0, 3, 8, 0]);
    progress.addPiece(0);
    expect([0, 1, 2, 3, 4].map((index) => progress.doneBytes(index))).toEqual([4, 0, 3, 3, 0]);
    progress.addPiece(1);
    expect(progress.doneBytes(3)).toBe(8);
  });

  it('counts the bytes of the files that are wanted, by whatever priority', () => {
    const { progress } = setUp(10, [5, 10, 0, 30, 5]);
    progress.setPriorities(onlyFiles([1, 2]));
    expect([progress.wantedBytes, progress.wantedDoneBytes]).toEqual([10, 0]);
    progress.addPiece(0);
    expect(progress.wantedDoneBytes).toBe(5);
    progress.setPriorities(changePriorities(ALL_NORMAL, [{ priority: 1, fileIndices: [0] }], 5));
    expect([progress.wantedBytes, progress.wantedDoneBytes]).toEqual([50, 10]);
    expect([progress.priority(0), progress.isWanted(0), progress.priority(4)]).toEqual([1, true, 4]);
  });

  it('has all bytes of all files once all pieces are here, in any order', () => {
    const sizes = fc.array(fc.nat(40), { minLength: 1, maxLength: 12 }).filter((lengths) => lengths.some(Boolean));
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), sizes, fc.boolean(), (pieceLength, lengths, isReversed) => {
        const { layout, progress } = setUp(pieceLength, lengths);
        const pieces = [...Array(layout.pieceCount).keys()];
        for (const index of isReversed ? pieces.reverse() : pieces) progress.addPiece(index);
        expect(lengths.map((_, index) => progress.doneBytes(index))).toEqual(lengths);
        expect(progress.wantedDoneBytes).toBe(layout.totalLength);
      }),
    );
  });
});
