import type { OpenPiece } from './open-piece.js';
import type { PickingPeer } from './picking-peer.js';

/** A block that is due so soon is not asked of a second peer: it is on its way, and a CANCEL would come too late. */
const MIN_PATIENCE_SECONDS = 0.5;
/** A block that is due later is, whoever has it. */
const MAX_PATIENCE_SECONDS = 3;
/** Between the two, of a peer that will have brought it in this part of the time: of fifty peers alike all would waste. */
const TIMES_FASTER = 16;

/** A block that one peer was asked for. */
export interface BusyBlock<Peer extends object> {
  readonly piece: OpenPiece<Peer>;
  readonly block: number;
}

/** What one peer owes, the last asked for at the end: of its blocks that comes last, and there is still time to cancel it. */
interface Debt<Peer extends object> {
  readonly blocks: BusyBlock<Peer>[];
  readonly secondsPerBlock: number;
  seconds: number;
}

/** How fast a peer is, and how much it owes. */
interface Pace<Peer> {
  secondsPerBlock(peer: Peer): number;
  /** For all that it was asked for. */
  secondsToDrain(peer: Peer): number;
}

/** Up to `maxBlocks` blocks that `peer` has and that one other peer, who is far slower with them, was asked for: those that come last. */
export function slowestBusyBlocks<Peer extends PickingPeer>(
  pieces: Iterable<OpenPiece<Peer>>,
  peer: Peer,
  maxBlocks: number,
  pace: Pace<Peer>,
): readonly BusyBlock<Peer>[] {
  const debts = new Map<Peer, Debt<Peer>>();
  for (const piece of pieces) {
    if (piece.isFull || piece.isExclusive || !peer.pieces.get(piece.index)) continue;
    for (let block = 0; block < piece.blockCount; block++) {
      const requester = piece.onlyRequester(block);
      if (!requester) continue;
      const debt = debts.get(requester);
      if (debt) debt.blocks.push({ piece, block });
      else debts.set(requester, { blocks: [{ piece, block }], ...paceOf(requester, pace) });
    }
  }
  const taken: BusyBlock<Peer>[] = [];
  // Whoever has brought nothing yet is tried with one.
  const most = peer.downloadRate === 0 ? 1 : maxBlocks;
  const ownSeconds = pace.secondsPerBlock(peer);
  while (taken.length < most) {
    const patience = TIMES_FASTER * ownSeconds * (taken.length + 1);
    let slowest: Debt<Peer> | undefined;
    let seconds = Math.min(MAX_PATIENCE_SECONDS, Math.max(MIN_PATIENCE_SECONDS, patience));
    for (const debt of debts.values()) {
      if (debt.blocks.length === 0 || debt.seconds <= seconds) continue;
      [slowest, seconds] = [debt, debt.seconds];
    }
    const last = slowest?.blocks.pop();
    if (!slowest || !last) break;
    if (slowest.seconds !== Infinity) slowest.seconds -= slowest.secondsPerBlock;
    taken.push(last);
  }
  return taken;
}

function paceOf<Peer>(peer: Peer, pace: Pace<Peer>) {
  return { secondsPerBlock: pace.secondsPerBlock(peer), seconds: pace.secondsToDrain(peer) };
}
