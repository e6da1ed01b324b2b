import { makeTorrent, type SampleTorrent } from './virtual-swarm.js';

const PIECE_LENGTH = 32 * 1024;

/** The shapes of torrents that storage has to get right: a single file, several with pieces over their borders, padded (BEP 47), some empty. */
export const SHAPES: ReadonlyMap<string, SampleTorrent> = new Map([
  [
    'single',
    makeTorrent({
      name: 'single.bin',
      seed: 21,
      pieceLength: PIECE_LENGTH,
      files: { 'single.bin': 11 * PIECE_LENGTH + 4321 },
    }),
  ],
  [
    'several',
    makeTorrent({
      name: 'several',
      seed: 22,
      pieceLength: PIECE_LENGTH,
      files: { 'a.bin': 50_001, 'b/b.bin': 99_999, 'b/c.bin': 5, 'd.bin': 180_000 },
    }),
  ],
  [
    'padded',
    makeTorrent({
      name: 'padded',
      seed: 23,
      pieceLength: PIECE_LENGTH,
      files: { 'a.bin': 50_001, 'b.bin': PIECE_LENGTH, 'c.bin': 120_000 },
      isPadded: true,
    }),
  ],
  [
    'empty',
    makeTorrent({
      name: 'empty',
      seed: 24,
      pieceLength: PIECE_LENGTH,
      files: { 'a.txt': 0, 'b/b.bin': 170_000, 'b/c.txt': 0, 'd.bin': 99_000, 'z.txt': 0 },
    }),
  ],
]);
