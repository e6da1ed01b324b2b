import { sha1 } from '@noble/hashes/legacy.js';
import { serveCalls, Transferring } from '../lib/worker-calls.js';

/** What the hash worker does. */
export interface HashCalls {
  /** Both arrays come back transferred; `data` as it was. */
  sha1(data: Uint8Array<ArrayBuffer>): Promise<{ digest: Uint8Array; data: Uint8Array }>;
  /** Adds to the running hash `id`, which begins with the first part; `data` comes back transferred. */
  update(part: { readonly id: number; readonly data: Uint8Array<ArrayBuffer> }): Uint8Array;
  /** Ends the running hash `id`. */
  digest(id: number): Uint8Array;
}

/** The browser's own SHA-1 takes only data that lies in memory as a whole. */
const running = new Map<number, ReturnType<typeof sha1.create>>();

serveCalls<HashCalls>(
  self as unknown as DedicatedWorkerScope,
  {
    async sha1(data) {
      const digest = new Uint8Array(await crypto.subtle.digest('SHA-1', data));
      return new Transferring({ digest, data }, [data.buffer, digest.buffer]);
    },
    update({ id, data }) {
      let hash = running.get(id);
      if (!hash) running.set(id, (hash = sha1.create()));
      hash.update(data);
      return new Transferring(data, [data.buffer]);
    },
    digest(id) {
      const hash = running.get(id) ?? sha1.create();
      running.delete(id);
      return hash.digest();
    },
  },
  (error) => ({ code: 'other', message: String(error) }),
);
