import { sha1 } from '@noble/hashes/legacy.js';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { AsideFolders } from '../../src/core/aside-folders.js';
import { type DiskFile, DiskManager, FileTooShortError } from '../../src/core/disk-manager.js';
import { DiskQueue } from '../../src/core/disk-queue.js';
import { FileHandlePool } from '../../src/core/file-handle-pool.js';
import { PieceLayout } from '../../src/core/piece-layout.js';
import { ReadCache } from '../../src/core/read-cache.js';
import { concatBytes } from '../../src/utils/bytes.js';
import { MemoryFileSystem, MemoryHasher, SeededRandom } from '../mocks/index.js';

/** A torrent of random bytes and its manager, over one or two roots that detach every buffer they are given. */
class Setup {
  readonly roots = [
    new MemoryFileSystem({ detachBuffers: true }),
    new MemoryFileSystem({ detachBuffers: true }),
  ] as const;
  readonly layout: PieceLayout;
  readonly content: Uint8Array;
  readonly files: (DiskFile & { readonly fileSystem: MemoryFileSystem })[];
  readonly handles: FileHandlePool;
  readonly cache = new ReadCache();
  readonly queue = new DiskQueue();
  readonly disk: DiskManager;
  readonly #pieceHashes: Uint8Array;

  constructor(options: {
    lengths: readonly number[];
    pieceLength: number;
    maxOpenHandles?: number;
    twoRoots?: boolean;
  }) {
    let offset = 0;
    this.files = options.lengths.map((length, index) => {
      const fileSystem = this.roots[options.twoRoots && index % 2 === 1 ? 1 : 0];
      const file = { fileSystem, path: `T/${index % 3}/f${index}`, length, offset };
      offset += length;
      return file;
    });
    this.layout = new PieceLayout({ pieceLength: options.pieceLength, totalLength: offset });
    this.content = new SeededRandom(7).bytes(offset);
    this.#pieceHashes = concatBytes(Array.from({ length: this.layout.pieceCount }, (_, at) => sha1(this.piece(at))));
    this.handles = new FileHandlePool({ maxOpenHandles: options.maxOpenHandles ?? 256 });
    this.disk = this.createManager();
  }

  createManager(): DiskManager {
    const disk = new DiskManager({
      hasher: new MemoryHasher({ detachBuffers: true }),
      layout: this.layout,
      pieceHashes: this.#pieceHashes,
      handles: this.handles,
      cache: this.cache,
      queue: this.queue,
      aside: { id: 'T', fileSystem: this.roots[0], folders: new AsideFolders() },
    });
    disk.open(this.files);
    return disk;
  }

  /** A copy of what a piece should hold. */
  piece(index: number): Uint8Array {
    const start = index * this.layout.pieceLength;
    return this.content.slice(start, start + this.layout.pieceSize(index));
  }

  async commitAll(): Promise<void> {
    const indices = Array.from({ length: this.layout.pieceCount }, (_, index) => index);
    const results = await Promise.all(indices.map((index) => this.disk.commit(index, this.piece(index))));
    expect(results.every(({ verified }) => verified)).toBe(true);
  }

  onDisk(): Uint8Array {
    return concatBytes(
      this.files.filter(({ length }) => length > 0).map(({ fileSystem, path }) => fileSystem.readFile(path)),
    );
  }

  async validPieces(): Promise<number[]> {
    const valid: number[] = [];
    let scratch: Uint8Array = new Uint8Array(this.layout.pieceLength);
    for (let index = 0; index < this.layout.pieceCount; index++) {
      const result = await this.disk.check(index, scratch);
      expect(result.scratch).toHaveLength(this.layout.pieceLength);
      scratch = result.scratch;
      if (result.isValid) valid.push(index);
    }
    return valid;
  }
}

