import { sha1 } from '@noble/hashes/legacy.js';
import type { IHasher, IRunningHash } from '../../src/interfaces/hasher.js';
import { detach } from './give-away.js';

/** SHA-1 in plain JavaScript; resolves in a microtask. `detachBuffers` empties the caller's view, as a transfer to a worker would. */
export class MemoryHasher implements IHasher {
  readonly #detachBuffers: boolean;

  constructor(options: { readonly detachBuffers?: boolean } = {}) {
    this.#detachBuffers = options.detachBuffers ?? false;
  }

  sha1(data: Uint8Array): Promise<{ digest: Uint8Array; data: Uint8Array }> {
    const digest = sha1(data);
    return Promise.resolve({ digest, data: this.#giveBack(data) });
  }

  startSha1(): IRunningHash {
    const hash = sha1.create();
    return {
      update: (data) => {
        hash.update(data);
        return Promise.resolve(this.#giveBack(data));
      },
      digest: () => Promise.resolve(hash.digest()),
      close: () => undefined,
    };
  }

  #giveBack(data: Uint8Array): Uint8Array {
    return this.#detachBuffers ? detach(data) : data;
  }
}
