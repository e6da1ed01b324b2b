/** Bytes of a block, the unit of REQUEST (BEP 3); only the last block of the torrent is shorter. */
export const BLOCK_LENGTH = 16 * 1024;

/** What of a piece lies in memory at once. */
export interface SectionSizes {
  /** Longer pieces never lie in memory as a whole: they are divided into sections. */
  readonly maxWholePieceBytes: number;
  /** Of a section, the last of a piece may be shorter. A multiple of {@link BLOCK_LENGTH}. */
  readonly sectionBytes: number;
}

const SECTION_SIZES: SectionSizes = { maxWholePieceBytes: 16 * 1024 * 1024, sectionBytes: 1024 * 1024 };

/** How a torrent's bytes divide into pieces, sections and blocks. Indices are trusted: callers have checked what came from a peer. */
export class PieceLayout {
  /** Bytes of every piece but the last. */
  readonly pieceLength: number;
  readonly totalLength: number;
  readonly pieceCount: number;
  /** Blocks of every piece but the last. */
  readonly blocksPerPiece: number;
  /** Pieces are too long for the memory: what is done with one is done section by section. */
  readonly isSectioned: boolean;
  /** Bytes of what lies in memory at once; a whole piece unless `isSectioned`. */
  readonly sectionLength: number;

  constructor(options: {
    readonly pieceLength: number;
    readonly totalLength: number;
    readonly sections?: SectionSizes;
  }) {
    const { maxWholePieceBytes, sectionBytes } = options.sections ?? SECTION_SIZES;
    this.pieceLength = options.pieceLength;
    this.totalLength = options.totalLength;
    const longestPiece = Math.min(options.pieceLength, options.totalLength);
    this.isSectioned = longestPiece > maxWholePieceBytes;
    this.sectionLength = this.isSectioned ? sectionBytes : longestPiece;
    this.pieceCount = Math.ceil(options.totalLength / options.pieceLength);
    this.blocksPerPiece = Math.ceil(options.pieceLength / BLOCK_LENGTH);
  }

  /** Bytes of piece `index`. */
  pieceSize(index: number): number {
    return Math.min(this.pieceLength, this.totalLength - index * this.pieceLength);
  }

  blockCount(index: number): number {
    return Math.ceil(this.pieceSize(index) / BLOCK_LENGTH);
  }

  /** Bytes of block number `block` of piece `index`. */
  blockLength(index: number, block: number): number {
    return Math.min(BLOCK_LENGTH, this.pieceSize(index) - block * BLOCK_LENGTH);
  }
}

/** The number of the block that starts at `begin`; -1 when none does. */
export function blockAt(begin: number): number {
  return begin % BLOCK_LENGTH === 0 ? begin / BLOCK_LENGTH : -1;
}
