import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type UploadConditions, UploadQueue } from '../../src/core/upload-queue.js';

const KIB = 1024;
const BLOCK = 16 * KIB;
const PIECE = 256 * KIB;
const PIECES = 10;
const open: UploadConditions = {
  isChoked: false,
  pieceLength: (index) => (index < PIECES ? PIECE : undefined),
  hasPiece: (index) => index !== 9,
};
const idle = { socketQueuedBytes: 0, bytesPerSecond: 0 };
const block = (number: number) => ({ index: 0, begin: number * BLOCK, length: BLOCK });

describe('taking requests', () => {
  it.each([
    ['length 0', { index: 0, begin: 0, length: 0 }],
    ['length 2^31', { index: 0, begin: 0, length: 2 ** 31 }],
    ['length 128 KiB + 1', { index: 0, begin: 0, length: 128 * KIB + 1 }],
    ['a block past the end of its piece', { index: 0, begin: PIECE - BLOCK + 1, length: BLOCK }],
    ['an offset that overflows with the length', { index: 0, begin: 2 ** 32 - 1, length: BLOCK }],
    ['a piece that does not exist', { index: PIECES, begin: 0, length: BLOCK }],
  ])('hostile 22: %s is invalid, choked or not', (_, request) => {
    const queue = new UploadQueue();
    expect(queue.add(request, open)).toBe('invalid');
    expect(queue.add(request, { ...open, isChoked: true })).toBe('invalid');
    expect(queue.length).toBe(0);
  });

  it('hostile 22: refuses requests while choked', () => {
    expect(new UploadQueue().add(block(0), { ...open, isChoked: true })).toBe('choked');
  });

  it('hostile 22: of 10,000 requests 2000 wait', () => {
    const queue = new UploadQueue();
    const outcomes = Array.from({ length: 10_000 }, () => queue.add(block(1), open));
    expect(outcomes.filter((outcome) => outcome === 'queued')).toHaveLength(2000);
    expect(outcomes.at(-1)).toBe('full');
    expect(queue.length).toBe(2000);
  });

  it('refuses pieces that are not there yet', () => {
    expect(new UploadQueue().add({ index: 9, begin: 0, length: BLOCK }, open)).toBe('not-available');
  });

  it('queues nothing that does not lie inside a piece, whatever comes', () => {
    const uint32 = fc.integer({ min: 0, max: 2 ** 32 - 1 });
    fc.assert(
      fc.property(fc.record({ index: uint32, begin: uint32, length: uint32 }), (request) => {
        const isGood =
          request.index < 9 &&
          request.length > 0 &&
          request.length <= 128 * KIB &&
          request.begin + request.length <= PIECE;
        expect(new UploadQueue().add(request, open) === 'queued').toBe(isGood);
      }),
    );
  });
});

describe('serving', () => {
  it('is in order, without what was cancelled', () => {
    const queue = new UploadQueue();
    for (const number of [0, 1, 2, 3]) queue.add(block(number), open);
    expect(queue.cancel(block(2))).toBe(true);
    expect(queue.cancel(block(2))).toBe(false);
    expect([queue.next(idle), queue.next(idle), queue.next(idle), queue.next(idle)]).toEqual([
      block(0),
      block(1),
      block(3),
      undefined,
    ]);
    expect(queue.cancel(block(0))).toBe(false);
  });

  it('stops at the watermark, blocks that are being read included, and goes on below it', () => {
    const queue = new UploadQueue();
    for (let number = 0; number < 10; number++) queue.add(block(number), open);
    for (let taken = 0; taken < 4; taken++) expect(queue.next(idle)).toBeDefined();
    expect(queue.next(idle)).toBeUndefined();
    queue.finished(block(0));
    expect(queue.next({ ...idle, socketQueuedBytes: BLOCK })).toBeUndefined();
    expect(queue.next(idle)).toEqual(block(4));
  });

  it('keeps half a second of sending ready, at most 2 MiB', () => {
    const take = (bytesPerSecond: number) => {
      const queue = new UploadQueue();
      for (let count = 0; count < 1000; count++) queue.add(block(0), open);
      let bytes = 0;
      for (let next = queue.next({ ...idle, bytesPerSecond }); next; next = queue.next({ ...idle, bytesPerSecond }))
        bytes += next.length;
      return bytes;
    };
    expect(take(KIB * KIB)).toBe(512 * KIB);
    expect(take(100 * KIB * KIB)).toBe(2 * KIB * KIB);
  });

  it('gives back what waits when the peer is choked', () => {
    const queue = new UploadQueue();
    for (const number of [0, 1, 2]) queue.add(block(number), open);
    queue.next(idle);
    expect(queue.clear()).toEqual([block(1), block(2)]);
    expect(queue.length).toBe(0);
    expect(queue.next(idle)).toBeUndefined();
  });
});
