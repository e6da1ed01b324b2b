import { BencodeDictionary, isList, textOf, type BencodeValue } from './bencode-value.js';
import { MAX_PIECE_LENGTH_BYTES, MAX_PIECES } from './limits.js';
import { MetainfoError } from './metainfo-error.js';

/** One file of a torrent, as the info dictionary has it. */
export interface InfoFile {
  /**
   * Path below the torrent's folder, or the name alone of a single file. Decoded and otherwise untouched: an element may be `..`,
   * empty or anything else until it has been sanitised.
   */
  readonly path: readonly string[];
  /** Bytes. */
  readonly length: number;
  /** Where the file starts in the torrent's bytes. */
  readonly offset: number;
  /** BEP 47: only there to align the next file; zeros. */
  readonly isPadding: boolean;
}

/** The v1 part of an info dictionary (BEP 3), checked. */
export interface TorrentInfo {
  /** Decoded, not sanitised. */
  readonly name: string;
  /** Bytes, 1 to 512 MiB; the last piece may be shorter. */
  readonly pieceLength: number;
  /** SHA-1 of each piece, 20 bytes each: a view into the input. */
  readonly pieces: Uint8Array;
  readonly pieceCount: number;
  /** Bytes of all files, 1 to 2^53 - 1. */
  readonly totalLength: number;
  /** BEP 27: peers only from its trackers. */
  readonly isPrivate: boolean;
  /** At least one; empty files included. */
  readonly files: readonly InfoFile[];
  /** Whether it is one file with no folder around it. */
  readonly isSingleFile: boolean;
}

const HASH_BYTES = 20;

/**
 * Reads an info dictionary. `name.utf-8` and `path.utf-8` win over their plain twins; what is not UTF-8 becomes U+FFFD. The v1 part of
 * a hybrid is used. A symlink (BEP 47) is read as the ordinary, normally empty file that it is without that attribute. Throws
 * {@link MetainfoError}.
 */
export function torrentInfoOf(info: BencodeDictionary): TorrentInfo {
  const pieces = info.getBytes('pieces');
  if (!pieces && info.getInt('meta version') === 2) {
    throw new MetainfoError('v2-unsupported', 'this torrent is BitTorrent v2 only, which is not supported yet');
  }
  const name = info.getText('name.utf-8') ?? info.getText('name');
  if (!name) throw new MetainfoError('bad-name', 'the torrent has no name');
  const pieceLength = info.getInt('piece length') ?? 0;
  if (pieceLength < 1 || pieceLength > MAX_PIECE_LENGTH_BYTES) {
    throw new MetainfoError('bad-piece-length', `a piece length of ${pieceLength} bytes`);
  }
  const list = info.get('files');
  const files = list === undefined ? singleFile(info, name) : filesOf(list);
  const totalLength = files.reduce((end, file) => Math.max(end, file.offset + file.length), 0);
  if (totalLength === 0) throw new MetainfoError('empty', 'the torrent has no bytes to download');
  const pieceCount = Math.ceil(totalLength / pieceLength);
  if (pieceCount > MAX_PIECES) throw new MetainfoError('bad-pieces', `${pieceCount} pieces`);
  if (pieces?.length !== pieceCount * HASH_BYTES) {
    throw new MetainfoError('bad-pieces', `${pieces?.length ?? 0} bytes of hashes for ${pieceCount} pieces`);
  }
  const isPrivate = info.getInt('private') === 1;
  return {
    name,
    pieceLength,
    pieces,
    pieceCount,
    totalLength,
    isPrivate,
    files,
    isSingleFile: list === undefined,
  };
}

function singleFile(info: BencodeDictionary, name: string): InfoFile[] {
  return [{ path: [name], length: lengthOf(info), offset: 0, isPadding: false }];
}

function filesOf(list: BencodeValue): InfoFile[] {
  if (!isList(list) || list.length === 0) throw new MetainfoError('bad-files', 'the torrent lists no files');
  let offset = 0;
  return list.map((entry) => {
    if (!(entry instanceof BencodeDictionary)) throw new MetainfoError('bad-files', 'a file is no dictionary');
    const file = { path: pathOf(entry), length: lengthOf(entry), offset, isPadding: hasAttribute(entry, 'p') };
    offset += file.length;
    if (!Number.isSafeInteger(offset)) throw new MetainfoError('bad-length', 'the files are over 2^53 bytes together');
    return file;
  });
}

function pathOf(entry: BencodeDictionary): string[] {
  const elements = entry.getList('path.utf-8') ?? entry.getList('path') ?? [];
  if (elements.length === 0) throw new MetainfoError('bad-files', 'a file has no path');
  return elements.map((element) => {
    const text = textOf(element);
    if (text === undefined) throw new MetainfoError('bad-files', 'an element of a path is no text');
    return text;
  });
}

function lengthOf(entry: BencodeDictionary): number {
  const isSymlink = hasAttribute(entry, 'l');
  const length = isSymlink && entry.get('length') === undefined ? 0 : entry.getInt('length');
  if (length === undefined || length < 0) throw new MetainfoError('bad-length', 'a file has no valid length');
  return length;
}

function hasAttribute(entry: BencodeDictionary, letter: string): boolean {
  return entry.getText('attr')?.includes(letter) ?? false;
}
