import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dividedInParts } from '../../src/core/file-parts.js';
import { PieceLayout } from '../../src/core/piece-layout.js';
import { SplitFileHandle } from '../../src/core/split-file-handle.js';
import { MemoryFileSystem } from '../mocks/index.js';

const PIECE = 16_384;
const PART = 2 * PIECE;

/** A file of `length` bytes at `offset` of its torrent, in parts of two pieces. */
function inParts({ offset, length }: { readonly offset: number; readonly length: number }) {
  const files = new MemoryFileSystem({ detachBuffers: true });
  const layout = new PieceLayout({ pieceLength: PIECE, totalLength: offset + length });
  const parts = dividedInParts({ offset, length }, PART, layout);
  const handle = new SplitFileHandle({
    parts,
    partBytes: PART,
    use: async (part, mode, action) => {
      const file = await files.open(`part-${part}`, mode);
      try {
        return await action(file);
      } finally {
        await file.close();
      }
    },
    makeRoom: () => Promise.resolve(),
  });
  return { files, parts, handle };
}

const numbered = (length: number) => Uint8Array.from({ length }, (_, index) => index % 251);

describe('a file in parts', () => {
  it('is written and read as one, whatever borders lie between', async () => {
    const range = fc.tuple(fc.nat(), fc.nat()).map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const);
    await fc.assert(
      fc.asyncProperty(
        fc.nat(3 * PIECE),
        fc.integer({ min: 1, max: 5 * PART }),
        range,
        async (offset, length, [a, b]) => {
          const { handle } = inParts({ offset, length });
          const bytes = numbered(length);
          await handle.write(0, bytes.slice());
          const [from, to] = [a % length, (b % length) + 1];
          const { buffer, bytesRead } = await handle.read(from, new Uint8Array(Math.max(0, to - from)));
          expect(buffer.subarray(0, bytesRead)).toEqual(bytes.subarray(from, Math.max(from, to)));
        },
      ),
      { numRuns: 30 },
    );
  });

  it('ends where a part is missing, or cut short', async () => {
    const { files, handle } = inParts({ offset: 0, length: 3 * PART });
    const bytes = numbered(3 * PART);
    await handle.write(0, bytes.slice());
    files.writeFile('part-1', files.readFile('part-1').slice(0, 100));
    const read = async () => (await handle.read(10, new Uint8Array(3 * PART - 10))).bytesRead;
    expect(await read()).toBe(PART - 10 + 100);
    await files.remove('part-1');
    expect(await read()).toBe(PART - 10);
  });

  it('has no length of its own to be changed', async () => {
    const { handle } = inParts({ offset: 0, length: PART });
    await expect(handle.truncate()).rejects.toMatchObject({ code: 'other' });
  });
});
