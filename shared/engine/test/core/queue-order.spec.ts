import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { QueueOrder } from '../../src/core/queue-order.js';

const id = (digit: string) => digit.repeat(40);
const [A, B, C, D] = [id('a'), id('b'), id('c'), id('d')] as const;

function orderOf(...ids: string[]): QueueOrder {
  const order = new QueueOrder();
  for (const some of ids) order.add(some);
  return order;
}

describe('the order of the queue', () => {
  it('has new ones last, each once', () => {
    const order = orderOf(A, B, A);
    expect(order.ids).toEqual([A, B]);
    expect([order.positionOf(A), order.positionOf(B), order.positionOf(C)]).toEqual([0, 1, undefined]);
  });

  it('moves by one place or all the way, and tells who has another position', () => {
    const order = orderOf(A, B, C, D);
    expect(order.move(D, 'top')).toEqual([D, A, B, C]);
    expect(order.move(A, 'down')).toEqual([B, A]);
    expect(order.move(D, 'bottom')).toEqual([B, A, C, D]);
    expect(order.move(C, 'up')).toEqual([C, A]);
    expect(order.ids).toEqual([B, C, A, D]);
  });

  it('moves to a place beside another, from above and from below', () => {
    const order = orderOf(A, B, C, D);
    expect(order.move(A, { before: D })).toEqual([B, C, A]);
    expect(order.ids).toEqual([B, C, A, D]);
    expect(order.move(D, { before: B })).toEqual([D, B, C, A]);
    expect(order.move(D, { after: C })).toEqual([B, C, D]);
    expect(order.move(A, { after: B })).toEqual([A, C, D]);
    expect(order.ids).toEqual([B, A, C, D]);
    expect([order.move(A, { after: B }), order.move(A, { before: A }), order.move(A, { before: id('e') })]).toEqual([
      [],
      [],
      [],
    ]);
  });

  it('moves nobody past an end, and nobody whom it does not know', () => {
    const order = orderOf(A, B);
    expect([order.move(A, 'up'), order.move(A, 'top'), order.move(B, 'down'), order.move(C, 'top')]).toEqual([
      [],
      [],
      [],
      [],
    ]);
    expect(order.ids).toEqual([A, B]);
  });

  it('closes the gap of who is removed', () => {
    const order = orderOf(A, B, C);
    expect(order.remove(A)).toEqual([B, C]);
    expect(order.remove(A)).toEqual([]);
    expect([order.positionOf(B), order.positionOf(C)]).toEqual([0, 1]);
  });

  it('comes back from its record: without those that are gone, with those it did not know at the end', () => {
    const record = orderOf(C, A, B).encode();
    const later = new QueueOrder();
    later.restore(record, [A, D, C]);
    expect(later.ids).toEqual([C, A, D]);
  });

  it('hostile 48: from any bytes restores each torrent once', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 90 }), (bytes) => {
        const order = new QueueOrder();
        order.restore(bytes, [A, B]);
        expect([...order.ids].sort()).toEqual([A, B]);
      }),
    );
    const order = new QueueOrder();
    order.restore(undefined, [B, A]);
    expect(order.ids).toEqual([B, A]);
  });

  it('numbers stay true through any moves', () => {
    const moves = fc.array(
      fc.tuple(fc.constantFrom(A, B, C, D), fc.constantFrom('up', 'down', 'top', 'bottom', 'gone')),
    );
    fc.assert(
      fc.property(moves, (steps) => {
        const order = orderOf(A, B, C, D);
        for (const [some, step] of steps) {
          if (step === 'gone') order.remove(some);
          else order.move(some, step);
        }
        expect(order.ids.map((some) => order.positionOf(some))).toEqual(order.ids.map((_, position) => position));
      }),
    );
  });
});
