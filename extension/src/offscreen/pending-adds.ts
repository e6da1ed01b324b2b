import { type Magnet, MagnetError, parseMagnet, toHex } from '@jstorrent/engine';
import type { MagnetOffer } from '../lib/host-messages.js';
import type { PendingAdd } from '../rpc/types.js';

/** A hostile page can click many links; more than so many questions nobody answers. */
const MAX_PENDING = 50;
/** Links with a hundred trackers have some 10 KiB. */
const MAX_LINK_CHARS = 64 * 1024;
/** Every view is sent the names with every status. */
const MAX_NAME_CHARS = 200;

interface Waiting {
  readonly question: PendingAdd;
  readonly magnet: string;
}

/** Magnets from outside that wait for the user's word: each only once, the oldest first. */
export class PendingAdds {
  readonly #adds = new Map<string, Waiting>();

  /** `onChange` is called after every change. */
  constructor(private readonly onChange: () => void) {}

  get list(): readonly PendingAdd[] {
    return Array.from(this.#adds.values(), ({ question }) => question);
  }

  /** The link behind a question, until that is removed. */
  magnetOf(pendingId: string): string | undefined {
    return this.#adds.get(pendingId)?.magnet;
  }

  /** Links to the same torrent are one question, whatever trackers they name. A new one takes the place of the oldest when there are too many. */
  offer(magnet: string): MagnetOffer {
    const question = magnet.length > MAX_LINK_CHARS ? undefined : questionOf(magnet);
    if (!question) return 'refused';
    const { pendingId } = question;
    if (this.#adds.has(pendingId)) return 'known';
    const oldest = this.#adds.keys().next();
    if (this.#adds.size >= MAX_PENDING && !oldest.done) this.#adds.delete(oldest.value);
    this.#adds.set(pendingId, { question, magnet });
    this.onChange();
    return 'new';
  }

  /** Fine when it is not there any more. */
  remove(pendingId: string): void {
    if (this.#adds.delete(pendingId)) this.onChange();
  }
}

/** Undefined for what the engine would not take either. */
function questionOf(link: string): PendingAdd | undefined {
  let magnet: Magnet;
  try {
    magnet = parseMagnet(link);
  } catch (error) {
    if (error instanceof MagnetError) return undefined;
    throw error;
  }
  const pendingId = toHex(magnet.infoHash);
  return { pendingId, name: (magnet.name ?? pendingId).slice(0, MAX_NAME_CHARS).toWellFormed() };
}
