import { serveCalls, Transferring } from '../lib/worker-calls.js';

/** What the hash worker does. */
export interface HashCalls {
  /** Both arrays come back transferred; `data` as it was. */
  sha1(data: Uint8Array<ArrayBuffer>): Promise<{ digest: Uint8Array; data: Uint8Array }>;
}

serveCalls<HashCalls>(
  self as unknown as DedicatedWorkerScope,
  {
    async sha1(data) {
      const digest = new Uint8Array(await crypto.subtle.digest('SHA-1', data));
      return new Transferring({ digest, data }, [data.buffer, digest.buffer]);
    },
  },
  (error) => ({ code: 'other', message: String(error) }),
);
