import type { BitField } from '../utils/bitfield.js';
import type { PeerState, PickingPeer } from './picking-peer.js';
import type { PiecePicker } from './piece-picker.js';

/** The peers that pieces can be asked of: counts for the picker what they have, and for each how much of it is missing here. */
export class PickingPeers<Peer extends PickingPeer> {
  readonly #states = new Map<Peer, PeerState>();
  readonly #picker: PiecePicker;
  /** Wanted and not here. */
  readonly #missing: BitField;

  constructor(options: { readonly picker: PiecePicker; readonly missing: BitField }) {
    this.#picker = options.picker;
    this.#missing = options.missing;
  }

  get size(): number {
    return this.#states.size;
  }

  get(peer: Peer): PeerState | undefined {
    return this.#states.get(peer);
  }

  /** One that is known already may have got its bitfield by now. */
  add(peer: Peer): void {
    let state = this.#states.get(peer);
    if (!state) {
      state = { countedAs: 'nothing', interestingPieces: 0, outstanding: 0, lastPiece: -1, exhaustedAt: -1 };
      this.#states.set(peer, state);
    }
    if (state.countedAs !== 'nothing' || peer.pieces.hasNone) return;
    if (peer.pieces.hasAll) {
      state.countedAs = 'seed';
      this.#picker.addSeed();
    } else {
      state.countedAs = 'pieces';
      this.#picker.addPeer(peer.pieces);
    }
    state.interestingPieces = peer.pieces.countCommon(this.#missing);
    state.exhaustedAt = -1;
  }

  remove(peer: Peer): void {
    const state = this.#states.get(peer);
    this.#states.delete(peer);
    if (state?.countedAs === 'seed') this.#picker.removeSeed();
    else if (state?.countedAs === 'pieces') this.#picker.removePeer(peer.pieces);
  }

  /** After a bit of its pieces changed. */
  changed(peer: Peer, index: number): void {
    const state = this.#states.get(peer);
    if (!state) return;
    const change = peer.pieces.get(index) ? 1 : -1;
    if (state.countedAs === 'seed') {
      this.#picker.removeSeed();
      this.#picker.addPeer(peer.pieces);
    } else this.#picker.peerChanged(index, change);
    state.countedAs = 'pieces';
    if (!this.#missing.get(index)) return;
    state.interestingPieces += change;
    state.exhaustedAt = -1;
  }

  /** Other pieces are missing than before. */
  recount(): void {
    for (const [peer, state] of this.#states) state.interestingPieces = peer.pieces.countCommon(this.#missing);
  }

  /** The piece is missing no more. */
  found(index: number): void {
    for (const [peer, state] of this.#states) if (peer.pieces.get(index)) state.interestingPieces--;
  }
}
