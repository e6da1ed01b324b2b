import type { IRandom } from '../interfaces/random.js';
import type { BitField } from '../utils/bitfield.js';
import type { MemoryBudget } from './memory-budget.js';
import type { PieceLayout } from './piece-layout.js';

/** What picking needs to know of a peer; the object itself is the peer's identity. */
export interface PickingPeer {
  /** What the peer has, live: set a bit, then tell `peerHave`. */
  readonly pieces: BitField;
  readonly isSnubbed: boolean;
  /** Payload bytes a second from this peer. */
  readonly downloadRate: number;
}

/** What a `PieceManager` asks of its torrent. */
export interface PieceEvents<Peer> {
  /** This request is needed no more: drop it from the peer's queue and send CANCEL. The manager has released it already. */
  cancelRequest(peer: Peer, index: number, begin: number, length: number): void;
  /** After a `pick` that came short for want of memory: there is room again. */
  memoryAvailable(): void;
}

/** 0 skip, 1 low, 4 normal, 7 high. */
export type PiecePriority = 0 | 1 | 4 | 7;

/** `ignored`: wasted. `accepted`: the block is in. `full`: and it was the piece's last: `takeBuffer`. */
export type BlockOutcome = 'ignored' | 'accepted' | 'full';

export declare class PieceManager<Peer extends PickingPeer> {
  constructor(options: {
    readonly layout: PieceLayout;
    readonly budget: MemoryBudget;
    readonly random: IRandom;
    readonly events: PieceEvents<Peer>;
  });
  /** What we have, verified. Live: read only. */
  readonly have: BitField;
  /** All wanted pieces are here. */
  readonly isComplete: boolean;
  readonly missingWantedPieces: number;
  readonly missingWantedBytes: number;
  /** Bytes of the pieces that are wanted, here or not. */
  readonly wantedBytes: number;
  /** Every missing wanted block is requested. */
  readonly isEndgame: boolean;

  /** When the peer's bitfield (or HAVE_ALL, HAVE_NONE or nothing) is known. */
  addPeer(peer: Peer): void;
  /** Disconnected: releases its requests and forgets it. Fine when unknown. */
  removePeer(peer: Peer): void;
  /** After `peer.pieces.set(index)` of a bit that was clear. */
  peerHave(peer: Peer, index: number): void;
  /** The peer has a piece that is wanted and missing. O(1). */
  isInteresting(peer: Peer): boolean;

  /** One priority a piece; open pieces that are wanted no more are dropped and their requests cancelled. */
  setPriorities(priorities: readonly PiecePriority[] | Uint8Array): void;
  /** Verified by other means (resume, recheck). */
  markHave(index: number): void;

  /** Chooses up to `maxBlocks` blocks and marks them requested; calls `onBlock` for each, returns how many. */
  pick(peer: Peer, maxBlocks: number, onBlock: (index: number, begin: number, length: number) => void): number;
  /** A PIECE header arrived. False: unrequested, wrong, or here already: its bytes are waste. */
  beginBlock(peer: Peer, index: number, begin: number, length: number): boolean;
  /** A chunk of its payload, `offset` bytes into the block. Copied at once. False: waste. */
  writeBlock(peer: Peer, index: number, begin: number, offset: number, bytes: Uint8Array): boolean;
  /** Its payload is complete. Call it after a refused `beginBlock` too: the request is settled either way. */
  endBlock(peer: Peer, index: number, begin: number): BlockOutcome;
  /** Reject, time-out. Fine when it is not requested. */
  releaseRequest(peer: Peer, index: number, begin: number): void;
  /** Choke: all its requests. */
  releaseRequests(peer: Peer): void;

  /** After `full`: gives the buffer away, for `DiskManager.commit`; answer with `verified` or `failed`. */
  takeBuffer(index: number): Uint8Array;
  verified(index: number, buffer: Uint8Array): void;
  /** Hash mismatch, or a disk error (`buffer` undefined: lost). The piece is missing again. Returns who sent its blocks. */
  failed(index: number, buffer: Uint8Array | undefined): ReadonlySet<Peer>;
  /** Stop: drops all open pieces; those between `takeBuffer` and its answer still end normally. */
  dropOpenPieces(): void;
}
