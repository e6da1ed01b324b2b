import type { Torrent } from '@jstorrent/engine';
import type { PieceMap } from '../rpc/types.js';

/** As many as a view can show. */
const MAX_CELLS = 2000;
/** Of the pieces of one cell so many are looked at, so that a map costs the same for any torrent. */
const LOOKED_AT = 4;
const FULL = 255;

/** What we have of a torrent and what its peers have, in at most {@link MAX_CELLS} parts; undefined while its pieces are not known. */
export function pieceMap(torrent: Torrent): PieceMap | undefined {
  const { content } = torrent;
  if (!content) return undefined;
  const { pieceCount } = content.layout;
  const { have } = content.downloader.pieces;
  const cellCount = Math.min(pieceCount, MAX_CELLS);
  const [shares, availability] = [new Uint8Array(cellCount), new Uint8Array(cellCount)];
  const peers = [...torrent.peers];
  const seeds = peers.filter(({ isSeed }) => isSeed).length;
  const others = peers.filter(({ isSeed }) => !isSeed).map(({ pieces }) => pieces);
  for (let cell = 0; cell < cellCount; cell++) {
    const first = Math.floor((cell * pieceCount) / cellCount);
    const end = Math.max(first + 1, Math.floor(((cell + 1) * pieceCount) / cellCount));
    const step = Math.max(1, Math.floor((end - first) / LOOKED_AT));
    let [looked, there, fewest] = [0, 0, Infinity];
    for (let index = first; index < end; index += step) {
      looked++;
      if (have.get(index)) there++;
      let count = seeds;
      for (const pieces of others) if (pieces.get(index)) count++;
      fewest = Math.min(fewest, count);
    }
    shares[cell] = Math.floor((there / looked) * FULL);
    availability[cell] = Math.min(FULL, fewest);
  }
  return { pieceCount, haveCount: have.count, have: shares.toBase64(), availability: availability.toBase64() };
}
