import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { MemoryBudget } from '../../src/core/memory-budget.js';
import { BLOCK_LENGTH, PieceLayout } from '../../src/core/piece-layout.js';
import { PieceManager } from '../../src/core/piece-manager.js';
import type { ShelfStore } from '../../src/core/piece-shelf.js';
import type { PickingPeer } from '../../src/core/picking-peer.js';
import type { Section } from '../../src/core/sectioned-piece.js';
import { BitField } from '../../src/utils/bitfield.js';
import { SeededRandom } from '../mocks/index.js';

const SECTION_BLOCKS = 2;
const SECTION = SECTION_BLOCKS * BLOCK_LENGTH;
const BLOCKS = 5;
const PIECE = BLOCKS * BLOCK_LENGTH;
const PIECES = 4;
/** Of the last piece. */
const LAST_BLOCKS = 3;

interface Block {
  readonly index: number;
  readonly begin: number;
  readonly length: number;
}

class TestPeer implements PickingPeer {
  readonly pieces = new BitField(PIECES);
  isSnubbed = false;
  downloadRate = 0;
}

/** What every byte of a block should be. */
const contentOf = (index: number, block: number): number => 1 + index * BLOCKS + block;

/** Does what it is told in that order, when the test says so; what it keeps outlives a manager. */
class SlowStore implements ShelfStore {
  readonly pieces = new Map<number, Map<number, number>>();
  readonly #due: (Section | number)[] = [];

  put(): never {
    throw new Error('these pieces never lie in memory as a whole');
  }

  take(): never {
    throw new Error('nobody reads these pieces back');
  }

  keep(section: Section): void {
    this.#due.push(section);
  }

  forget(index: number): void {
    this.#due.push(index);
  }

  get isIdle(): boolean {
    return this.#due.length === 0;
  }

  /** The next thing that is due; false: it could not keep it. */
  work(world: World, options: { readonly succeeds: boolean }): void {
    const next = this.#due.shift();
    if (typeof next === 'number') this.pieces.delete(next);
    if (next === undefined || typeof next === 'number') return;
    const { index, begin, buffer, blocks } = next;
    if (options.succeeds) {
      const kept = this.pieces.get(index) ?? new Map<number, number>();
      this.pieces.set(index, kept);
      for (const block of blocks) {
        const start = block * BLOCK_LENGTH - begin;
        const bytes = buffer.subarray(start, Math.min(start + BLOCK_LENGTH, buffer.length));
        kept.set(block, bytes.at(-1) === bytes[0] ? (bytes[0] as number) : -1);
      }
    }
    world.budget.release(buffer);
    if (world.manager.sectionKept(next, { isKept: options.succeeds }) === 'full') world.full.push(index);
  }

  /** Every block of a piece is here, as it should be. */
  isRight(index: number, blockCount: number): boolean {
    const kept = this.pieces.get(index);
    return Array.from({ length: blockCount }, (_, block) => kept?.get(block) === contentOf(index, block)).every(
      Boolean,
    );
  }

  /** As a scratch file tells it. */
  shelf(layout: PieceLayout): Map<number, BitField> {
    return new Map(
      [...this.pieces].map(([index, kept]) => {
        const blocks = new BitField(layout.blockCount(index));
        for (const block of kept.keys()) blocks.set(block);
        return [index, blocks];
      }),
    );
  }
}

class World {
  readonly layout = new PieceLayout({
    pieceLength: PIECE,
    totalLength: (PIECES - 1) * PIECE + (LAST_BLOCKS - 1) * BLOCK_LENGTH + 100,
    sections: { maxWholePieceBytes: PIECE - 1, sectionBytes: SECTION },
  });
  readonly store: SlowStore;
  readonly budget: MemoryBudget;
  readonly manager: PieceManager<TestPeer>;
  readonly cancelled: (Block & { readonly peer: TestPeer })[] = [];
  readonly full: number[] = [];

  constructor(options: { readonly budgetSections?: number; readonly store?: SlowStore } = {}) {
    this.store = options.store ?? new SlowStore();
    this.budget = new MemoryBudget((options.budgetSections ?? 100) * SECTION);
    this.manager = new PieceManager({
      layout: this.layout,
      budget: this.budget,
      random: new SeededRandom(1),
      shelf: this.store,
      events: {
        cancelRequest: (peer, index, begin, length) => this.cancelled.push({ peer, index, begin, length }),
        memoryAvailable: () => undefined,
        pieceFull: (index) => this.full.push(index),
      },
    });
  }

