import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { MemoryBudget } from '../../src/core/memory-budget.js';
import { BLOCK_LENGTH, PieceLayout } from '../../src/core/piece-layout.js';
import { PieceShelf, type ShelfStore } from '../../src/core/piece-shelf.js';
import { PieceManager } from '../../src/core/piece-manager.js';
import type { PiecePriority } from '../../src/core/piece-picker.js';
import type { PieceWishes } from '../../src/core/piece-wishes.js';
import type { PickingPeer } from '../../src/core/picking-peer.js';
import { BitField } from '../../src/utils/bitfield.js';
import { SeededRandom } from '../mocks/index.js';

const BLOCKS = 4;
const PIECE = BLOCKS * BLOCK_LENGTH;

interface Block {
  readonly index: number;
  readonly begin: number;
  readonly length: number;
}

const rarest = (priorities: readonly PiecePriority[]): PieceWishes => ({ priorities, first: [], isSequential: false });

class TestPeer implements PickingPeer {
  readonly pieces: BitField;
  isSnubbed = false;
  downloadRate = 0;

  constructor(pieceCount: number, has: Iterable<number> = Array(pieceCount).keys()) {
    this.pieces = new BitField(pieceCount);
    for (const index of has) this.pieces.set(index);
  }
}

/** Keeps what is shelved, and brings it back when the test says so. */
class MemoryShelf implements ShelfStore {
  readonly kept = new Map<number, Uint8Array>();
  /** Pieces that were asked for. */
  readonly asked: number[] = [];

  constructor(private readonly budget: MemoryBudget) {}

  put(index: number, buffer: Uint8Array): void {
    this.kept.set(index, buffer.slice());
    this.budget.release(buffer);
  }

  keep(): never {
    throw new Error('these pieces fit into the memory');
  }

  take(index: number): void {
    expect(this.kept.has(index)).toBe(true);
    this.asked.push(index);
  }

  forget(index: number): void {
    expect(this.kept.delete(index)).toBe(true);
  }
}

/** A manager with its peers, and the cancels it asked for. */
class Swarm {
  readonly layout: PieceLayout;
  readonly budget: MemoryBudget;
  readonly shelf: MemoryShelf;
  readonly manager: PieceManager<TestPeer>;
  readonly cancelled: (Block & { peer: TestPeer })[] = [];
  roomReports = 0;

  constructor(options: { pieces: number; budgetPieces?: number; totalLength?: number; seed?: number }) {
    const totalLength = options.totalLength ?? options.pieces * PIECE;
    this.layout = new PieceLayout({ pieceLength: PIECE, totalLength });
    this.budget = new MemoryBudget((options.budgetPieces ?? 1000) * PIECE);
    this.shelf = new MemoryShelf(this.budget);
    this.manager = new PieceManager({
      shelf: this.shelf,
      layout: this.layout,
      budget: this.budget,
      random: new SeededRandom(options.seed ?? 1),
      events: {
        cancelRequest: (peer, index, begin, length) => this.cancelled.push({ peer, index, begin, length }),
        memoryAvailable: () => this.roomReports++,
        pieceFull: (index) => expect.unreachable(`piece ${index} fits into the memory`),
      },
    });
  }

  join(has?: Iterable<number>): TestPeer {
    const peer = new TestPeer(this.layout.pieceCount, has);
    this.manager.addPeer(peer);
    return peer;
  }

  pick(peer: TestPeer, maxBlocks = 1): Block[] {
    const picked: Block[] = [];
    const count = this.manager.pick(peer, maxBlocks, (index, begin, length) => picked.push({ index, begin, length }));
    expect(picked).toHaveLength(count);
    return picked;
  }

  /** The one block that is picked. */
  pickOne(peer: TestPeer): Block {
    const [block] = this.pick(peer);
    if (!block) throw new Error('nothing was picked');
    return block;
  }

  send(peer: TestPeer, { index, begin, length }: Block, fill = 1) {
    if (this.manager.beginBlock(peer, index, begin, length)) {
      this.manager.writeBlock(peer, index, begin, 0, new Uint8Array(length).fill(fill));
    }
    return this.manager.endBlock(peer, index, begin);
  }

  verify(index: number): void {
    this.manager.verified(index, this.manager.takeBuffer(index));
  }

  /** Brings all that was asked of the shelf; returns the pieces that are full by it. */
  restoreAll(): number[] {
    return this.shelf.asked
      .splice(0)
      .filter((index) => this.manager.restored(index, this.shelf.kept.get(index)) === 'full');
  }

  /** Downloads what `peer` gets until nothing is picked any more. Returns the pieces in the order they became full. */
  drain(peer: TestPeer, maxBlocks = 5): number[] {
    const full: number[] = [];
    const take = (index: number) => {
      full.push(index);
      this.verify(index);
    };
    this.restoreAll().forEach(take);
    for (let blocks = this.pick(peer, maxBlocks); blocks.length > 0; blocks = this.pick(peer, maxBlocks)) {
      this.restoreAll().forEach(take);
      for (const block of blocks) {
        if (this.send(peer, block) === 'full') take(block.index);
      }
    }
    return full;
  }
}

