import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PiecePicker, type PickOrder, type PiecePriority } from '../../src/core/piece-picker.js';
import { BitField } from '../../src/utils/bitfield.js';
import { SeededRandom } from '../mocks/index.js';

const any = () => true;

function bits(length: number, indices: Iterable<number>): BitField {
  const field = new BitField(length);
  for (const index of indices) field.set(index);
  return field;
}

function all(length: number): BitField {
  const field = new BitField(length);
  field.setAll();
  return field;
}

function createPicker(pieceCount: number, seed = 1): PiecePicker {
  return new PiecePicker({ pieceCount, random: new SeededRandom(seed) });
}

/** Takes pieces until none is left. */
function drain(picker: PiecePicker, pieces: BitField, order: PickOrder = 'rarest'): number[] {
  const taken: number[] = [];
  for (let index = picker.first(pieces, order, any); index !== -1; index = picker.first(pieces, order, any)) {
    taken.push(index);
    picker.fill(index);
  }
  return taken;
}

describe('PiecePicker', () => {
  it('takes the rarest piece first', () => {
    const picker = createPicker(4);
    picker.addPeer(bits(4, [0, 1, 2, 3]));
    picker.addPeer(bits(4, [0, 1, 3]));
    picker.addPeer(bits(4, [0, 3]));
    picker.peerChanged(3, 1);
    expect(drain(picker, all(4))).toEqual([2, 1, 0, 3]);
  });

  it('takes the commonest piece first for a snubbed peer', () => {
    const picker = createPicker(3);
    picker.addPeer(bits(3, [0, 1, 2]));
    picker.addPeer(bits(3, [1, 2]));
    picker.addPeer(bits(3, [1]));
    expect(drain(picker, all(3), 'reverse')).toEqual([1, 2, 0]);
  });

  it('in sequence takes the most wanted pieces first and then the lowest index, whatever is rare or partial', () => {
    const picker = createPicker(6);
    picker.addSeed();
    picker.addPeer(bits(6, [0, 1, 2]));
    picker.setPriorities([4, 4, 0, 7, 4, 1]);
    picker.setOrder({ first: [], isSequential: true });
    picker.open(4, { bySnubbed: false });
    expect(picker.first(all(6), 'random', any)).toBe(3);
    expect(drain(picker, bits(6, [0, 1, 2, 4, 5]))).toEqual([0, 1, 4, 5]);
    picker.reset(1);
    expect(drain(picker, all(6))).toEqual([3, 1]);
  });

  it('takes the pieces that come first before all others, then the rarest or the next in sequence', () => {
    for (const isSequential of [false, true]) {
      const picker = createPicker(5);
      picker.addPeer(all(5));
      picker.addPeer(bits(5, [0, 2, 3, 4]));
      picker.addPeer(bits(5, [0, 3, 4]));
      picker.setOrder({ first: [4, 0], isSequential });
      expect(picker.first(all(5), 'reverse', any)).not.toBe(-1);
      expect(drain(picker, all(5))).toEqual([4, 0, 1, 2, 3]);
    }
  });

  it('takes a piece that was done and is missing again in its turn', () => {
    const picker = createPicker(4);
    picker.addSeed();
    picker.setOrder({ first: [2], isSequential: true });
    for (const index of [2, 0, 1]) picker.complete(index);
    expect(picker.first(all(4), 'rarest', any)).toBe(3);
    picker.reset(0);
    expect(picker.first(all(4), 'rarest', any)).toBe(0);
    picker.reset(2);
    expect(drain(picker, all(4))).toEqual([2, 0, 3]);
  });

  it('walks past what is done once, however long the sequence', () => {
    const picker = createPicker(10_000);
    picker.addSeed();
    picker.setOrder({ first: [], isSequential: true });
    picker.first(all(10_000), 'rarest', any);
    for (let index = 0; index < 5_000; index++) picker.complete(index);
    const before = picker.steps;
    for (let pick = 0; pick < 100; pick++) expect(picker.first(all(10_000), 'rarest', any)).toBe(5_000);
    expect(picker.steps - before).toBe(100);
  });

  it('prefers a partial piece to an untouched one, and both to one that only snubbed peers work on', () => {
    const picker = createPicker(3);
    picker.addSeed();
    picker.open(1, { bySnubbed: true });
    picker.open(2, { bySnubbed: false });
    expect(drain(picker, all(3))).toEqual([2, 0, 1]);
  });

  it('takes high priority before rarity of the same order, and never what is skipped', () => {
    const picker = createPicker(4);
    picker.addSeed();
    picker.setPriorities([1, 7, 0, 4]);
    expect(drain(picker, all(4))).toEqual([1, 3, 0]);
    picker.setPriorities([1, 7, 4, 4]);
    expect(drain(picker, all(4))).toEqual([2]);
  });

  it('offers nothing that nobody has', () => {
    const picker = createPicker(3);
    picker.addPeer(bits(3, [1]));
    expect(drain(picker, all(3))).toEqual([1]);
  });

  it('offers everything once there is a seed, and nothing more when it has left', () => {
    const picker = createPicker(3);
    picker.addSeed();
    expect(picker.first(all(3), 'rarest', any)).not.toBe(-1);
    picker.removeSeed();
    expect(picker.first(all(3), 'rarest', any)).toBe(-1);
  });

  it('lays pieces of one key in an order that differs from seed to seed', () => {
    const orders = [1, 2, 3].map((seed) => {
      const picker = createPicker(32, seed);
      picker.addSeed();
      return drain(picker, all(32)).join();
    });
    expect(new Set(orders).size).toBe(3);
  });

  it('starts anywhere in the order for the random first pieces', () => {
    const picker = createPicker(64);
    picker.addPeer(bits(64, Array(64).keys()));
    picker.addPeer(bits(64, Array(60).keys()));
    const firsts = new Set(Array.from({ length: 40 }, () => picker.first(all(64), 'random', any)));
    expect(firsts.size).toBeGreaterThan(10);
  });

  it('skips a piece that the caller refuses', () => {
    const picker = createPicker(2);
    picker.addPeer(bits(2, [0, 1]));
    picker.addPeer(bits(2, [1]));
    expect(picker.first(all(2), 'rarest', (index) => index !== 0)).toBe(1);
  });

  it('visits no more pieces for a HAVE and a pick in a torrent of 100,000 than in one of 1,000', () => {
    const stepsPerPick = (pieceCount: number): number => {
      const picker = createPicker(pieceCount);
      const random = new SeededRandom(7);
      const seed = all(pieceCount);
      picker.addSeed();
      picker.first(seed, 'rarest', any);
      const before = picker.steps;
      for (let round = 0; round < 900; round++) {
        picker.peerChanged(random.integer(pieceCount), 1);
        const index = picker.first(seed, 'rarest', any);
        picker.open(index, { bySnubbed: false });
        picker.fill(index);
        picker.complete(index);
      }
      return (picker.steps - before) / 900;
    };
    // 12 buckets crossed by a HAVE at normal priority, one visit, and the piece's way out of the order.
    expect(stepsPerPick(1_000)).toBeLessThan(80);
    expect(stepsPerPick(100_000)).toBeLessThan(80);
  });

  describe('the shortlist of a peer', () => {
    it('begins with the piece that a walk over the whole order would find', () => {
      const pieceCount = 40;
      const pieces = fc.uniqueArray(fc.nat(pieceCount - 1));
      const order = fc.record({ first: pieces, isSequential: fc.boolean() });
      fc.assert(
        fc.property(fc.array(pieces), pieces, pieces, order, (others, has, refused, wishes) => {
          const picker = createPicker(pieceCount);
          picker.addSeed();
          for (const other of others) picker.addPeer(bits(pieceCount, other));
          picker.setOrder(wishes);
          const accept = (index: number) => !refused.includes(index);
          const peer = bits(pieceCount, has);
          const { pieces: list, isCut } = picker.shortlist(peer, all(pieceCount), accept);
          expect(isCut).toBe(false);
          expect(list.toSorted()).toEqual(has.filter(accept).toSorted());
          expect(picker.firstOf(list, accept)).toBe(picker.first(peer, 'rarest', accept));
        }),
      );
    });

    it('holds the first of many, and loses those that are done', () => {
      const picker = createPicker(10_000);
      picker.addPeer(bits(10_000, Array(10_000).keys()));
      picker.addPeer(
        bits(
          10_000,
          Array.from({ length: 9_000 }, (_, index) => index + 1000),
        ),
      );
      const { pieces, isCut } = picker.shortlist(all(10_000), all(10_000), any);
      expect(isCut).toBe(true);
      expect(pieces.length).toBeGreaterThanOrEqual(64);
      expect(pieces.length).toBeLessThan(200);
      expect(Math.max(...pieces)).toBeLessThan(1000);
      const first = picker.firstOf(pieces, any);
      picker.complete(first);
      expect(picker.firstOf(pieces, any)).not.toBe(first);
      expect(pieces).not.toContain(first);
    });

    it('spares a peer that has little the walk over what it lacks', () => {
      const picker = createPicker(100_000);
      picker.addSeed();
      const peer = bits(100_000, [77_777]);
      picker.addPeer(peer);
      const { pieces } = picker.shortlist(peer, all(100_000), any);
      const before = picker.steps;
      for (let pick = 0; pick < 1000; pick++) expect(picker.firstOf(pieces, any)).toBe(77_777);
      expect(picker.steps - before).toBe(1000);
    });
  });

  it('agrees with a naive model after any sequence of events', () => {
    const pieceCount = 24;
    const index = fc.nat(pieceCount - 1);
    const event = fc.oneof(
      fc.record({ kind: fc.constant('join' as const), has: fc.uniqueArray(index) }),
      fc.record({ kind: fc.constantFrom('leave', 'addSeed', 'removeSeed') }),
      fc.record({ kind: fc.constant('have' as const), peer: fc.nat(5), index }),
      fc.record({
        kind: fc.constant('priority' as const),
        index,
        priority: fc.constantFrom<PiecePriority>(0, 1, 4, 7),
      }),
      fc.record({
        kind: fc.constantFrom('open', 'slow', 'fill', 'reset', 'complete'),
        index,
      }),
      fc.record({ kind: fc.constantFrom<PickOrder>('rarest', 'reverse', 'random'), has: fc.uniqueArray(index) }),
    );
    fc.assert(
      fc.property(fc.array(event, { maxLength: 120 }), (events) => {
        const picker = createPicker(pieceCount);
        const peers: BitField[] = [];
        let seeds = 0;
        const priority = Array<PiecePriority>(pieceCount).fill(4);
        const state = Array<string>(pieceCount).fill('reset');
        const keyOf = (piece: number): number | undefined => {
          const availability = peers.filter((peer) => peer.get(piece)).length;
          const adjust = { open: -3, reset: -2, slow: -1 }[state[piece] as string];
          if (adjust === undefined || priority[piece] === 0 || availability + seeds === 0) return undefined;
          return (availability + 1) * (8 - (priority[piece] as number)) * 3 + adjust;
        };
        const apply: Record<string, (piece: number) => void> = {
          open: (piece) => picker.open(piece, { bySnubbed: false }),
          slow: (piece) => picker.open(piece, { bySnubbed: true }),
          fill: (piece) => picker.fill(piece),
          reset: (piece) => picker.reset(piece),
          complete: (piece) => picker.complete(piece),
        };
        for (const happened of events) {
          if (happened.kind === 'join') {
            const peer = bits(pieceCount, happened.has);
            peers.push(peer);
            picker.addPeer(peer);
          } else if ('peer' in happened) {
            const peer = peers[happened.peer];
            if (!peer || peer.get(happened.index)) continue;
            peer.set(happened.index);
            picker.peerChanged(happened.index, 1);
          } else if ('priority' in happened) {
            priority[happened.index] = happened.priority;
            picker.setPriorities(priority);
          } else if ('index' in happened) {
            state[happened.index] = happened.kind;
            apply[happened.kind]?.(happened.index);
          } else if ('has' in happened) {
            const pieces = bits(pieceCount, happened.has);
            const picked = picker.first(pieces, happened.kind, any);
            const keys = happened.has.map(keyOf).filter((key) => key !== undefined);
            if (keys.length === 0) {
              expect(picked).toBe(-1);
              continue;
            }
            expect(happened.has).toContain(picked);
            if (happened.kind === 'rarest') expect(keyOf(picked)).toBe(Math.min(...keys));
            else if (happened.kind === 'reverse') expect(keyOf(picked)).toBe(Math.max(...keys));
            else expect(keyOf(picked)).toBeDefined();
          } else if (happened.kind === 'leave') {
            const peer = peers.pop();
            if (peer) picker.removePeer(peer);
          } else if (happened.kind === 'addSeed') {
            seeds++;
            picker.addSeed();
          } else if (seeds > 0) {
            seeds--;
            picker.removeSeed();
          }
        }
      }),
      { numRuns: 300 },
    );
  });
});
