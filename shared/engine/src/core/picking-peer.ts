import type { BitField } from '../utils/bitfield.js';
import type { PeerAdvice } from './peer-advice.js';

/** What picking needs to know of a peer; the object itself is the peer's identity. */
export interface PickingPeer {
  /** What the peer has, live: change a bit, then tell `peerChanged`. */
  readonly pieces: BitField;
  readonly isSnubbed: boolean;
  /** Payload bytes a second from this peer. */
  readonly downloadRate: number;
}

/** What the manager knows of one peer. */
export interface PeerState {
  /** How the picker counts it. */
  countedAs: 'nothing' | 'pieces' | 'seed';
  /** Pieces it has that are wanted and missing. */
  interestingPieces: number;
  outstanding: number;
  /** The piece it was last asked for; it goes on there. */
  lastPiece: number;
  /** The value of the manager's `#offers` at which there was nothing for it. */
  exhaustedAt: number;
  /** What to take next of it, the order of all pieces not being walked for a peer that lacks most of them; undefined until it is needed. */
  shortlist: Shortlist | undefined;
  /** Undefined until it gives some. */
  advice: PeerAdvice | undefined;
}

/** Pieces of interest of one peer, the first in the picking order of all that it has. */
interface Shortlist {
  readonly pieces: number[];
  /** It has more. */
  readonly isCut: boolean;
  /** The value of the manager's `#offers` at which it was made. */
  readonly madeAt: number;
}
