/** The workers of the engine's document. Each does one thing, so that none waits for another. */

export function createDiskWorker(): Worker {
  return new Worker(new URL('../io/disk-worker.ts', import.meta.url), { type: 'module', name: 'disk' });
}

export function createHashWorker(): Worker {
  return new Worker(new URL('../io/hash-worker.ts', import.meta.url), { type: 'module', name: 'hash' });
}

export function createLaneWorker(): Worker {
  return new Worker(new URL('../io/lane-worker.ts', import.meta.url), { type: 'module', name: 'lane' });
}
