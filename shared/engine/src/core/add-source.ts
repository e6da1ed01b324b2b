import type { IHasher } from '../interfaces/hasher.js';
import type { Endpoint } from '../interfaces/socket.js';
import { parseMagnet, type IndexRange } from '../protocol/magnet.js';
import { parseMetainfo } from '../protocol/metainfo.js';
import { toHex } from '../utils/bytes.js';
import { plainText } from '../utils/plain-text.js';

/** What a torrent is added from: a magnet link, or the bytes of a .torrent file. */
export type AddSource = { readonly magnet: string } | { readonly metainfo: Uint8Array };

export interface AddOptions {
  /** Name of the download root; `default` when left out. */
  readonly root?: string;
  /** False leaves it stopped. */
  readonly start?: boolean;
  /** Wait in `awaiting-choice` once the files are known. */
  readonly chooseFilesFirst?: boolean;
  /** Peers to dial, as if typed in by hand. */
  readonly peers?: readonly Endpoint[];
  /** Indices of the files to download; all when left out. */
  readonly wantedFiles?: readonly number[];
  /** As `Torrent.setSuperSeeding`. */
  readonly isSuperSeeding?: boolean;
}

/** An {@link AddSource}, read. */
export interface DescribedSource {
  /** v1 info-hash in hex. */
  readonly id: string;
  readonly name: string;
  readonly magnet: string | undefined;
  /** The raw info dictionary; undefined for a magnet. */
  readonly info: Uint8Array | undefined;
  /** BEP 27. False while it is unknown. */
  readonly isPrivate: boolean;
  readonly trackers: readonly (readonly string[])[];
  readonly peers: readonly Endpoint[];
  /** DHT nodes to start from (BEP 5). */
  readonly nodes: readonly Endpoint[];
  readonly wantedFiles: readonly number[] | undefined;
  readonly remarks: { readonly comment: string | undefined; readonly createdBy: string | undefined };
}

/** Files that a magnet may name one by one (BEP 53): ranges come from a stranger and may be huge. */
const MAX_SELECTED_FILES = 100_000;

/** Reads a link or a file. Throws `MagnetError` or `MetainfoError`. */
export async function describeSource(source: AddSource, hasher: IHasher, maxBytes: number): Promise<DescribedSource> {
  if ('magnet' in source) return describeMagnet(source.magnet);
  const metainfo = parseMetainfo(source.metainfo, { maxBytes });
  const { digest, data } = await hasher.sha1(metainfo.infoHashSource.slice());
  return {
    id: toHex(digest),
    name: plainText(metainfo.info.name),
    magnet: undefined,
    info: data,
    isPrivate: metainfo.info.isPrivate,
    trackers: metainfo.announceTiers,
    peers: [],
    nodes: metainfo.info.isPrivate ? [] : metainfo.nodes,
    wantedFiles: undefined,
    remarks: { comment: metainfo.comment, createdBy: metainfo.createdBy },
  };
}

function describeMagnet(link: string): DescribedSource {
  const magnet = parseMagnet(link);
  const id = toHex(magnet.infoHash);
  return {
    id,
    name: plainText(magnet.name ?? id),
    magnet: link,
    info: undefined,
    isPrivate: false,
    // A link has no tiers; each tracker is one of its own, so that all are asked.
    trackers: magnet.trackers.map((url) => [url]),
    peers: magnet.peers,
    nodes: [],
    wantedFiles: magnet.selectOnly && filesIn(magnet.selectOnly),
    remarks: { comment: undefined, createdBy: undefined },
  };
}

function filesIn(ranges: readonly IndexRange[]): number[] {
  const files: number[] = [];
  for (const { first, last } of ranges) {
    for (let index = first; index <= last && files.length < MAX_SELECTED_FILES; index++) files.push(index);
  }
  return files;
}
