import type { PendingAdd } from '../rpc/types.js';

/** A hostile page can click many links; more than so many questions nobody answers. */
const MAX_PENDING = 50;

/** Magnets from outside that wait for the user's word: each only once, the oldest first. */
export class PendingAdds {
  readonly #adds = new Map<string, PendingAdd>();

  /** `onChange` is called after every change. */
  constructor(private readonly onChange: () => void) {}

  get list(): readonly PendingAdd[] {
    return [...this.#adds.values()];
  }

  /** False when the same link waits already, when the list is full, or when the text is no magnet link. */
  offer(magnet: string): boolean {
    const add = describe(magnet);
    if (!add || this.#adds.has(add.pendingId) || this.#adds.size >= MAX_PENDING) return false;
    this.#adds.set(add.pendingId, add);
    this.onChange();
    return true;
  }

  /** Fine when it is not there any more. */
  remove(pendingId: string): void {
    if (this.#adds.delete(pendingId)) this.onChange();
  }
}

/** Links to the same torrent are one question, whatever trackers they name. */
function describe(magnet: string): PendingAdd | undefined {
  if (!magnet.toLowerCase().startsWith('magnet:?')) return undefined;
  const parameters = new URLSearchParams(magnet.slice('magnet:?'.length));
  const hash = parameters.getAll('xt').find((topic) => /^urn:bt(ih|mh):./i.test(topic));
  if (!hash) return undefined;
  const pendingId = hash.toLowerCase();
  return { pendingId, magnet, name: parameters.get('dn') ?? hash.split(':').at(-1) ?? hash };
}
