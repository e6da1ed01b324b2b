import { encode } from './bencode-encoder.js';
import { decodeDictionary } from './bencode.js';

/** What a new torrent is made from; the caller has hashed the pieces. */
export interface NewTorrent {
  /** Name of the file or folder. */
  readonly name: string;
  /** Bytes; see {@link choosePieceLength}. */
  readonly pieceLength: number;
  /** SHA-1 of each piece, 20 bytes each. */
  readonly pieces: Uint8Array;
  /** The length of a single file, or the files of a folder in the order in which they were hashed. */
  readonly content:
    | { readonly length: number }
    | { readonly files: readonly { readonly path: readonly string[]; readonly length: number }[] };
  /** BEP 27. */
  readonly isPrivate: boolean;
}

/** A canonical v1 info dictionary; its SHA-1 is the info-hash. */
export function createInfo(torrent: NewTorrent): Uint8Array {
  return encode({
    name: torrent.name,
    'piece length': torrent.pieceLength,
    pieces: torrent.pieces,
    ...('length' in torrent.content ? { length: torrent.content.length } : { files: torrent.content.files }),
    private: torrent.isPrivate ? 1 : undefined,
  });
}

/** A .torrent file around `info`, whose bytes are kept as they are. Throws `BencodeError` when `info` is no dictionary. */
export function encodeMetainfo(metainfo: {
  readonly info: Uint8Array;
  readonly announceTiers?: readonly (readonly string[])[] | undefined;
  readonly comment?: string | undefined;
  readonly createdBy?: string | undefined;
  /** Seconds since 1970. */
  readonly creationDate?: number | undefined;
  readonly webSeeds?: readonly string[] | undefined;
}): Uint8Array {
  const tiers = metainfo.announceTiers ?? [];
  const hasSeveralTrackers = tiers.length > 1 || (tiers[0]?.length ?? 0) > 1;
  return encode({
    announce: tiers[0]?.[0],
    'announce-list': hasSeveralTrackers ? tiers : undefined,
    comment: metainfo.comment,
    'created by': metainfo.createdBy,
    'creation date': metainfo.creationDate,
    info: decodeDictionary(metainfo.info),
    'url-list': metainfo.webSeeds?.length ? metainfo.webSeeds : undefined,
  });
}

const MIN_CHOSEN_PIECE_LENGTH_BYTES = 16 * 1024;
const MAX_CHOSEN_PIECE_LENGTH_BYTES = 16 * 1024 * 1024;
const CHOSEN_PIECE_COUNT = 1500;

/** A power of two from 16 KiB to 16 MiB that cuts `totalBytes` into at most 1,500 pieces where that range allows. */
export function choosePieceLength(totalBytes: number): number {
  let length = MIN_CHOSEN_PIECE_LENGTH_BYTES;
  while (length < MAX_CHOSEN_PIECE_LENGTH_BYTES && totalBytes > length * CHOSEN_PIECE_COUNT) length *= 2;
  return length;
}
