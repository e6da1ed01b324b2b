import type { BitField } from '../utils/bitfield.js';
import { PeerAdvice } from './peer-advice.js';
import type { PeerState, PickingPeer } from './picking-peer.js';
import type { ArrivalTimes } from './piece-deadlines.js';
import { BLOCK_LENGTH } from './piece-layout.js';
import type { PickOrder, PiecePicker } from './piece-picker.js';

/** A shortlist that has grown by so much of what its peer got since is made anew. */
const MAX_SHORTLIST = 512;

/** The peers that pieces can be asked of: counts for the picker what they have, and for each how much of it is missing here. */
export class PickingPeers<Peer extends PickingPeer> implements ArrivalTimes<Peer> {
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
      state = {
        countedAs: 'nothing',
        interestingPieces: 0,
        outstanding: 0,
        lastPiece: -1,
        exhaustedAt: -1,
        shortlist: undefined,
        advice: undefined,
      };
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
    this.#recount(peer, state);
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
    const listed = state.shortlist?.pieces;
    if (!listed) return;
    if (change === 1 && listed.push(index) > MAX_SHORTLIST) state.shortlist = undefined;
    else if (change === -1 && listed.includes(index)) listed.splice(listed.indexOf(index), 1);
  }

  /** The first piece in `order` that the peer has and `accept` takes, or -1. `offers` is the manager's count of them. */
  first(
    peer: Peer,
    state: PeerState,
    { order, offers, accept }: { order: PickOrder; offers: number; accept: (index: number) => boolean },
  ): number {
    if (state.countedAs === 'seed' || order !== 'rarest') return this.#picker.first(peer.pieces, order, accept);
    const { shortlist } = state;
    if (shortlist) {
      const index = this.#picker.firstOf(shortlist.pieces, accept);
      if (index !== -1 || (!shortlist.isCut && shortlist.madeAt === offers)) return index;
    }
    const made = this.#picker.shortlist(peer.pieces, this.#missing, accept);
    state.shortlist = { ...made, madeAt: offers };
    return this.#picker.firstOf(made.pieces, accept);
  }

  secondsFor(peer: Peer, moreBlocks: number): number {
    const bytes = ((this.#states.get(peer)?.outstanding ?? 0) + moreBlocks) * BLOCK_LENGTH;
    return bytes === 0 ? 0 : bytes / peer.downloadRate;
  }

  fewestSeconds(index: number): number {
    let fewest = Infinity;
    for (const peer of this.#states.keys()) {
      if (!peer.isSnubbed && peer.pieces.get(index)) fewest = Math.min(fewest, this.secondsFor(peer, 1));
    }
    return fewest;
  }

  /** The peer suggested a piece, or grants it while it chokes us (BEP 6). Without effect when we lack nothing of that name. */
  advised(peer: Peer, kind: 'suggest' | 'allowed-fast', index: number): void {
    const state = this.#states.get(peer);
    if (!state || index >= this.#missing.length || !this.#missing.get(index)) return;
    state.advice ??= new PeerAdvice();
    if (kind === 'suggest') state.advice.suggest(index);
    else state.advice.allowFast(index);
  }

  /** The peer does not grant the piece any more. */
  revoked(peer: Peer, index: number): void {
    this.#states.get(peer)?.advice?.forget(index);
  }

  /** The peer grants something while it chokes us. */
  mayAskWhileChoked(peer: Peer): boolean {
    return (this.#states.get(peer)?.advice?.allowedFast.size ?? 0) > 0;
  }

  /** What it suggests in place of a piece that nothing but its rarity puts first; that piece itself when there is no such suggestion. */
  suggestedInstead(peer: Peer, state: PeerState, index: number, accept: (index: number) => boolean): number {
    for (const suggested of state.advice?.suggested ?? []) {
      if (!this.#missing.get(suggested)) state.advice?.forget(suggested);
      else if (peer.pieces.get(suggested) && this.#picker.areAlike(suggested, index) && accept(suggested))
        return suggested;
    }
    return index;
  }

  /** Other pieces are missing than before. */
  recount(): void {
    for (const [peer, state] of this.#states) this.#recount(peer, state);
  }

  /** The piece is missing no more. */
  found(index: number): void {
    for (const [peer, state] of this.#states) if (peer.pieces.get(index)) state.interestingPieces--;
  }

  #recount(peer: Peer, state: PeerState): void {
    state.interestingPieces = peer.pieces.countCommon(this.#missing);
    state.shortlist = undefined;
  }
}