describe('PieceManager', () => {
  let swarm: Swarm;
  beforeEach(() => {
    swarm = new Swarm({ pieces: 10 });
  });

  describe('picking', () => {
    it('downloads every piece once from one seed, the short end included', () => {
      const total = new Swarm({ pieces: 3, totalLength: 2 * PIECE + BLOCK_LENGTH + 10 });
      const seed = total.join();
      expect(total.drain(seed).toSorted()).toEqual([0, 1, 2]);
      expect(total.manager.isComplete).toBe(true);
      expect(total.manager.have.hasAll).toBe(true);
      expect(total.manager.missingWantedBytes).toBe(0);
      expect(total.budget.usedBytes).toBe(0);
    });

    it('asks for no block twice before endgame', () => {
      const seeds = [swarm.join(), swarm.join(), swarm.join()];
      const blocks = seeds.flatMap((seed) => swarm.pick(seed, 13));
      expect(blocks).toHaveLength(39);
      expect(new Set(blocks.map(({ index, begin }) => `${index}/${begin}`)).size).toBe(39);
    });

    it('finishes a partial piece before it opens another', () => {
      const [a, b] = [swarm.join(), swarm.join()];
      const started = swarm.pick(a, 1);
      const rest = swarm.pick(b, 3);
      expect(rest.map(({ index }) => index)).toEqual(Array(3).fill(started[0]?.index));
    });

    it.each([
      { openPieces: 3, order: 'a rarer piece is begun' },
      { openPieces: 4, order: 'they are finished first' },
    ])('with $openPieces open pieces and 2 peers $order', ({ openPieces }) => {
      const seed = swarm.join();
      const done = [6, 7, 8, 9];
      for (const index of done) {
        const giver = swarm.join([index]);
        for (const block of swarm.pick(giver, BLOCKS)) swarm.send(giver, block);
        swarm.verify(index);
        swarm.manager.removePeer(giver);
      }
      const partial = Array.from({ length: openPieces }, (_, index) => index);
      for (const index of partial) {
        const leaver = swarm.join([index]);
        swarm.send(leaver, swarm.pickOne(leaver));
        swarm.manager.removePeer(leaver);
      }
      // All but the rarest.
      swarm.join([0, 1, 2, 3, 4]);
      const { index } = swarm.pickOne(seed);
      if (openPieces === 3) expect(index).toBe(5);
      else expect(partial).toContain(index);
    });

    it('takes the first 4 pieces at random and the rarest afterwards', () => {
      const firsts = new Set<number>();
      for (let seed = 1; seed <= 20; seed++) {
        const other = new Swarm({ pieces: 10, seed });
        other.join(Array(9).keys());
        firsts.add(other.pickOne(other.join()).index);
      }
      expect(firsts.size).toBeGreaterThan(3);
      swarm.join(Array(9).keys());
      for (let index = 0; index < 4; index++) swarm.manager.markHave(index);
      expect(swarm.pickOne(swarm.join()).index).toBe(9);
    });

    it('gives a snubbed peer the commonest piece', () => {
      for (let index = 0; index < 4; index++) swarm.manager.markHave(index);
      swarm.join([7]);
      const snubbed = swarm.join();
      snubbed.isSnubbed = true;
      expect(swarm.pickOne(snubbed).index).toBe(7);
    });

    it('gives a fast peer whole pieces, which others enter only when there is nothing else', () => {
      const [fast, other] = [swarm.join([0, 1]), swarm.join([0, 1])];
      fast.downloadRate = PIECE;
      const own = swarm.pickOne(fast).index;
      expect(swarm.pick(other, BLOCKS).map(({ index }) => index)).toEqual(Array(BLOCKS).fill(1 - own));
      expect(swarm.pickOne(other).index).toBe(own);
    });

    it('takes only what the peer has and is wanted', () => {
      const peer = swarm.join([1, 2, 3]);
      swarm.manager.setWishes(rarest([4, 0, 4, 4, 4, 4, 4, 4, 4, 4]));
      swarm.manager.markHave(3);
      expect(new Set(swarm.pick(peer, 100).map(({ index }) => index))).toEqual(new Set([2]));
    });

    it('asks a peer for a piece that it announces later', () => {
      const peer = swarm.join([]);
      expect(swarm.manager.isInteresting(peer)).toBe(false);
      expect(swarm.pick(peer)).toEqual([]);
      peer.pieces.set(5);
      swarm.manager.peerChanged(peer, 5);
      expect(swarm.manager.isInteresting(peer)).toBe(true);
      expect(swarm.pickOne(peer).index).toBe(5);
    });

    it('counts the bitfield of a peer that had nothing when it was added', () => {
      const peer = swarm.join([]);
      peer.pieces.set(3);
      swarm.manager.addPeer(peer);
      expect(swarm.pickOne(peer).index).toBe(3);
    });

    it('gives nothing to a peer it does not know', () => {
      expect(swarm.pick(new TestPeer(10))).toEqual([]);
    });
  });

  describe('interest', () => {
    it('ends with the last piece that a peer has and we lack', () => {
      const peer = swarm.join([4]);
      const seed = swarm.join();
      swarm.manager.markHave(4);
      expect(swarm.manager.isInteresting(peer)).toBe(false);
      expect(swarm.manager.isInteresting(seed)).toBe(true);
    });

    it('follows what is wanted', () => {
      const peer = swarm.join([4]);
      swarm.manager.setWishes(rarest(Array<PiecePriority>(10).fill(0)));
      expect(swarm.manager.isInteresting(peer)).toBe(false);
      expect(swarm.manager.isComplete).toBe(true);
      swarm.manager.setWishes(rarest([0, 0, 0, 0, 1, 0, 0, 0, 0, 0]));
      expect(swarm.manager.isInteresting(peer)).toBe(true);
      expect(swarm.manager.missingWantedBytes).toBe(PIECE);
      expect(swarm.manager.wantedBytes).toBe(PIECE);
    });
  });

  describe('blocks', () => {
    it('puts chunks where they belong', () => {
      const peer = swarm.join([0]);
      for (const { index, begin, length } of swarm.pick(peer, BLOCKS).toReversed()) {
        expect(swarm.manager.beginBlock(peer, index, begin, length)).toBe(true);
        for (let offset = 0; offset < length; offset += 5000) {
          const chunk = Uint8Array.from({ length: Math.min(5000, length - offset) }, (_, at) => begin + offset + at);
          expect(swarm.manager.writeBlock(peer, index, begin, offset, chunk)).toBe(true);
        }
        expect(swarm.manager.endBlock(peer, index, begin)).toBe(begin === 0 ? 'full' : 'accepted');
      }
      expect(swarm.manager.takeBuffer(0)).toEqual(Uint8Array.from({ length: PIECE }, (_, at) => at));
    });

    it.each([
      ['unrequested', { index: 1, begin: 0, length: BLOCK_LENGTH }],
      ['of a piece that does not exist', { index: 10, begin: 0, length: BLOCK_LENGTH }],
      ['shorter than asked', { index: 0, begin: 0, length: 100 }],
      ['longer than asked', { index: 0, begin: 0, length: BLOCK_LENGTH + 1 }],
      ['empty', { index: 0, begin: 0, length: 0 }],
      ['between two blocks', { index: 0, begin: BLOCK_LENGTH / 2, length: BLOCK_LENGTH }],
      ['past the end of the piece', { index: 0, begin: PIECE, length: BLOCK_LENGTH }],
      ['far past the end of the piece', { index: 0, begin: 2 ** 32 - BLOCK_LENGTH, length: BLOCK_LENGTH }],
    ])('hostile 20: a block %s is never written', (_, block) => {
      const peer = swarm.join([0]);
      swarm.pick(peer, BLOCKS);
      expect(swarm.manager.beginBlock(peer, block.index, block.begin, block.length)).toBe(false);
      expect(swarm.manager.writeBlock(peer, block.index, block.begin, 0, new Uint8Array(10))).toBe(false);
      expect(swarm.manager.endBlock(peer, block.index, block.begin)).toBe('ignored');
    });

    it('hostile 20: a block of a piece we have, or a second time, is refused', () => {
      const peer = swarm.join([0, 1]);
      const block = swarm.pickOne(peer);
      expect(swarm.send(peer, block)).toBe('accepted');
      expect(swarm.send(peer, block)).toBe('ignored');
      swarm.manager.markHave(1 - block.index);
      expect(swarm.send(peer, { ...block, index: 1 - block.index })).toBe('ignored');
    });

    it('hostile 20: a refused block settles its request, so the block can be asked for again', () => {
      const peer = swarm.join([0]);
      swarm.pick(peer, BLOCKS - 1);
      expect(swarm.send(peer, { index: 0, begin: 0, length: 1 })).toBe('ignored');
      expect(swarm.pickOne(peer)).toEqual({ index: 0, begin: 0, length: BLOCK_LENGTH });
    });

    it('asks another peer for what was released', () => {
      const [a, b] = [swarm.join([0]), swarm.join([0])];
      swarm.pick(a, BLOCKS);
      expect(swarm.pick(b)).toEqual([]);
      swarm.manager.releaseRequest(a, 0, 2 * BLOCK_LENGTH);
      expect(swarm.pickOne(b).begin).toBe(2 * BLOCK_LENGTH);
      expect(swarm.send(a, { index: 0, begin: 2 * BLOCK_LENGTH, length: BLOCK_LENGTH })).toBe('ignored');
    });

    it('keeps what a peer sent when it leaves and gives its other blocks to others', () => {
      const [a, b] = [swarm.join([0]), swarm.join([0])];
      const [first] = swarm.pick(a, BLOCKS);
      swarm.send(a, first as Block);
      swarm.manager.removePeer(a);
      expect(swarm.pick(b, 10).map(({ begin }) => begin / BLOCK_LENGTH)).toEqual([1, 2, 3]);
    });

    it('gives the memory of a piece back when nothing of it came and nothing is asked for', () => {
      const peer = swarm.join();
      swarm.pick(peer, BLOCKS);
      expect(swarm.budget.usedBytes).toBe(PIECE);
      swarm.manager.releaseRequests(peer);
      expect(swarm.budget.usedBytes).toBe(0);
      expect(swarm.pick(peer, BLOCKS)).toHaveLength(BLOCKS);
    });
  });

  describe('a window', () => {
    const windowOf = (...pieces: number[]) => {
      const window = new BitField(4);
      for (const index of pieces) window.set(index);
      return window;
    };
    let peer: TestPeer;
    beforeEach(() => {
      swarm = new Swarm({ pieces: 4 });
      peer = swarm.join();
      swarm.manager.setWishes(rarest([4, 4, 4, 0]));
    });

    const pickedPieces = () => [...new Set(swarm.pick(peer, 100).map(({ index }) => index))].sort();

    it('bounds what is asked for, not what is wanted', () => {
      swarm.manager.setWindow(windowOf(1, 3));
      expect(pickedPieces()).toEqual([1]);
      expect([swarm.manager.isComplete, swarm.manager.missingWantedBytes]).toEqual([false, 3 * PIECE]);
      swarm.manager.setWishes(rarest([4, 4, 0, 4]));
      expect(pickedPieces()).toEqual([3]);
      swarm.manager.setWindow(undefined);
      expect(pickedPieces()).toEqual([0]);
    });

    it('has an endgame of its own, and lets what is open go on when it moves', () => {
      swarm.manager.setWindow(windowOf(1));
      expect(swarm.manager.isEndgame).toBe(false);
      swarm.pick(peer, BLOCKS - 1);
      swarm.manager.setWindow(windowOf(2));
      expect(pickedPieces()).toEqual([1, 2]);
      expect(swarm.manager.isEndgame).toBe(true);
    });
  });

  describe('endgame', () => {
    let slow: TestPeer;
    let fast: TestPeer;
    let other: TestPeer;
    beforeEach(() => {
      swarm = new Swarm({ pieces: 1 });
      [slow, fast, other] = [swarm.join(), swarm.join(), swarm.join()];
    });

    it('begins when every missing wanted block is requested', () => {
      swarm.pick(slow, BLOCKS - 1);
      expect(swarm.manager.isEndgame).toBe(false);
      swarm.pick(slow, 1);
      expect(swarm.manager.isEndgame).toBe(true);
      for (const begin of [0, 1, 2, 3])
        swarm.send(slow, { index: 0, begin: begin * BLOCK_LENGTH, length: BLOCK_LENGTH });
      swarm.verify(0);
      expect(swarm.manager.isEndgame).toBe(false);
    });

    it('does not begin while a wanted piece is not open, though nobody has it', () => {
      swarm = new Swarm({ pieces: 2 });
      const [a, b] = [swarm.join([0]), swarm.join([0])];
      swarm.pick(a, 10);
      expect(swarm.manager.isEndgame).toBe(false);
      expect(swarm.pick(b)).toEqual([]);
    });

    it('asks an idle peer that is untried for one block, the last of the slowest, and at most two peers for a block', () => {
      fast.downloadRate = 10;
      swarm.pick(fast, 2);
      swarm.pick(slow, 2);
      const again = swarm.pick(other, 10);
      expect(again).toEqual([{ index: 0, begin: 3 * BLOCK_LENGTH, length: BLOCK_LENGTH }]);
      expect(swarm.pick(other, 10)).toEqual([]);
      expect(swarm.pick(fast, 10)).toEqual([]);
      const idle = [swarm.join(), swarm.join(), swarm.join(), swarm.join()];
      expect(idle.map((peer) => swarm.pick(peer, 10).length)).toEqual([1, 1, 1, 0]);
    });

    it('asks a far faster peer for what a slow one owes, from the end, but for what is due within half a second', () => {
      slow.downloadRate = BLOCK_LENGTH * 4;
      fast.downloadRate = BLOCK_LENGTH * 100;
      const owed = swarm.pick(slow, BLOCKS);
      expect(swarm.pick(fast, 10)).toEqual([owed[3], owed[2]]);
    });

    it('asks a peer that is hardly faster only for what is due after 3 seconds', () => {
      fast.downloadRate = BLOCK_LENGTH * 2;
      slow.downloadRate = (BLOCK_LENGTH * 4) / 3;
      swarm.pick(slow, BLOCKS);
      expect(swarm.pick(fast, 10)).toEqual([]);
      slow.downloadRate = BLOCK_LENGTH;
      expect(swarm.pick(fast, 10)).toHaveLength(1);
    });

    it('cancels the other request when a block is here', () => {
      const last = swarm.pick(slow, BLOCKS).at(-1);
      const again = swarm.pickOne(fast);
      expect(again).toEqual(last);
      expect(swarm.send(fast, again)).toBe('accepted');
      expect(swarm.cancelled).toEqual([{ peer: slow, ...again }]);
      expect(swarm.send(slow, again)).toBe('ignored');
    });

    describe('with two copies of a block on their way', () => {
      let shared: Block;
      const sendPart = (peer: TestPeer, fill: number, from: number, to: number) => {
        const bytes = new Uint8Array(to - from).fill(fill);
        return swarm.manager.writeBlock(peer, 0, shared.begin, from, bytes);
      };
      const finish = () => {
        for (const begin of [0, 1, 2])
          swarm.send(slow, { index: 0, begin: begin * BLOCK_LENGTH, length: BLOCK_LENGTH }, 3);
        return swarm.manager.takeBuffer(0).subarray(shared.begin);
      };
      const isAllOf = (bytes: Uint8Array, fill: number) => bytes.every((byte) => byte === fill);

      beforeEach(() => {
        swarm.pick(slow, BLOCKS);
        shared = swarm.pickOne(fast);
        expect(swarm.manager.beginBlock(slow, 0, shared.begin, shared.length)).toBe(true);
        expect(sendPart(slow, 1, 0, 100)).toBe(true);
        expect(swarm.manager.beginBlock(fast, 0, shared.begin, shared.length)).toBe(true);
      });

      it('takes the one that is whole first, though it began last, and nothing of the other', () => {
        expect(sendPart(fast, 2, 0, shared.length)).toBe(true);
        expect(sendPart(slow, 1, 100, 200)).toBe(true);
        expect(swarm.manager.endBlock(fast, 0, shared.begin)).toBe('accepted');
        expect(sendPart(slow, 1, 200, shared.length)).toBe(false);
        expect(swarm.manager.endBlock(slow, 0, shared.begin)).toBe('ignored');
        expect(isAllOf(finish(), 2)).toBe(true);
      });

      it('takes the one that is whole first, though the other began since: two slow peers do not hinder each other for ever', () => {
        expect(sendPart(fast, 2, 0, 200)).toBe(true);
        expect(sendPart(slow, 1, 100, shared.length)).toBe(true);
        expect(swarm.manager.endBlock(slow, 0, shared.begin)).toBe('accepted');
        expect(swarm.cancelled).toEqual([{ peer: fast, ...shared }]);
        expect(sendPart(fast, 2, 200, shared.length)).toBe(false);
        expect(swarm.manager.endBlock(fast, 0, shared.begin)).toBe('ignored');
        expect(isAllOf(finish(), 1)).toBe(true);
      });

      it('goes on with one when the other is given up, whichever that is', () => {
        swarm.manager.releaseRequest(slow, 0, shared.begin);
        expect(sendPart(slow, 1, 100, 200)).toBe(false);
        expect(sendPart(fast, 2, 0, shared.length)).toBe(true);
        expect(swarm.manager.endBlock(fast, 0, shared.begin)).toBe('accepted');
        expect(isAllOf(finish(), 2)).toBe(true);
      });
    });

    it('keeps the block with the first peer when the second leaves', () => {
      swarm.pick(slow, BLOCKS);
      const block = swarm.pickOne(fast);
      swarm.manager.beginBlock(fast, 0, block.begin, BLOCK_LENGTH);
      swarm.manager.removePeer(fast);
      expect(swarm.manager.isEndgame).toBe(true);
      expect(swarm.send(slow, block)).toBe('accepted');
    });
  });

  describe('full pieces', () => {
    it('a failed piece is downloaded again', () => {
      const [a, b, c] = [swarm.join([0]), swarm.join([0]), swarm.join([0])];
      for (const block of swarm.pick(a, 2)) swarm.send(a, block);
      for (const block of swarm.pick(b, 2)) swarm.send(b, block);
      expect(swarm.manager.failed(0, swarm.manager.takeBuffer(0))).toBeUndefined();
      expect(swarm.budget.usedBytes).toBe(0);
      expect(swarm.drain(c)).toEqual([0]);
    });

    it('hostile 30: a failed piece of one sender names the liar', () => {
      const liar = swarm.join([0]);
      for (const block of swarm.pick(liar, BLOCKS)) swarm.send(liar, block);
      expect(swarm.manager.failed(0, swarm.manager.takeBuffer(0))).toBe(liar);
    });

    describe('that failed with several senders', () => {
      let honest: TestPeer;
      let liar: TestPeer;
      beforeEach(() => {
        swarm = new Swarm({ pieces: 1 });
        [honest, liar] = [swarm.join(), swarm.join()];
        const [first, second] = [swarm.pick(honest, 2), swarm.pick(liar, 2)];
        for (const block of first) swarm.send(honest, block, 1);
        for (const block of second) swarm.send(liar, block, 66);
        expect(swarm.manager.failed(0, swarm.manager.takeBuffer(0))).toBeUndefined();
      });

      it('hostile 30: come from one peer alone, and the right copy convicts the liar', () => {
        const third = swarm.join();
        expect(swarm.pick(third, 1)).toHaveLength(1);
        expect(swarm.pick(liar, 100)).toEqual([]);
        expect(swarm.pick(honest, 100)).toEqual([]);
        for (const block of [{ index: 0, begin: 0, length: BLOCK_LENGTH }, ...swarm.pick(third, 100)]) {
          swarm.send(third, block, 1);
        }
        const { contributors, liars } = swarm.manager.verified(0, swarm.manager.takeBuffer(0));
        expect([...contributors]).toEqual([third]);
        expect([...liars]).toEqual([liar]);
      });

      it('hostile 30: that one peer is the liar when the piece fails again', () => {
        for (const block of swarm.pick(liar, 100)) swarm.send(liar, block, 66);
        expect(swarm.manager.failed(0, swarm.manager.takeBuffer(0))).toBe(liar);
        for (const block of swarm.pick(honest, 100)) swarm.send(honest, block, 1);
        expect([...swarm.manager.verified(0, swarm.manager.takeBuffer(0)).liars]).toEqual([liar]);
      });

      it('are begun anew by another peer when theirs leaves, rejects, chokes or falls silent', () => {
        const [block] = swarm.pick(liar, 2);
        swarm.send(liar, block as Block, 66);
        swarm.manager.releaseRequest(liar, 0, BLOCK_LENGTH);
        expect(swarm.budget.usedBytes).toBe(0);
        expect(swarm.pick(honest, 2)).toHaveLength(2);
        swarm.manager.peerSnubbed(honest);
        expect(swarm.cancelled).toHaveLength(2);
        const third = swarm.join();
        expect(swarm.pick(third, 100)).toHaveLength(BLOCKS);
        swarm.manager.removePeer(third);
        // Given up three times, it is shared again.
        expect(swarm.pick(liar, 2)).toHaveLength(2);
        expect(swarm.pick(honest, 100)).toHaveLength(2);
      });

      it('are never left to a snubbed peer alone', () => {
        liar.isSnubbed = true;
        expect(swarm.pick(liar, 1)).toHaveLength(1);
        expect(swarm.pick(honest, 100)).toHaveLength(BLOCKS - 1);
      });

      it('are sure of their peer even in endgame', () => {
        expect(swarm.pick(liar, 100)).toHaveLength(BLOCKS);
        expect(swarm.manager.isEndgame).toBe(true);
        expect(swarm.pick(honest, 1)).toEqual([]);
      });
    });

    it('a piece whose buffer was lost is downloaded again', () => {
      const peer = swarm.join([0]);
      for (const block of swarm.pick(peer, BLOCKS)) swarm.send(peer, block);
      swarm.manager.takeBuffer(0);
      swarm.manager.lost(0);
      expect(swarm.budget.usedBytes).toBe(0);
      expect(swarm.drain(peer)).toEqual([0]);
    });

    it('can be taken only when full, and once', () => {
      const peer = swarm.join([0]);
      expect(() => swarm.manager.takeBuffer(0)).toThrow('piece 0');
      for (const block of swarm.pick(peer, BLOCKS)) swarm.send(peer, block);
      swarm.manager.takeBuffer(0);
      expect(() => swarm.manager.takeBuffer(0)).toThrow('piece 0');
      expect(() => swarm.manager.verified(1, new Uint8Array())).toThrow('piece 1');
    });
  });

  describe('memory', () => {
    it('asks for nothing beyond the budget, completes what is open, and says when there is room', async () => {
      swarm = new Swarm({ pieces: 10, budgetPieces: 2 });
      const peer = swarm.join();
      const blocks = swarm.pick(peer, 100);
      expect(blocks).toHaveLength(2 * BLOCKS);
      expect(swarm.pick(peer, 100)).toEqual([]);
      for (const block of blocks) if (swarm.send(peer, block) === 'full') swarm.verify(block.index);
      await Promise.resolve();
      expect(swarm.roomReports).toBe(1);
      expect(swarm.pick(peer, 100)).toHaveLength(2 * BLOCKS);
    });

    it('held by pieces whose peers are gone comes back after 60 s', async () => {
      swarm = new Swarm({ pieces: 10, budgetPieces: 2 });
      const [gone, busy] = [swarm.join([0]), swarm.join([1])];
      for (const block of swarm.pick(gone, 3).slice(0, 2)) swarm.send(gone, block);
      for (const block of swarm.pick(busy, 2).slice(0, 1)) swarm.send(busy, block);
      swarm.manager.removePeer(gone);
      const peer = swarm.join([5]);
      expect(swarm.pick(peer, 1)).toEqual([]);
      expect(swarm.budget.isWanted).toBe(true);
      swarm.manager.shelveIdle(0);
      swarm.manager.shelveIdle(59_999);
      expect([...swarm.shelf.kept.keys()]).toEqual([]);
      swarm.manager.shelveIdle(60_000);
      expect([...swarm.shelf.kept.keys()]).toEqual([0]);
      await Promise.resolve();
      expect(swarm.roomReports).toBe(1);
      expect(swarm.pick(peer, 1)).toHaveLength(1);
      swarm.manager.removePeer(busy);
      const back = swarm.join([1]);
      swarm.manager.shelveIdle(70_000);
      for (const block of swarm.pick(back, 1)) swarm.send(back, block);
      swarm.manager.shelveIdle(130_000);
      expect([...swarm.shelf.kept.keys()]).toEqual([0]);
      swarm.manager.shelveIdle(190_000);
      expect([...swarm.shelf.kept.keys()]).toEqual([0, 1]);
    });

    it('downloads pieces larger than the budget one at a time', () => {
      swarm = new Swarm({ pieces: 3, budgetPieces: 0.5 });
      const peer = swarm.join();
      expect(swarm.pick(peer, 100)).toHaveLength(BLOCKS);
      expect(swarm.pick(peer, 100)).toEqual([]);
      swarm.manager.releaseRequests(peer);
      expect(swarm.drain(peer)).toHaveLength(3);
    });

    it('shelves all open pieces at a stop, but those on their way to the disk still count', () => {
      const peer = swarm.join();
      const blocks = swarm.pick(peer, 2 * BLOCKS);
      for (const block of blocks.slice(0, BLOCKS + 1)) swarm.send(peer, block);
      const full = (blocks[0] as Block).index;
      const buffer = swarm.manager.takeBuffer(full);
      swarm.manager.shelveOpenPieces();
      expect(swarm.shelf.kept.size).toBe(1);
      expect(swarm.budget.usedBytes).toBe(PIECE);
      expect(swarm.cancelled).toHaveLength(BLOCKS - 1);
      swarm.manager.verified(full, buffer);
      expect(swarm.manager.have.get(full)).toBe(true);
      expect(swarm.budget.usedBytes).toBe(0);
    });

    it('drops an open piece that is wanted no more and cancels its requests', () => {
      const peer = swarm.join([0, 1]);
      const { index } = swarm.pickOne(peer);
      const priorities = Array<PiecePriority>(10).fill(4);
      priorities[index] = 0;
      swarm.manager.setWishes(rarest(priorities));
      expect(swarm.cancelled).toHaveLength(1);
      expect(swarm.budget.usedBytes).toBe(0);
      expect(swarm.pickOne(peer).index).toBe(1 - index);
    });
  });

  describe('the shelf', () => {
    /** Downloads three blocks of a piece, each filled with its number and one, then stops. */
    function begin(): number {
      const peer = swarm.join([3]);
      const blocks = swarm.pick(peer, 3);
      blocks.forEach((block, at) => swarm.send(peer, block, at + 1));
      swarm.manager.removePeer(peer);
      swarm.manager.shelveOpenPieces();
      expect(swarm.budget.usedBytes).toBe(0);
      return 3;
    }

    it('brings a piece back before others are begun, and only what is missing is asked for', () => {
      for (const comesFirst of ['shelf', 'block']) {
        swarm = new Swarm({ pieces: 10, seed: 2 });
        for (const index of [6, 7, 8, 9]) swarm.manager.markHave(index);
        const index = begin();
        const peer = swarm.join();
        const [block] = swarm.pick(peer, 1);
        expect(block).toEqual({ index, begin: 3 * BLOCK_LENGTH, length: BLOCK_LENGTH });
        if (comesFirst === 'shelf') {
          expect(swarm.restoreAll()).toEqual([]);
          expect(swarm.send(peer, block as Block, 4)).toBe('full');
        } else {
          expect(swarm.send(peer, block as Block, 4)).toBe('accepted');
          expect(swarm.restoreAll()).toEqual([index]);
        }
        const buffer = swarm.manager.takeBuffer(index);
        expect([0, 1, 2, 3].map((at) => buffer[at * BLOCK_LENGTH])).toEqual([1, 2, 3, 4]);
        swarm.manager.verified(index, buffer);
        expect(swarm.shelf.kept.size).toBe(0);
      }
    });

    it('of an earlier session is gone on with, as far as it is still missing', () => {
      const blocks = new BitField(BLOCKS);
      blocks.set(1);
      for (const index of [2, 5]) swarm.shelf.kept.set(index, new Uint8Array(PIECE));
      swarm.manager.markHave(5);
      swarm.manager.loadShelf(new Map([2, 5].map((index) => [index, blocks])));
      expect([...swarm.shelf.kept.keys()]).toEqual([2]);
      const peer = swarm.join([2]);
      expect(swarm.pick(peer, 10).map(({ begin: at }) => at / BLOCK_LENGTH)).toEqual([0, 2, 3]);
    });

    it('that cannot be read has its blocks asked for again', () => {
      const index = begin();
      const peer = swarm.join([index]);
      expect(swarm.pick(peer, 10)).toHaveLength(1);
      swarm.manager.restored(index, undefined);
      expect(swarm.shelf.kept.size).toBe(0);
      expect(swarm.pick(peer, 10)).toHaveLength(3);
    });

    it('forgets a piece that is wanted no more', () => {
      begin();
      swarm.manager.setWishes(rarest([4, 4, 4, 0, 4, 4, 4, 4, 4, 4]));
      expect(swarm.shelf.kept.size).toBe(0);
    });

    it('blames nobody for blocks of an earlier session', () => {
      const index = begin();
      const peer = swarm.join([index]);
      const [last] = swarm.pick(peer, 1);
      swarm.restoreAll();
      expect(swarm.send(peer, last as Block)).toBe('full');
      expect(swarm.manager.failed(index, swarm.manager.takeBuffer(index))).toBeUndefined();
      expect(swarm.shelf.kept.size).toBe(0);
      expect(swarm.pick(peer, 10)).toHaveLength(BLOCKS);
    });

    it('holds so many pieces at most, those with the fewest blocks go first', () => {
      const shelf = new PieceShelf(swarm.shelf, { maxPieces: 2 });
      const put = (index: number, ...blocks: number[]) => {
        const field = new BitField(BLOCKS);
        for (const block of blocks) field.set(block);
        return shelf.put(index, new Uint8Array(PIECE), field);
      };
      expect([put(1, 0, 1), put(2, 0), put(3, 0, 1, 2), put(4, 3)]).toEqual([undefined, undefined, 2, 4]);
      expect([...shelf.pieces]).toEqual([1, 3]);
    });
  });

  it('looks at nothing again for a peer that was offered all there is', () => {
    const pieceCount = 5000;
    swarm = new Swarm({ pieces: pieceCount });
    let looks = 0;
    class CountingBitField extends BitField {
      override get(index: number): boolean {
        looks++;
        return super.get(index);
      }
    }
    swarm.join(Array(10).keys());
    const peer: TestPeer = Object.assign(new TestPeer(0), { pieces: new CountingBitField(pieceCount) });
    for (let index = 0; index < 10; index++) peer.pieces.set(index);
    swarm.join(Array(pieceCount).keys());
    for (let index = 10; index < 20; index++) swarm.manager.markHave(index);
    swarm.manager.addPeer(peer);
    swarm.pick(peer, 10 * BLOCKS + 1);
    looks = 0;
    for (let round = 0; round < 100; round++) expect(swarm.pick(peer, 1)).toEqual([]);
    expect(looks).toBe(0);
  });

  it('completes whatever peers do: join, leave, choke, send, repeat, lie about lengths, fail hashes', () => {
    const step = fc.record({
      peer: fc.nat(5),
      act: fc.constantFrom(
        'toggle',
        'pick',
        'pick',
        'send',
        'send',
        'send',
        'choke',
        'reject',
        'have',
        'lose',
        'lie',
        'take',
        'stop',
        'idle',
        'restore',
        'restore',
      ),
      amount: fc.integer({ min: 1, max: 12 }),
      has: fc.uniqueArray(fc.nat(5)),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 150 }), fc.boolean(), (steps, isTight) => {
        const world = new Swarm({ pieces: 6, totalLength: 5 * PIECE + 20_000, budgetPieces: isTight ? 2 : 50 });
        const peers: (TestPeer | undefined)[] = [];
        const outstanding = new Map<TestPeer, Block[]>();
        const full: number[] = [];
        let now = 0;
        const dropCancelled = () => {
          for (const { peer, index, begin } of world.cancelled.splice(0)) {
            const blocks = outstanding.get(peer) ?? [];
            const at = blocks.findIndex((block) => block.index === index && block.begin === begin);
            expect(at).not.toBe(-1);
            blocks.splice(at, 1);
          }
        };
        for (const { peer: slot, act, amount, has } of steps) {
          const peer = peers[slot];
          if (!peer) {
            const joined = world.join(has);
            peers[slot] = joined;
            outstanding.set(joined, []);
            continue;
          }
          const blocks = outstanding.get(peer) ?? [];
          if (act === 'toggle') {
            world.manager.removePeer(peer);
            peers[slot] = undefined;
            outstanding.delete(peer);
          } else if (act === 'pick') {
            peer.isSnubbed = amount > 10;
            peer.downloadRate = amount * 1000;
            for (const block of world.pick(peer, amount)) {
              expect(peer.pieces.get(block.index)).toBe(true);
              expect(world.manager.have.get(block.index)).toBe(false);
              expect(blocks).not.toContainEqual(block);
              blocks.push(block);
            }
          } else if (act === 'send' || act === 'lie') {
            const block = blocks.shift();
            if (!block) continue;
            const outcome = world.send(peer, act === 'lie' ? { ...block, length: block.length - 1 } : block);
            expect(outcome === 'ignored').toBe(act === 'lie');
            if (outcome === 'full') full.push(block.index);
          } else if (act === 'choke') {
            world.manager.releaseRequests(peer);
            blocks.length = 0;
          } else if (act === 'reject') {
            const block = blocks.pop();
            if (block) world.manager.releaseRequest(peer, block.index, block.begin);
          } else if (act === 'have') {
            const index = has[0] ?? 0;
            if (peer.pieces.get(index)) continue;
            peer.pieces.set(index);
            world.manager.peerChanged(peer, index);
          } else if (act === 'lose') {
            const index = has[0] ?? 0;
            if (!peer.pieces.get(index)) continue;
            peer.pieces.clear(index);
            world.manager.peerChanged(peer, index);
          } else if (act === 'stop') {
            if (amount > 8) world.manager.shelveOpenPieces();
          } else if (act === 'idle') {
            world.manager.shelveIdle((now += amount * 10_000));
          } else if (act === 'restore') {
            const index = world.shelf.asked.shift();
            if (index === undefined) continue;
            const bytes = amount > 3 ? world.shelf.kept.get(index) : undefined;
            if (world.manager.restored(index, bytes) === 'full') full.push(index);
          } else {
            const index = full.shift();
            if (index === undefined) continue;
            const buffer = world.manager.takeBuffer(index);
            if (amount > 6) world.manager.verified(index, buffer);
            else if (amount > 3) world.manager.failed(index, buffer);
            else world.manager.lost(index);
          }
          dropCancelled();
          for (const present of peers) {
            if (!present) continue;
            const interesting = [...present.pieces].some((index) => !world.manager.have.get(index));
            expect(world.manager.isInteresting(present)).toBe(interesting);
          }
          if (isTight) expect(world.budget.usedBytes).toBeLessThanOrEqual(3 * PIECE);
        }
        for (const peer of peers) if (peer) world.manager.removePeer(peer);
        for (const index of full) world.verify(index);
        world.drain(world.join());
        expect(world.manager.isComplete).toBe(true);
        expect(world.budget.usedBytes).toBe(0);
      }),
      { numRuns: 300 },
    );
  });
});
