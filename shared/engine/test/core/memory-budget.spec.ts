import { describe, expect, it } from 'vitest';
import { MemoryBudget } from '../../src/core/memory-budget.js';

const next = { isFirst: false };
const first = { isFirst: true };
const settled = () => Promise.resolve();

describe('MemoryBudget', () => {
  it('hands out nothing beyond the limit', () => {
    const budget = new MemoryBudget(100);
    expect(budget.tryAcquire(60, next)).toHaveLength(60);
    expect(budget.tryAcquire(60, next)).toBeUndefined();
    expect(budget.tryAcquire(40, next)).toHaveLength(40);
    expect(budget.usedBytes).toBe(100);
    expect(budget.heldBytes).toBe(100);
  });

  it('lets a torrent with nothing open pass the limit, one at a time', () => {
    const budget = new MemoryBudget(100);
    const large = budget.tryAcquire(1000, first);
    expect(large).toHaveLength(1000);
    expect(budget.tryAcquire(1000, first)).toBeUndefined();
    budget.release(large ?? new Uint8Array());
    expect(budget.tryAcquire(1000, first)).toHaveLength(1000);
  });

  it('uses a returned buffer again for a piece of the same size', () => {
    const budget = new MemoryBudget(100);
    budget.tryAcquire(10, next);
    const buffer = new Uint8Array(20);
    budget.tryAcquire(20, next);
    budget.release(buffer);
    expect(budget.tryAcquire(20, next)).toBe(buffer);
  });

  it('keeps no buffers that would not fit beside those in use', () => {
    const budget = new MemoryBudget(100);
    budget.tryAcquire(10, next);
    const buffer = budget.tryAcquire(60, next) ?? new Uint8Array();
    budget.release(buffer);
    budget.tryAcquire(50, next);
    budget.release(new Uint8Array(50));
    expect(budget.tryAcquire(60, next)).not.toBe(buffer);
  });

  it('keeps no buffers when nothing is in use', () => {
    const budget = new MemoryBudget(100);
    const buffer = budget.tryAcquire(60, next) ?? new Uint8Array();
    budget.release(buffer);
    expect(budget.tryAcquire(60, next)).not.toBe(buffer);
  });

  it('frees the room of a buffer that was lost', () => {
    const budget = new MemoryBudget(100);
    budget.tryAcquire(100, next);
    budget.releaseLost(100);
    expect(budget.usedBytes).toBe(0);
  });

  it('tells those who wait once, in the order they came, after something is returned', async () => {
    const budget = new MemoryBudget(100);
    const told: string[] = [];
    const a = () => told.push('a');
    budget.tryAcquire(100, next);
    budget.onceRoom(a);
    budget.onceRoom(() => told.push('b'));
    budget.onceRoom(a);
    budget.releaseLost(50);
    budget.releaseLost(50);
    expect(told).toEqual([]);
    await settled();
    expect(told).toEqual(['a', 'b']);
    budget.tryAcquire(100, next);
    budget.releaseLost(100);
    await settled();
    expect(told).toEqual(['a', 'b']);
  });

  it('tells nobody who stopped waiting', async () => {
    const budget = new MemoryBudget(100);
    const told: string[] = [];
    const a = () => told.push('a');
    budget.tryAcquire(100, next);
    expect(budget.isWanted).toBe(false);
    budget.onceRoom(a);
    expect(budget.isWanted).toBe(true);
    budget.forget(a);
    expect(budget.isWanted).toBe(false);
    budget.releaseLost(100);
    await settled();
    expect(told).toEqual([]);
  });
});
