import type { PieceLayout } from './piece-layout.js';
import type { PiecePriority } from './piece-picker.js';
import type { DownloadOrder } from './snapshots.js';
import type { FileExtent } from './torrent-file.js';

/** What a torrent wants of each piece, and in which order. */
export interface PieceWishes {
  /** One a piece: that of the most wanted of the files with bytes in it. */
  readonly priorities: readonly PiecePriority[];
  /** These come before all others, in this order. */
  readonly first: readonly number[];
  /** Then the rest from the first to the last, the most wanted before; otherwise the rarest first. */
  readonly isSequential: boolean;
}

/** This much of a file at either end lets a player show what is in it. */
const EDGE_SHARE = 0.01;

/** Turns the wishes for files into those for pieces. `priority` is asked for each file, by its index. */
export function pieceWishes(
  layout: PieceLayout,
  files: readonly FileExtent[],
  priority: (fileIndex: number) => PiecePriority,
  order: DownloadOrder,
): PieceWishes {
  const priorities = new Array<PiecePriority>(layout.pieceCount).fill(0);
  const edges = new Set<number>();
  files.forEach(({ offset, length }, fileIndex) => {
    const wish = priority(fileIndex);
    if (wish === 0 || length === 0) return;
    const pieceAt = (position: number) => Math.floor((offset + position) / layout.pieceLength);
    const last = pieceAt(length - 1);
    for (let index = pieceAt(0); index <= last; index++) {
      if (wish > (priorities[index] as number)) priorities[index] = wish;
    }
    if (!order.firstAndLastFirst) return;
    const edge = Math.floor(length * EDGE_SHARE);
    for (let index = pieceAt(0); index <= pieceAt(edge); index++) edges.add(index);
    for (let index = pieceAt(length - 1 - edge); index <= last; index++) edges.add(index);
  });
  const byPriority = (a: number, b: number) => (priorities[b] as number) - (priorities[a] as number);
  return { priorities, first: [...edges].sort(byPriority), isSequential: order.isSequential };
}
