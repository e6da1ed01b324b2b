import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
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

  it('wants every piece that holds a byte of a wanted file, and no other', () => {
    const { progress } = setUp(10, [5, 10, 0, 30, 5]);
    progress.setWanted([1, 2]);
    expect(progress.priorities()).toEqual([4, 4, 0, 0, 0]);
    expect(progress.wantedFiles).toEqual([1, 2]);
    expect([progress.wantedBytes, progress.wantedDoneBytes]).toEqual([10, 0]);
    progress.addPiece(0);
    expect(progress.wantedDoneBytes).toBe(5);
  });

  it('wants all again, and ignores files that do not exist', () => {
    const { progress } = setUp(10, [5, 10]);
    progress.setWanted([7, -1, 0]);
    expect(progress.wantedFiles).toEqual([0]);
    progress.setWanted(undefined);
    expect(progress.wantedFiles).toBeUndefined();
  });

  it('wants nothing when nothing is chosen', () => {
    const { progress } = setUp(10, [5, 10]);
    progress.setWanted([]);
    expect(progress.priorities()).toEqual([0, 0]);
    expect(progress.wantedBytes).toBe(0);
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