  join(...has: number[]): TestPeer {
    const peer = new TestPeer();
    for (const index of has) peer.pieces.set(index);
    this.manager.addPeer(peer);
    return peer;
  }

  pick(peer: TestPeer, maxBlocks = 100): Block[] {
    const picked: Block[] = [];
    this.manager.pick(peer, maxBlocks, (index, begin, length) => picked.push({ index, begin, length }));
    return picked;
  }

  send(peer: TestPeer, { index, begin, length }: Block): string {
    const bytes = new Uint8Array(length).fill(contentOf(index, begin / BLOCK_LENGTH));
    if (this.manager.beginBlock(peer, index, begin, length)) this.manager.writeBlock(peer, index, begin, 0, bytes);
    return this.manager.endBlock(peer, index, begin);
  }

  work(options: { readonly succeeds: boolean } = { succeeds: true }): void {
    while (!this.store.isIdle) this.store.work(this, options);
  }

  /** Downloads what there is, one round of requests after the other. */
  async drain(peer: TestPeer): Promise<void> {
    for (let rounds = 0; rounds < 1000 && !this.manager.isComplete; rounds++) {
      for (const block of this.pick(peer, 3)) this.send(peer, block);
      this.work();
      await Promise.resolve();
      for (const index of this.full.splice(0)) this.verify(index);
    }
  }

  verify(index: number): void {
    this.manager.takeKept(index);
    expect(this.store.isRight(index, this.layout.blockCount(index))).toBe(true);
    this.manager.verified(index);
  }
}

