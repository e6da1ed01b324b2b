import type { IClock, ITimer } from '../interfaces/clock.js';
import type { BitField } from '../utils/bitfield.js';

/** The first HAVE after a rest leaves at once; those that follow wait so long for each other. */
const GATHER_MS = 50;

/** Who is told of the pieces we got. */
interface Listener {
  readonly pieces: BitField;
  readonly isSeed: boolean;
  readonly connection: { sendHaves(pieces: readonly number[]): void };
}

interface NewPiece<Peer> {
  readonly index: number;
  readonly contributors: ReadonlySet<Peer>;
}

/** Tells peers of the pieces that are finished: many in one write where they come fast, and nobody of what it has. */
export class HaveNews<Peer extends Listener> {
  readonly #clock: IClock;
  readonly #peers: () => Iterable<Peer>;
  #pending: NewPiece<Peer>[] = [];
  #timer: ITimer | undefined;

  constructor(options: { readonly clock: IClock; readonly peers: () => Iterable<Peer> }) {
    this.#clock = options.clock;
    this.#peers = options.peers;
  }

  /** `contributors` sent its blocks. */
  add(index: number, contributors: ReadonlySet<Peer>): void {
    this.#pending.push({ index, contributors });
    if (!this.#timer) this.#gather();
  }

  /** All that waits leaves now. Due before somebody comes who hears of it otherwise. */
  flush(): void {
    const pending = this.#pending;
    if (pending.length === 0) return;
    this.#pending = [];
    for (const peer of this.#peers()) {
      peer.connection.sendHaves(pending.filter((piece) => isNewsTo(peer, piece)).map(({ index }) => index));
    }
  }

  close(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#pending = [];
  }

  #gather(): void {
    this.flush();
    this.#timer = this.#clock.setTimer(GATHER_MS, () => {
      this.#timer = undefined;
      if (this.#pending.length > 0) this.#gather();
    });
  }
}

/** Whom a piece came from may be a super-seed, which waits for this word (BEP 16). */
function isNewsTo<Peer extends Listener>(peer: Peer, { index, contributors }: NewPiece<Peer>): boolean {
  return !peer.pieces.get(index) || (contributors.has(peer) && !peer.isSeed);
}
