import { describe, expect, it } from 'vitest';
import { DiskQueue } from '../../src/core/disk-queue.js';

describe('DiskQueue', () => {
  it('is congested above 7/8 of its high-water mark until it is below 3/4', () => {
    const queue = new DiskQueue({ highWaterBytes: 80 });
    const changes: boolean[] = [];
    const stop = queue.onChange((isCongested) => changes.push(isCongested));
    queue.add(70);
    expect(queue.isCongested).toBe(false);
    queue.add(1);
    queue.add(20);
    expect(queue.isCongested).toBe(true);
    queue.remove(31);
    expect(queue.queuedBytes).toBe(60);
    expect(queue.isCongested).toBe(true);
    queue.remove(1);
    expect(queue.isCongested).toBe(false);
    expect(changes).toEqual([true, false]);
    stop();
    queue.add(80);
    expect(changes).toEqual([true, false]);
  });
});
