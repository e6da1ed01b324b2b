import { sha1 } from '@noble/hashes/legacy.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ASIDE_FOLDER, AsideFolders } from '../../src/core/aside-folders.js';
import { DiskManager } from '../../src/core/disk-manager.js';
import { DiskQueue } from '../../src/core/disk-queue.js';
import { FileHandlePool } from '../../src/core/file-handle-pool.js';
import { PieceLayout } from '../../src/core/piece-layout.js';
import { ReadCache } from '../../src/core/read-cache.js';
import { FilesChangedError } from '../../src/core/skipped-files.js';
import type { IFileSystem } from '../../src/interfaces/filesystem.js';
import { concatBytes } from '../../src/utils/bytes.js';
import { MemoryFileSystem, MemoryHasher, SeededRandom } from '../mocks/index.js';

const PIECE = 10;
const ID = 'torrent';

/** Whoever used it is dead after so many changes of the disk: nothing is done and nothing answers any more. */
function mortal(fileSystem: IFileSystem, changesLeft: number): IFileSystem {
  const change = <T>(operation: () => Promise<T>): Promise<T> =>
    changesLeft-- > 0 ? operation() : new Promise<T>(() => undefined);
  return {
    stat: (path) => fileSystem.stat(path),
    list: (path) => fileSystem.list(path),
    createDirectory: (path) => change(() => fileSystem.createDirectory(path)),
    remove: (path) => change(() => fileSystem.remove(path)),
    removeTree: (path) => change(() => fileSystem.removeTree(path)),
    rename: (from, to) => change(() => fileSystem.rename(from, to)),
    open: async (path, mode) => {
      const handle = await change(() => fileSystem.open(path, mode));
      return { ...handle, write: (position, data) => change(() => handle.write(position, data)) };
    },
  };
}

/** A torrent whose files come and go, and what should be on its disk. */
class Model {
  readonly disk = new MemoryFileSystem({ detachBuffers: true });
  readonly layout: PieceLayout;
  readonly content: Uint8Array;
  readonly committed = new Set<number>();
  skipped: ReadonlySet<number> = new Set();
  manager!: DiskManager;
  readonly #files: { path: string; length: number; offset: number }[];

  constructor(lengths: readonly number[]) {
    let offset = 0;
    this.#files = lengths.map((length, index) => {
      offset += length;
      return { path: `T/${index % 2}/f${index}`, length, offset: offset - length };
    });
    this.layout = new PieceLayout({ pieceLength: PIECE, totalLength: offset });
    this.content = new SeededRandom(5).bytes(offset);
    this.open();
  }

  open(fileSystem: IFileSystem = this.disk): void {
    const { layout, content } = this;
    const hashes = Array.from({ length: layout.pieceCount }, (_, at) =>
      sha1(content.slice(at * PIECE, (at + 1) * PIECE)),
    );
    this.manager = new DiskManager({
      hasher: new MemoryHasher({ detachBuffers: true }),
      layout,
      pieceHashes: concatBytes(hashes),
      handles: new FileHandlePool({ maxOpenHandles: 3 }),
      cache: new ReadCache(),
      queue: new DiskQueue(),
      aside: { id: ID, fileSystem, folders: new AsideFolders() },
    });
    this.manager.open(this.#files.map((file) => ({ ...file, fileSystem })));
  }

  /** As a client does that starts: first without, then with knowledge of what is there. */
  async restart(): Promise<void> {
    await this.manager.arrange({ skipped: this.skipped, isWhole: undefined });
    await this.arrange();
  }

  arrange(skipped = this.skipped): Promise<void> {
    this.skipped = skipped;
    return this.manager.arrange({ skipped, isWhole: (index) => this.isWhole(index) });
  }

  async commit(index: number): Promise<void> {
    const { verified } = await this.manager.commit(index, this.content.slice(index * PIECE, (index + 1) * PIECE));
    expect(verified).toBe(true);
    this.committed.add(index);
  }

  isWhole(fileIndex: number): boolean {
    return this.#piecesOf(fileIndex).every((index) => this.committed.has(index));
  }

  async expectInOrder(): Promise<void> {
    for (const index of this.committed) {
      const length = this.layout.pieceSize(index);
      const start = index * PIECE;
      expect(await this.manager.read(index, 0, length)).toEqual(this.content.slice(start, start + length));
    }
    for (const [fileIndex, { path, offset, length }] of this.#files.entries()) {
      if (length === 0) continue;
      const isThere = (await this.disk.stat(path)) !== undefined;
      if (this.skipped.has(fileIndex)) {
        expect(isThere && !this.isWhole(fileIndex)).toBe(false);
        continue;
      }
      for (const index of this.#piecesOf(fileIndex)) {
        if (!this.committed.has(index)) continue;
        const from = Math.max(offset, index * PIECE);
        const to = Math.min(offset + length, (index + 1) * PIECE);
        const there = this.disk.readFile(path).slice(from - offset, to - offset);
        expect(there).toEqual(this.content.slice(from, to));
      }
    }
    if (this.skipped.size === 0) expect(await this.disk.stat(ASIDE_FOLDER)).toBeUndefined();
  }

  #piecesOf(fileIndex: number): number[] {
    const { offset, length } = this.#files[fileIndex] as { offset: number; length: number };
    if (length === 0) return [];
    const first = Math.floor(offset / PIECE);
    return Array.from({ length: Math.floor((offset + length - 1) / PIECE) - first + 1 }, (_, at) => first + at);
  }
}

