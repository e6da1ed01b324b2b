import { describe, expect, it } from 'vitest';
import { BLOCK_LENGTH, PieceLayout } from '../../src/core/piece-layout.js';

describe('PieceLayout', () => {
  it('ends with a shorter piece and a shorter block', () => {
    const layout = new PieceLayout({ pieceLength: 3 * BLOCK_LENGTH, totalLength: 7 * BLOCK_LENGTH + 100 });
    expect(layout.pieceCount).toBe(3);
    expect(layout.blocksPerPiece).toBe(3);
    expect([0, 1, 2].map((index) => layout.pieceSize(index))).toEqual([49152, 49152, BLOCK_LENGTH + 100]);
    expect(layout.blockCount(2)).toBe(2);
    expect(layout.blockLength(2, 0)).toBe(BLOCK_LENGTH);
    expect(layout.blockLength(2, 1)).toBe(100);
  });

  it('takes piece lengths that are no multiple of a block', () => {
    const layout = new PieceLayout({ pieceLength: 20_000, totalLength: 40_000 });
    expect(layout.blockCount(0)).toBe(2);
    expect(layout.blockLength(0, 1)).toBe(20_000 - BLOCK_LENGTH);
    expect(layout.pieceSize(1)).toBe(20_000);
  });

  it('is one short block for a tiny torrent', () => {
    const layout = new PieceLayout({ pieceLength: 1 << 20, totalLength: 5 });
    expect([layout.pieceCount, layout.blockCount(0), layout.blockLength(0, 0)]).toEqual([1, 1, 5]);
  });

  it('counts bytes beyond 32 bits', () => {
    const layout = new PieceLayout({ pieceLength: 2 ** 29, totalLength: 2 ** 40 + 1 });
    expect(layout.pieceCount).toBe(2049);
    expect(layout.pieceSize(2048)).toBe(1);
  });
});