describe('a piece too long for the memory', () => {
  let world: World;
  beforeEach(() => {
    world = new World();
  });

  it('holds memory for the sections that are being downloaded, and is full once all of it is kept', () => {
    const peer = world.join(0);
    const blocks = world.pick(peer, 3);
    expect(world.budget.usedBytes).toBe(2 * SECTION);
    for (const block of blocks) expect(world.send(peer, block)).toBe('accepted');
    world.work();
    expect(world.budget.usedBytes).toBe(SECTION);
    for (const block of world.pick(peer)) expect(world.send(peer, block)).toBe('accepted');
    expect(world.full).toEqual([]);
    world.work();
    expect(world.full).toEqual([0]);
    world.verify(0);
    world.work();
    expect([...world.store.pieces]).toEqual([]);
    expect(world.budget.usedBytes).toBe(0);
  });

  it('is asked for no further than there is memory, however small', async () => {
    world = new World({ budgetSections: 0.5 });
    const peer = world.join(...Array(PIECES).keys());
    expect(world.pick(peer)).toHaveLength(SECTION_BLOCKS);
    expect(world.pick(world.join(1, 2))).toEqual([]);
    expect(world.budget.isWanted).toBe(true);
    world.manager.releaseRequests(peer);
    await world.drain(peer);
    expect(world.manager.isComplete).toBe(true);
  });

  it('is gone on with after a stop where it was, and in a later session too', async () => {
    for (const isLater of [false, true]) {
      world = new World();
      const peer = world.join(2);
      for (const block of world.pick(peer, 3)) world.send(peer, block);
      world.manager.removePeer(peer);
      world.manager.shelveOpenPieces();
      world.work();
      expect(world.budget.usedBytes).toBe(0);
      if (isLater) {
        world = new World({ store: world.store });
        world.manager.loadShelf(world.store.shelf(world.layout));
      }
      const next = world.join(2);
      expect(world.pick(next).map(({ begin }) => begin / BLOCK_LENGTH)).toEqual([3, 4]);
      world.manager.releaseRequests(next);
      next.pieces.setAll();
      world.manager.removePeer(next);
      world.manager.addPeer(next);
      await world.drain(next);
      expect(world.manager.isComplete).toBe(true);
    }
  });

  it('that was complete when the session ended is verified without asking for a block', async () => {
    const peer = world.join(1);
    for (const block of world.pick(peer)) world.send(peer, block);
    world.work();
    const later = new World({ store: world.store });
    later.manager.loadShelf(later.store.shelf(later.layout));
    expect(later.pick(later.join(1))).toEqual([]);
    await Promise.resolve();
    expect(later.full).toEqual([1]);
    later.verify(1);
  });

  it('waits on the shelf when the disk fails at its end, and is verified at the next attempt', async () => {
    const peer = world.join(1);
    for (const block of world.pick(peer)) world.send(peer, block);
    world.work();
    world.manager.takeKept(1);
    world.manager.postponed(1);
    expect(world.pick(peer)).toEqual([]);
    world.full.length = 0;
    await Promise.resolve();
    expect(world.full).toEqual([1]);
    world.verify(1);
  });

  it('names the only peer that sent it when it is wrong, and is asked for anew', () => {
    const peer = world.join(1);
    for (const block of world.pick(peer)) world.send(peer, block);
    world.work();
    world.manager.takeKept(1);
    expect(world.manager.failed(1)).toBe(peer);
    world.work();
    expect([...world.store.pieces]).toEqual([]);
    expect(world.pick(peer)).toHaveLength(BLOCKS);
  });

  it('of which a section could not be kept has its blocks asked for again', () => {
    const peer = world.join(1);
    const [first, second] = world.pick(peer, SECTION_BLOCKS) as [Block, Block];
    for (const block of [first, second]) world.send(peer, block);
    world.work({ succeeds: false });
    expect(world.budget.usedBytes).toBe(0);
    expect(world.pick(peer, SECTION_BLOCKS)).toEqual([first, second]);
  });

  it('completes whatever peers and the disk do: leave, choke, send, stop, idle, fail', async () => {
    const step = fc.record({
      peer: fc.nat(3),
      act: fc.constantFrom(
        'toggle',
        'pick',
        'pick',
        'send',
        'send',
        'send',
        'choke',
        'work',
        'work',
        'take',
        'stop',
        'idle',
      ),
      amount: fc.integer({ min: 1, max: 12 }),
      has: fc.uniqueArray(fc.nat(PIECES - 1)),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 150 }), fc.boolean(), async (steps, isTight) => {
        world = new World({ budgetSections: isTight ? 2 : 50 });
        const { manager, full } = world;
        const peers: (TestPeer | undefined)[] = [];
        const outstanding = new Map<TestPeer, Block[]>();
        let now = 0;
        for (const { peer: slot, act, amount, has } of steps) {
          const peer = peers[slot];
          if (!peer) {
            const joined = world.join(...has);
            peers[slot] = joined;
            outstanding.set(joined, []);
            continue;
          }
          const blocks = outstanding.get(peer) ?? [];
          if (act === 'toggle') {
            manager.removePeer(peer);
            peers[slot] = undefined;
            outstanding.delete(peer);
          } else if (act === 'pick') {
            blocks.push(...world.pick(peer, amount));
          } else if (act === 'send') {
            const block = blocks.shift();
            if (block) world.send(peer, block);
          } else if (act === 'choke') {
            manager.releaseRequests(peer);
            blocks.length = 0;
          } else if (act === 'work') {
            world.store.work(world, { succeeds: amount > 2 });
          } else if (act === 'stop') {
            if (amount > 8) manager.shelveOpenPieces();
          } else if (act === 'idle') {
            manager.shelveIdle((now += amount * 10_000));
          } else {
            const index = full.shift();
            if (index === undefined) continue;
            manager.takeKept(index);
            if (amount > 9) manager.failed(index);
            else if (amount > 7) manager.lost(index);
            else if (amount > 5) manager.postponed(index);
            else manager.verified(index);
          }
          await Promise.resolve();
          for (const { peer: asked, index, begin } of world.cancelled.splice(0)) {
            const queue = outstanding.get(asked) ?? [];
            const at = queue.findIndex((block) => block.index === index && block.begin === begin);
            expect(at).not.toBe(-1);
            queue.splice(at, 1);
          }
          if (isTight) expect(world.budget.usedBytes).toBeLessThanOrEqual(3 * SECTION);
        }
        for (const peer of peers) if (peer) manager.removePeer(peer);
        world.work();
        for (const index of full.splice(0)) world.verify(index);
        await world.drain(world.join(...Array(PIECES).keys()));
        world.work();
        expect(manager.isComplete).toBe(true);
        expect(world.budget.usedBytes).toBe(0);
        expect([...world.store.pieces]).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });
});
