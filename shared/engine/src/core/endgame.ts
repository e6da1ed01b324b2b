import type { OpenPiece } from './open-piece.js';
import type { PickingPeer } from './picking-peer.js';

/** A block that is due so soon is not asked of a second peer: it is on its way, and a CANCEL would come too late. */
const PATIENCE_SECONDS = 3;

/** The block that `peer` has too and that will come last, of those that one other peer was asked for. */
export function slowestBusyBlock<Peer extends PickingPeer>(
  pieces: Iterable<OpenPiece<Peer>>,
  peer: Peer,
  /** How long a peer needs for all it was asked for. */
  secondsToDrain: (requester: Peer) => number,
): { readonly piece: OpenPiece<Peer>; readonly block: number } | undefined {
  let slowest: { readonly piece: OpenPiece<Peer>; readonly block: number; readonly seconds: number } | undefined;
  for (const piece of pieces) {
    if (piece.isFull || piece.isExclusive || !peer.pieces.get(piece.index)) continue;
    for (let block = 0; block < piece.blockCount; block++) {
      const requester = piece.onlyRequester(block);
      const seconds = requester ? secondsToDrain(requester) : 0;
      // Of one peer's blocks the last one asked for comes last: there is still time to cancel it.
      if (seconds > PATIENCE_SECONDS && seconds >= (slowest?.seconds ?? 0)) slowest = { piece, block, seconds };
    }
  }
  return slowest;
}