const FILES = 6;
const lengths = fc
  .array(fc.oneof(fc.nat(4), fc.nat(45)), { minLength: FILES, maxLength: FILES })
  .filter((all) => all.some((length) => length > 0));
const anySkipped = fc.uniqueArray(fc.nat(FILES - 1)).map((indices): ReadonlySet<number> => new Set(indices));
const anyEvent = fc.oneof(
  fc.record({ kind: fc.constant('commit'), piece: fc.nat(30) }),
  fc.record({ kind: fc.constant('commit'), piece: fc.nat(30) }),
  fc.record({ kind: fc.constant('choose'), skipped: anySkipped }),
  fc.record({ kind: fc.constant('die'), skipped: anySkipped, piece: fc.nat(30), changes: fc.nat(12) }),
);

describe('files that are not wanted', () => {
  it('leave only what is wanted on disk and lose no piece, whatever is chosen when, and whenever the client dies', async () => {
    await fc.assert(
      fc.asyncProperty(lengths, fc.array(anyEvent, { maxLength: 25 }), async (sizes, events) => {
        const model = new Model(sizes);
        await model.restart();
        for (const event of events) {
          if ('piece' in event && event.piece >= model.layout.pieceCount) continue;
          if (event.kind === 'commit' && 'piece' in event) await model.commit(event.piece);
          else if (event.kind === 'choose' && 'skipped' in event) await model.arrange(event.skipped);
          else if ('changes' in event) {
            // What the user wants is on record before anything moves.
            await model.manager.close();
            model.open(mortal(model.disk, event.changes));
            const ended = model
              .arrange(event.skipped)
              .then(() =>
                model.manager.commit(event.piece, model.content.slice(event.piece * PIECE, (event.piece + 1) * PIECE)),
              );
            await Promise.race([ended, new Promise((resolve) => setImmediate(resolve))]);
            model.open();
            await model.restart();
          }
          await model.expectInOrder();
        }
        await model.arrange(new Set());
        for (let index = 0; index < model.layout.pieceCount; index++) {
          if (!model.committed.has(index)) await model.commit(index);
        }
        await model.expectInOrder();
      }),
      { numRuns: 300 },
    );
  });

  it('that are whole stay where they are', async () => {
    const model = new Model([20, 15, 5]);
    await model.restart();
    for (const index of [0, 1, 2]) await model.commit(index);
    await model.arrange(new Set([0, 1]));
    expect(model.disk.readFile('T/0/f0')).toHaveLength(20);
    expect(await model.disk.stat('T/1/f1')).toBeUndefined();
    await model.expectInOrder();
  });

  it('are not copied over what another program put in their place', async () => {
    const model = new Model([25, 25]);
    await model.restart();
    await model.commit(0);
    await model.arrange(new Set([0]));
    model.disk.writeFile('T/0/f0', Uint8Array.of(1, 2, 3));
    await expect(model.arrange(new Set())).rejects.toBeInstanceOf(FilesChangedError);
    expect(model.disk.readFile('T/0/f0')).toEqual(Uint8Array.of(1, 2, 3));
  });

  it('hostile 50: wait aside when there is no room to bring them back, and come when there is', async () => {
    const model = new Model([5, 25, 20]);
    await model.restart();
    await model.arrange(new Set([0, 1]));
    for (const index of [0, 3]) await model.commit(index);
    model.disk.capacityBytes = model.disk.usedBytes;
    await expect(model.arrange(new Set())).rejects.toMatchObject({ code: 'no-space' });
    for (const index of [0, 3]) {
      expect(await model.manager.read(index, 0, PIECE)).toEqual(
        model.content.slice(index * PIECE, (index + 1) * PIECE),
      );
    }
    model.disk.capacityBytes = Infinity;
    await model.arrange();
    await model.expectInOrder();
  });
});
