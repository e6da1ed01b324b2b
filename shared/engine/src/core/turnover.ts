const INTERVAL_MS = 300_000;
/** Of the places for peers: below it there is room for better ones anyway. */
const FULL_SHARE = 0.9;
const DROPPED_SHARE = 0.04;

/** A peer as it is weighed, in bytes a second. */
interface WeighedPeer {
  readonly downloadRate: number;
  readonly uploadRate: number;
}

/**
 * Makes room for peers that may be better where nearly every place is taken: every five minutes the worst few of those that had five
 * minutes to prove themselves.
 */
export class Turnover<Peer extends WeighedPeer> {
  #nextAt: number;
  /** Connected at the round before. */
  #proven: ReadonlySet<Peer> = new Set();

  constructor(options: { readonly now: number }) {
    this.#nextAt = options.now + INTERVAL_MS;
  }

  /** About every second. Returns whom to part with; nobody while nobody waits for the place. */
  tick(options: {
    readonly peers: ReadonlySet<Peer>;
    readonly places: number;
    readonly weAreSeed: boolean;
    readonly hasCandidates: () => boolean;
    readonly now: number;
  }): readonly Peer[] {
    const { peers, now } = options;
    if (now < this.#nextAt) return [];
    this.#nextAt = now + INTERVAL_MS;
    const proven = this.#proven;
    this.#proven = new Set(peers);
    if (peers.size < options.places * FULL_SHARE || !options.hasCandidates()) return [];
    const value = (peer: Peer) => (options.weAreSeed ? peer.uploadRate : peer.downloadRate);
    return [...peers]
      .filter((peer) => proven.has(peer))
      .sort((a, b) => value(a) - value(b))
      .slice(0, Math.ceil(peers.size * DROPPED_SHARE));
  }
}
