import { BitField } from '../../shared/engine/dist/utils/bitfield.js';
import { MemoryBudget } from '../../shared/engine/dist/core/memory-budget.js';
import { PieceLayout } from '../../shared/engine/dist/core/piece-layout.js';
import { PieceManager } from '../../shared/engine/dist/core/piece-manager.js';

const BLOCK = 16 * 1024;
const BLOCKS_PER_PIECE = 16;
const PIECE = BLOCK * BLOCKS_PER_PIECE;
const SEEDS = 8;
const LEECHERS = 42;
/** Requests that each peer has under way. */
const DEPTH = 16;
/** Blocks to each piece that some other peer got. */
const BLOCKS_PER_HAVE = 4;
const PICKED_SHARE = 0.9;

/** Downloads nine tenths of a torrent without its bytes, as the sockets and the disk would have it done; returns how many blocks that were. */
export function pickBlocks(pieceCount) {
  const layout = new PieceLayout({ pieceLength: PIECE, totalLength: pieceCount * PIECE });
  const random = lcg();
  const manager = new PieceManager({
    layout,
    budget: new MemoryBudget(1024 * PIECE),
    random: { integer: random },
    events: { cancelRequest: () => undefined, memoryAvailable: () => undefined },
    shelf: { put: () => undefined, take: () => undefined, forget: () => undefined },
  });
  const seeds = Array.from({ length: SEEDS }, () => newPeer(pieceCount, { isSeed: true }));
  const leechers = Array.from({ length: LEECHERS }, () => newPeer(pieceCount, { isSeed: false }));
  const peers = [...seeds, ...leechers];
  for (const peer of peers) manager.addPeer(peer);
  const wanted = Math.floor(pieceCount * PICKED_SHARE) * BLOCKS_PER_PIECE;
  let done = 0;
  while (done < wanted) {
    for (const peer of peers) {
      const { asked } = peer;
      const block = asked.shift();
      if (block) {
        const [index, begin, length] = block;
        manager.beginBlock(peer, index, begin, length);
        if (manager.endBlock(peer, index, begin) === 'full') manager.verified(index, manager.takeBuffer(index));
        done++;
        if (done % BLOCKS_PER_HAVE === 0) gain(leechers[random(LEECHERS)]);
      }
      manager.pick(peer, DEPTH - asked.length, (...request) => asked.push(request));
    }
  }
  return done;

  function gain(peer) {
    const index = random(pieceCount);
    if (peer.pieces.get(index)) return;
    peer.pieces.set(index);
    manager.peerChanged(peer, index);
  }
}

function newPeer(pieceCount, { isSeed }) {
  const pieces = new BitField(pieceCount);
  if (isSeed) pieces.setAll();
  return { pieces, isSnubbed: false, downloadRate: 100_000, asked: [] };
}

function lcg() {
  let state = 1;
  return (bound) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * bound);
  };
}
