import { AsideFolders } from './aside-folders.js';
import { CheckTurns } from './check-turns.js';
import { DiskQueue } from './disk-queue.js';
import { FileHandlePool } from './file-handle-pool.js';
import { MemoryBudget } from './memory-budget.js';
import { PublishQueue } from './publish-queue.js';
import { ReadCache } from './read-cache.js';
import type { MemoryUse } from './snapshots.js';
import type { StorageResources } from './torrent-content.js';

/** What all torrents of a client share of disk and memory. */
export function createStorage({
  hasher,
  clock,
  random,
  sections,
  pieceMemoryBytes,
}: Pick<StorageResources, 'hasher' | 'clock' | 'random' | 'sections'> & {
  readonly pieceMemoryBytes: number;
}): StorageResources {
  return {
    hasher,
    clock,
    random,
    sections,
    memory: new MemoryBudget(pieceMemoryBytes),
    handles: new FileHandlePool(),
    cache: new ReadCache(),
    asideFolders: new AsideFolders(),
    queue: new DiskQueue(),
    publishQueue: new PublishQueue(),
    checks: new CheckTurns(),
  };
}

/** Before the client has started: nothing. */
export function memoryUse(storage: Pick<StorageResources, 'memory' | 'cache'> | undefined): MemoryUse {
  if (!storage) return { usedBytes: 0, budgetBytes: 0 };
  const { memory, cache } = storage;
  return {
    usedBytes: memory.heldBytes + cache.usedBytes,
    budgetBytes: memory.limitBytes + cache.capacityBytes,
  };
}
