import { beforeEach, describe, expect, it } from 'vitest';
import { FileHandlePool } from '../../src/core/file-handle-pool.js';
import { PartFile } from '../../src/core/part-file.js';
import { PieceLayout } from '../../src/core/piece-layout.js';
import { MemoryFileSystem, SeededRandom } from '../mocks/index.js';

const PIECE = 1000;
const PATH = 'aside/parts';
const SLOT = 8 + PIECE;

describe('PartFile', () => {
  const layout = new PieceLayout({ pieceLength: PIECE, totalLength: 9 * PIECE + 10 });
  const content = new SeededRandom(3).bytes(layout.totalLength);
  const piece = (index: number) => content.slice(index * PIECE, index * PIECE + layout.pieceSize(index));
  let fileSystem: MemoryFileSystem;
  let handles: FileHandlePool;
  let parts: PartFile;

  async function reopen(): Promise<PartFile> {
    const reopened = new PartFile({ fileSystem, path: PATH, layout, handles });
    await reopened.load();
    return reopened;
  }

  async function readBack(from: PartFile, index: number, begin = 0, length = layout.pieceSize(index)) {
    return (await from.read(index, begin, new Uint8Array(length))).buffer;
  }

  beforeEach(async () => {
    fileSystem = new MemoryFileSystem({ detachBuffers: true });
    handles = new FileHandlePool();
    parts = await reopen();
  });

  it('keeps pieces and knows them again', async () => {
    for (const index of [7, 9, 2]) expect(await parts.keep(index, piece(index))).toHaveLength(layout.pieceSize(index));
    const later = await reopen();
    expect([...later.pieces].sort()).toEqual([2, 7, 9]);
    for (const index of [7, 9, 2]) expect(await readBack(later, index)).toEqual(piece(index));
    expect(await readBack(later, 7, 30, 5)).toEqual(piece(7).slice(30, 35));
  });

  it('gives the slot of a piece that is forgotten to the next, and leaves nothing after the last', async () => {
    for (const index of [1, 2, 3]) await parts.keep(index, piece(index));
    await parts.release(2);
    expect((await reopen()).has(2)).toBe(false);
    await parts.keep(4, piece(4));
    expect(fileSystem.readFile(PATH)).toHaveLength(3 * SLOT);
    for (const index of [1, 3, 4]) expect(await readBack(parts, index)).toEqual(piece(index));
    for (const index of [1, 3, 4]) await parts.release(index);
    expect(await fileSystem.stat(PATH)).toBeUndefined();
    await parts.keep(5, piece(5));
    expect(await readBack(await reopen(), 5)).toEqual(piece(5));
  });

  it('gives no slot away that is in use, however often it looks at what is here', async () => {
    for (const index of [1, 2]) await parts.keep(index, piece(index));
    await parts.load();
    await parts.keep(3, piece(3));
    for (const index of [1, 2, 3]) expect(await readBack(parts, index)).toEqual(piece(index));
  });

  it('writes a piece again in its own slot', async () => {
    await parts.keep(1, piece(1));
    await parts.keep(1, piece(1));
    expect(fileSystem.readFile(PATH)).toHaveLength(SLOT);
  });

  it('hostile 47: does not believe a slot whose name was cut short, or that names no piece of the torrent', async () => {
    for (const index of [1, 2, 3]) await parts.keep(index, piece(index));
    await parts.close();
    const bytes = fileSystem.readFile(PATH);
    bytes.fill(0, SLOT + 2, SLOT + 8);
    bytes[4] = 0x7f;
    fileSystem.writeFile(PATH, bytes);
    const later = await reopen();
    expect([...later.pieces]).toEqual([3]);
    await later.keep(8, piece(8));
    expect([...(await reopen()).pieces].sort()).toEqual([3, 8]);
    expect(fileSystem.readFile(PATH)).toHaveLength(3 * SLOT);
  });

  it('hostile 50: a full disk leaves the pieces that are there', async () => {
    await parts.keep(1, piece(1));
    fileSystem.capacityBytes = fileSystem.usedBytes + 500;
    await expect(parts.keep(2, piece(2))).rejects.toMatchObject({ code: 'no-space' });
    expect([parts.has(1), parts.has(2)]).toEqual([true, false]);
    fileSystem.capacityBytes = Infinity;
    await parts.keep(2, piece(2));
    const later = await reopen();
    for (const index of [1, 2]) expect(await readBack(later, index)).toEqual(piece(index));
  });
});
