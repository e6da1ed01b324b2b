import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sliceRange, TorrentFile } from '../../src/core/torrent-file.js';

/** Files of these lengths, one after the other. */
function filesOf(lengths: readonly number[]): TorrentFile[] {
  let offset = 0;
  return lengths.map((length, index) => {
    const file = new TorrentFile(`f${index}`, length, offset);
    offset += length;
    return file;
  });
}

describe('sliceRange', () => {
  it('divides a range at the borders of files and passes over empty ones', () => {
    const files = filesOf([0, 5, 0, 0, 3, 10, 0]);
    expect(sliceRange(files, 3, 8)).toEqual([
      { file: files[1], fileIndex: 1, position: 3, start: 0, length: 2 },
      { file: files[4], fileIndex: 4, position: 0, start: 2, length: 3 },
      { file: files[5], fileIndex: 5, position: 0, start: 5, length: 3 },
    ]);
  });

  it('stays in one file up to its last byte', () => {
    const files = filesOf([5, 5]);
    expect(sliceRange(files, 0, 5)).toEqual([{ file: files[0], fileIndex: 0, position: 0, start: 0, length: 5 }]);
    expect(sliceRange(files, 5, 5)).toEqual([{ file: files[1], fileIndex: 1, position: 0, start: 0, length: 5 }]);
  });

  it('gives nothing for an empty range', () => {
    expect(sliceRange(filesOf([5]), 2, 0)).toEqual([]);
  });

  it('covers every byte of any range once, in order, inside its file', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(6), { minLength: 1, maxLength: 30 }), fc.nat(100), fc.nat(100), (lengths, a, b) => {
        const files = filesOf(lengths);
        const total = lengths.reduce((sum, length) => sum + length, 0);
        const offset = Math.min(a, total);
        const length = Math.min(b, total - offset);
        const bytes = sliceRange(files, offset, length).flatMap((slice) => {
          expect(slice.position + slice.length).toBeLessThanOrEqual(slice.file.length);
          return Array.from({ length: slice.length }, (_, at) => ({
            inRange: slice.start + at,
            inTorrent: slice.file.offset + slice.position + at,
          }));
        });
        expect(bytes).toEqual(Array.from({ length }, (_, at) => ({ inRange: at, inTorrent: offset + at })));
      }),
    );
  });
});
