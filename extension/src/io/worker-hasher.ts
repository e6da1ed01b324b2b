import type { IHasher, IRunningHash } from '@jstorrent/engine';
import { WorkerCaller } from '../lib/worker-calls.js';
import type { HashCalls } from './hash-worker.js';

/** SHA-1 in a worker of its own, so that hashing never delays the network or the disk. */
export class WorkerHasher implements IHasher {
  readonly #calls: WorkerCaller<HashCalls>;
  #nextId = 0;

  constructor(worker: Worker) {
    this.#calls = new WorkerCaller(worker);
  }

  sha1(data: Uint8Array<ArrayBuffer>): Promise<{ digest: Uint8Array; data: Uint8Array }> {
    return this.#calls.call('sha1', data, [data.buffer]);
  }

  startSha1(): IRunningHash {
    const id = this.#nextId++;
    const digest = () => this.#calls.call('digest', id);
    return {
      update: (data: Uint8Array<ArrayBuffer>) => this.#calls.call('update', { id, data }, [data.buffer]),
      digest,
      close: () => void digest().catch(() => undefined),
    };
  }
}
