import { describe, expect, it } from 'vitest';
import { BLOCK_LENGTH, PieceLayout } from '../../src/core/piece-layout.js';
import { RequestQueue } from '../../src/core/request-queue.js';

const layout = new PieceLayout({ pieceLength: 64 * BLOCK_LENGTH, totalLength: 2 ** 36 });

/** A queue kept full, with a peer that sends a block every `intervalMs`. */
class Transfer {
  readonly queue = new RequestQueue({ layout });
  now = 1000;
  #sent = 0;
  #received = 0;

  refill(): void {
    for (let room = this.queue.room; room > 0; room--) {
      this.queue.add(...this.#block(this.#sent++), this.now);
    }
  }

  receive(count: number, intervalMs: number): void {
    for (let i = 0; i < count; i++) {
      this.refill();
      this.now += intervalMs;
      this.queue.blockReceived(...this.#block(this.#received++), BLOCK_LENGTH, this.now);
    }
    this.refill();
  }

  timedOut(): number[] {
    const indices: number[] = [];
    this.queue.takeTimedOut(this.now, (index, begin) => indices.push(index * 64 + begin / BLOCK_LENGTH));
    return indices;
  }

  wait(ms: number): void {
    this.now += ms;
    this.queue.tick(this.now);
  }

  #block(number: number): [number, number] {
    return [Math.floor(number / 64), (number % 64) * BLOCK_LENGTH];
  }
}

describe('RequestQueue', () => {
  it('starts with 4 requests and takes one more with each block', () => {
    const transfer = new Transfer();
    expect(transfer.queue.depth).toBe(4);
    transfer.receive(10, 1);
    expect(transfer.queue.depth).toBe(14);
    expect(transfer.queue.length).toBe(14);
    expect(transfer.queue.room).toBe(0);
  });

  it('settles at 4 seconds of requests once the rate rises no more', () => {
    const transfer = new Transfer();
    transfer.receive(60, 100);
    expect(transfer.queue.depth).toBe(40);
  });

  it.each([
    { peer: 'fast', blocks: 60, intervalMs: 100, roomAfterEach: [0, 2] },
    { peer: 'slow', blocks: 20, intervalMs: 1000, roomAfterEach: [1, 2] },
  ])('asks a $peer peer for no less than a sixteenth of its depth', ({ blocks, intervalMs, roomAfterEach }) => {
    const transfer = new Transfer();
    transfer.receive(blocks, intervalMs);
    const rooms = roomAfterEach.map((_, more) => {
      transfer.queue.delete(0, (blocks + more) * BLOCK_LENGTH);
      return transfer.queue.room;
    });
    expect(rooms).toEqual(roomAfterEach);
  });

  it('follows a rate that falls', () => {
    const transfer = new Transfer();
    transfer.receive(60, 100);
    transfer.receive(20, 1000);
    expect(transfer.queue.depth).toBe(5);
  });

  it('keeps at least 2 requests with a slow peer, and at most 500 or what the peer takes with a fast one', () => {
    const slow = new Transfer();
    slow.receive(10, 9000);
    expect(slow.queue.depth).toBe(2);
    const fast = new Transfer();
    fast.receive(3000, 0.1);
    expect(fast.queue.depth).toBe(250);
    fast.queue.setPeerLimit(2000);
    expect(fast.queue.depth).toBe(500);
    fast.queue.setPeerLimit(30);
    expect(fast.queue.depth).toBe(30);
  });

  it.each([0, -1])('hostile 24: a reqq of %d leaves 2 requests', (reqq) => {
    const transfer = new Transfer();
    transfer.queue.setPeerLimit(reqq);
    expect(transfer.queue.depth).toBe(2);
  });

  it('does not take a pause without requests for a slow peer', () => {
    const transfer = new Transfer();
    transfer.receive(63, 100);
    transfer.queue.clear();
    transfer.now += 600_000;
    transfer.receive(30, 100);
    expect(transfer.queue.depth).toBe(40);
  });

  it('while something is due keeps a second of requests, and gives up the newest others that may go', () => {
    const transfer = new Transfer();
    transfer.receive(100, 100);
    expect(transfer.queue.length).toBe(40);
    transfer.queue.isUrgent = true;
    expect(transfer.queue.depth).toBe(10);
    const gone: number[] = [];
    transfer.queue.shorten((index, begin) => {
      const block = index * 64 + begin / BLOCK_LENGTH;
      if (block === 139) return false;
      gone.push(block);
      return true;
    });
    expect(gone).toEqual(Array.from({ length: 30 }, (_, nth) => 138 - nth));
    expect([transfer.queue.length, transfer.queue.has(2, 11 * BLOCK_LENGTH)]).toEqual([10, true]);
    transfer.queue.shorten(() => expect.unreachable('it is short enough'));
  });

  it('has half a second of requests in endgame, at least one', () => {
    const transfer = new Transfer();
    transfer.queue.isEndgame = true;
    expect(transfer.queue.depth).toBe(1);
    transfer.receive(60, 100);
    expect(transfer.queue.depth).toBe(5);
  });

  it('is snubbed after 20 s without a block, has one request then, and recovers with the next block', () => {
    const transfer = new Transfer();
    transfer.receive(60, 10);
    transfer.wait(19_999);
    expect(transfer.queue.isSnubbed).toBe(false);
    transfer.wait(1);
    expect(transfer.queue.isSnubbed).toBe(true);
    expect(transfer.queue.depth).toBe(1);
    expect(transfer.queue.room).toBe(0);
    transfer.receive(1, 1);
    expect(transfer.queue.isSnubbed).toBe(false);
    expect(transfer.queue.depth).toBeGreaterThan(1);
  });

  it('is not snubbed while nothing is asked for', () => {
    const transfer = new Transfer();
    transfer.wait(1_000_000);
    expect(transfer.queue.isSnubbed).toBe(false);
    transfer.refill();
    transfer.wait(19_000);
    expect(transfer.queue.isSnubbed).toBe(false);
  });

  it('waits for a slow peer twice as long as its queue takes', () => {
    const transfer = new Transfer();
    // 16 KiB in 40 s: the 2 outstanding requests take 80 s, so the peer has 160.
    transfer.receive(12, 40_000);
    expect(transfer.queue.length).toBe(2);
    transfer.wait(159_000);
    expect(transfer.queue.isSnubbed).toBe(false);
    expect(transfer.timedOut()).toEqual([]);
    transfer.wait(1000);
    expect(transfer.queue.isSnubbed).toBe(true);
    expect(transfer.timedOut()).toHaveLength(2);
  });

  it('gives requests up 60 s after the last block, oldest first, and the clock restarts at each block', () => {
    const transfer = new Transfer();
    transfer.receive(60, 100);
    transfer.wait(59_000);
    transfer.receive(1, 0);
    const { length } = transfer.queue;
    transfer.wait(59_999);
    expect(transfer.timedOut()).toEqual([]);
    transfer.wait(1);
    expect(transfer.timedOut()).toEqual(Array.from({ length }, (_, at) => 61 + at));
    expect(transfer.queue.length).toBe(0);
  });

  it('knows what is outstanding', () => {
    const { queue } = new Transfer();
    queue.add(3, BLOCK_LENGTH, 0);
    expect(queue.has(3, BLOCK_LENGTH)).toBe(true);
    expect(queue.has(3, 0)).toBe(false);
    expect(queue.delete(3, BLOCK_LENGTH)).toBe(true);
    expect(queue.delete(3, BLOCK_LENGTH)).toBe(false);
  });

  it('hostile 20: a block past the end of its piece is not taken for one of the next piece', () => {
    const { queue } = new Transfer();
    queue.add(1, 0, 0);
    expect(queue.blockReceived(0, 64 * BLOCK_LENGTH, BLOCK_LENGTH, 1)).toBe(false);
    expect(queue.blockReceived(1, 1, BLOCK_LENGTH, 1)).toBe(false);
    expect(queue.length).toBe(1);
  });
});