describe('DiskManager', () => {
  let setup: Setup;
  beforeEach(() => {
    setup = new Setup({ lengths: [100, 0, 30, 250, 1], pieceLength: 64, twoRoots: true });
  });

  describe('commit', () => {
    it('writes pieces over file borders and several roots, and gives the buffer back whole', async () => {
      const { verified, buffer } = await setup.disk.commit(1, setup.piece(1));
      expect(verified).toBe(true);
      expect(buffer).toEqual(setup.piece(1));
      expect(buffer.byteLength).toBe(buffer.buffer.byteLength);
      await setup.commitAll();
      expect(setup.onDisk()).toEqual(setup.content);
    });

    it('writes nothing of a piece whose hash is wrong', async () => {
      const bad = setup.piece(1);
      bad[5] = (bad[5] as number) ^ 1;
      const { verified, buffer } = await setup.disk.commit(1, bad);
      expect(verified).toBe(false);
      expect(buffer).toHaveLength(64);
      expect(await setup.roots[0].list('')).toEqual([]);
      expect(await setup.roots[1].list('')).toEqual([]);
    });

    it('hostile 50: rejects with the error of a full disk', async () => {
      setup.roots[0].capacityBytes = 10;
      await expect(setup.disk.commit(0, setup.piece(0))).rejects.toMatchObject({ code: 'no-space', path: 'T/0/f0' });
      expect(setup.queue.queuedBytes).toBe(0);
    });

    it('counts in the disk queue until it is written', async () => {
      const committing = setup.disk.commit(0, setup.piece(0));
      expect(setup.queue.queuedBytes).toBe(64);
      await committing;
      expect(setup.queue.queuedBytes).toBe(0);
    });
  });

  describe('read and write', () => {
    it('reads back what was written, whatever the files, pieces and ranges', async () => {
      await fc.assert(
        fc.asyncProperty(
          fc
            .array(fc.nat(90), { minLength: 1, maxLength: 8 })
            .filter((lengths) => lengths.some((length) => length > 0)),
          fc.integer({ min: 1, max: 64 }),
          fc.boolean(),
          fc.nat(),
          fc.nat(),
          async (lengths, pieceLength, twoRoots, a, b) => {
            const world = new Setup({ lengths, pieceLength, twoRoots, maxOpenHandles: 2 });
            await world.commitAll();
            expect(world.onDisk()).toEqual(world.content);
            const index = a % world.layout.pieceCount;
            const begin = b % world.layout.pieceSize(index);
            const length = (a + b) % (world.layout.pieceSize(index) - begin + 1);
            const wanted = world.piece(index).subarray(begin, begin + length);
            expect(await world.disk.read(index, begin, length)).toEqual(wanted);
            expect(await world.disk.readBlock(index, begin, length)).toEqual(wanted);
            const changed = new SeededRandom(a).bytes(length);
            expect(await world.disk.write(index, begin, changed.slice())).toEqual(changed);
            expect(await world.disk.read(index, begin, length)).toEqual(changed);
            expect(world.handles.openHandles).toBeLessThanOrEqual(2);
            await world.disk.close();
            expect(world.handles.openHandles).toBe(0);
          },
        ),
        { numRuns: 150 },
      );
    });

    it('rejects a read of what is not there', async () => {
      await expect(setup.disk.read(0, 0, 10)).rejects.toThrow(FileTooShortError);
      await setup.disk.write(0, 0, new Uint8Array(5));
      await expect(setup.disk.read(0, 0, 10)).rejects.toMatchObject({ code: 'file-too-short', path: 'T/0/f0' });
    });

    it('takes files in any order', async () => {
      setup.disk.open(setup.files.toReversed());
      await setup.commitAll();
      expect(setup.onDisk()).toEqual(setup.content);
    });

    it('opens a file of 5 GiB at its far end', async () => {
      const pieceLength = 2 ** 20;
      const far = new Setup({ lengths: [3], pieceLength: 3 });
      const layout = new PieceLayout({ pieceLength, totalLength: 5 * 2 ** 30 });
      const disk = new DiskManager({
        hasher: new MemoryHasher(),
        layout,
        pieceHashes: new Uint8Array(20 * layout.pieceCount),
        handles: far.handles,
        cache: far.cache,
        queue: far.queue,
        aside: { id: 'T', fileSystem: far.roots[0], folders: new AsideFolders() },
      });
      const written: number[] = [];
      const fileSystem = new MemoryFileSystem();
      const open = fileSystem.open.bind(fileSystem);
      fileSystem.open = async (path, mode) => ({
        ...(await open(path, mode)),
        write: (position, data) => {
          written.push(position);
          return Promise.resolve(data);
        },
      });
      disk.open([{ fileSystem, path: 'big', length: 5 * 2 ** 30, offset: 0 }]);
      await disk.write(5119, 16, new Uint8Array(8));
      expect(written).toEqual([5119 * pieceLength + 16]);
    });
  });

  describe('reading for uploads', () => {
    it('reads a piece once and then serves views of it from memory', async () => {
      await setup.commitAll();
      expect(setup.disk.cachedBlock(1, 8, 16)).toBeUndefined();
      const block = await setup.disk.readBlock(1, 8, 16);
      expect(block).toEqual(setup.piece(1).subarray(8, 24));
      const again = setup.disk.cachedBlock(1, 30, 10);
      expect(again).toEqual(setup.piece(1).subarray(30, 40));
      expect(again?.buffer).toBe(block.buffer);
    });

    it('joins a block that lies in two extents', async () => {
      const extent = 2 ** 20;
      const large = new Setup({ lengths: [2 * extent + 500], pieceLength: 2 * extent + 500 });
      await large.commitAll();
      const block = await large.disk.readBlock(0, extent - 100, 16_384);
      expect(block).toEqual(large.content.subarray(extent - 100, extent - 100 + 16_384));
      expect(large.disk.cachedBlock(0, extent - 100, 16_384)).toBeUndefined();
      expect(large.disk.cachedBlock(0, extent, 10)).toEqual(large.content.subarray(extent, extent + 10));
      expect(await large.disk.readBlock(0, 2 * extent, 500)).toEqual(large.content.subarray(2 * extent));
    });

    it('tries again after a failure', async () => {
      await expect(setup.disk.readBlock(0, 0, 10)).rejects.toThrow(FileTooShortError);
      await setup.commitAll();
      expect(await setup.disk.readBlock(0, 0, 10)).toEqual(setup.piece(0).subarray(0, 10));
    });
  });

  describe('check', () => {
    it('finds the pieces that are whole', async () => {
      await setup.commitAll();
      expect(await setup.validPieces()).toEqual([0, 1, 2, 3, 4, 5]);
      await setup.disk.write(2, 3, new Uint8Array([1, 2, 3]));
      expect(await setup.validPieces()).toEqual([0, 1, 3, 4, 5]);
    });

    it('hostile 49: pieces of missing and short files are not there', async () => {
      expect(await setup.validPieces()).toEqual([]);
      await setup.commitAll();
      await setup.disk.close();
      const reopened = new Setup({ lengths: [100, 0, 30, 250, 1], pieceLength: 64, twoRoots: true });
      const [first, second] = reopened.roots;
      first.writeFile('T/0/f0', setup.content.subarray(0, 100));
      second.writeFile('T/0/f3', setup.content.subarray(130, 200));
      expect(await reopened.validPieces()).toEqual([0]);
    });

    it('passes other errors of the disk on', async () => {
      await setup.roots[0].createDirectory('T/0/f0');
      await expect(setup.disk.check(0, new Uint8Array(64))).rejects.toMatchObject({ code: 'not-a-file' });
    });
  });

  describe('files', () => {
    it('creates those without bytes', async () => {
      await setup.disk.createEmptyFiles();
      expect((await setup.roots[1].stat('T/1/f1'))?.size).toBe(0);
      expect(await setup.roots[0].stat('T')).toBeUndefined();
    });

    it('deletes them with the folders left empty, and leaves what is not ours', async () => {
      await setup.commitAll();
      await setup.disk.createEmptyFiles();
      setup.roots[0].writeFile('T/2/notes.txt', new Uint8Array(3));
      await setup.disk.deleteFiles();
      expect(await setup.roots[1].list('')).toEqual([]);
      expect(await setup.roots[0].list('T')).toEqual([{ name: '2', isDirectory: true }]);
      expect(await setup.roots[0].list('T/2')).toEqual([{ name: 'notes.txt', isDirectory: false }]);
    });

    it('has nothing to delete when nothing was written', async () => {
      await setup.disk.deleteFiles();
      expect(await setup.roots[0].list('')).toEqual([]);
    });
  });

  describe('close', () => {
    it('waits for what is under way and takes nothing more', async () => {
      let isWritten = false;
      void setup.disk.commit(0, setup.piece(0)).then(() => (isWritten = true));
      await setup.disk.close();
      expect(isWritten).toBe(true);
      expect(setup.handles.openHandles).toBe(0);
      await expect(setup.disk.commit(1, setup.piece(1))).rejects.toMatchObject({ code: 'closed' });
      await expect(setup.disk.read(0, 0, 1)).rejects.toMatchObject({ code: 'closed' });
      await setup.disk.close();
    });

    it('forgets what was cached', async () => {
      await setup.commitAll();
      await setup.disk.readBlock(0, 0, 10);
      expect(setup.cache.usedBytes).toBe(64);
      await setup.disk.close();
      expect(setup.cache.usedBytes).toBe(0);
    });

    it('leaves another manager of the same files at work', async () => {
      await setup.commitAll();
      const other = setup.createManager();
      await Promise.all([setup.disk.close(), other.read(0, 0, 64)]);
      expect(await other.read(1, 0, 64)).toEqual(setup.piece(1));
    });
  });
});
