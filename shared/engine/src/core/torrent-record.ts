import type { BencodeInput } from '../protocol/bencode-encoder.js';
import { type BencodeDictionary, type BencodeValue, isList, textOf } from '../protocol/bencode-value.js';
import { BitField, BitFieldError } from '../utils/bitfield.js';
import {
  ALL_NORMAL,
  decodePriorities,
  decodeWantedFiles,
  encodePriorities,
  type FilePriorities,
} from './file-priorities.js';
import { decodePublished, encodePublished, type PublishedRecord } from './published-record.js';
import { RecordError, required, seal, unseal } from './sealed-record.js';
import type { DownloadOrder } from './snapshots.js';
import { decodeStoredPeers, encodeStoredPeers, type StoredPeer } from './stored-peer.js';
import { decodeLimits, encodeLimits, type TorrentLimits } from './torrent-limits.js';

/** Most peer addresses kept for the next session. */
export const MAX_STORED_PEERS = 100;

/**
 * What is stored of a torrent apart from its metadata and its progress: small, and written when the user changes something.
 */
export interface TorrentRecord {
  /** The v1 info-hash, 40 lower-case hex digits. */
  readonly id: string;
  /** That of its metadata, or of the link. */
  readonly name: string;
  /** What the user calls it; undefined: as it is called. */
  readonly ownName: string | undefined;
  /** The link it was added by, if it was one. */
  readonly magnet: string | undefined;
  /** Name of the download root. */
  readonly root: string;
  /** What the user wants, whatever the torrent is doing. */
  readonly desired: 'started' | 'stopped';
  /** Runs whatever the limits of the queue. */
  readonly isForced: boolean;
  /** The user's own grouping: plain text, at most 100 characters. */
  readonly label: string | undefined;
  readonly limits: TorrentLimits;
  /** The user still has to choose files. */
  readonly awaitingChoice: boolean;
  readonly priorities: FilePriorities;
  readonly order: DownloadOrder;
  /** BEP 16, while nobody else seeds. */
  readonly isSuperSeeding: boolean;
  /** Announce URLs in tiers. */
  readonly trackers: readonly (readonly string[])[];
  /** At most {@link MAX_STORED_PEERS}; more are cut off. */
  readonly peers: readonly StoredPeer[];
  /** Peers that are never met again: `PeerList.banned`. */
  readonly banned: readonly string[];
  /** Milliseconds since 1970. */
  readonly addedAt: number;
  readonly completedAt: number | undefined;
  /** The user removed it, with or without its files; that is to be finished. */
  readonly removal: Removal | undefined;
  /** Files are being given another name; that is to be finished. */
  readonly renaming: FileRenaming | undefined;
  /** Where the files lie, when the root is a folder that takes whole files only; undefined in any other root. */
  readonly published: PublishedRecord | undefined;
  /** It came from the backup: files may have been copied to the folder since. They are looked for when the torrent starts. */
  readonly arePlacesStale: boolean;
  /** Undefined while the metadata is unknown. Behind the progress by a minute at most. */
  readonly summary: TorrentSummary | undefined;
}

/** A new name for the torrent's folder, or its only file; with `fileIndex` for one of its files. */
export interface FileRenaming {
  readonly name: string;
  readonly fileIndex: number | undefined;
  /** It cannot be done: what was done of it is to be taken back. */
  readonly isUndone: boolean;
}

/** What becomes of the files of a torrent that is removed. */
export type Removal = 'with-files' | 'without-files';

/** A torrent's metadata, big and written once. */
export interface MetadataRecord {
  /** The info dictionary, the very bytes that hash to the id. */
  readonly info: Uint8Array;
  /** Where each file lies under the root, in the order of the metadata: chosen once and then kept. */
  readonly paths: readonly string[];
  readonly comment: string | undefined;
  readonly createdBy: string | undefined;
}

/** Over the torrent's life. */
export interface TorrentTotals {
  /** Payload. */
  readonly uploadedBytes: number;
  readonly downloadedBytes: number;
  readonly wastedBytes: number;
  /** Time of downloading and seeding. */
  readonly activeSeconds: number;
  /** Of that, time of seeding. */
  readonly seedingSeconds: number;
  /** How often a download of it came to its end. */
  readonly timesCompleted: number;
}

/** What the list shows of a torrent whose metadata lies in the store unread. Stored along with the torrent's record. */
export interface TorrentSummary extends TorrentTotals {
  /** Bytes of all files. */
  readonly totalBytes: number;
  /** Bytes of the wanted files, and how many of them are verified. */
  readonly wantedBytes: number;
  readonly wantedDoneBytes: number;
  readonly fileCount: number;
  /** BEP 27. */
  readonly isPrivate: boolean;
  /** What the torrent has under its root: the name of its folder, or of its only file. */
  readonly entryName: string;
}

/** How far a torrent is; written about once a second while it moves. */
export interface ProgressRecord extends TorrentTotals {
  /** Pieces that are verified and written; undefined before the metadata is known. A reader whose torrent has another number of pieces rechecks. */
  readonly verified: BitField | undefined;
  /** Written at a good end: no piece is on disk that is not in `verified`. */
  readonly isSettled: boolean;
}

export function encodeTorrentRecord(record: TorrentRecord): Uint8Array {
  return seal({
    id: record.id,
    name: record.name,
    'own-name': record.ownName,
    magnet: record.magnet,
    root: record.root,
    desired: record.desired,
    forced: record.isForced ? 1 : undefined,
    label: record.label,
    ...encodeLimits(record.limits),
    'awaiting-choice': record.awaitingChoice ? 1 : 0,
    'file-priorities': encodePriorities(record.priorities),
    sequential: record.order.isSequential ? 1 : 0,
    'first-and-last-first': record.order.firstAndLastFirst ? 1 : 0,
    'super-seeding': record.isSuperSeeding ? 1 : undefined,
    trackers: record.trackers,
    peers: encodeStoredPeers(record.peers.slice(0, MAX_STORED_PEERS)),
    banned: record.banned,
    'added-at': record.addedAt,
    'completed-at': record.completedAt,
    removal: record.removal,
    renaming: record.renaming && renamingFields(record.renaming),
    published: record.published && encodePublished(record.published),
    'stale-places': record.arePlacesStale ? 1 : undefined,
    summary: record.summary && summaryFields(record.summary),
  });
}

/** Throws {@link RecordError}. */
export function decodeTorrentRecord(bytes: Uint8Array): TorrentRecord {
  const fields = unseal(bytes);
  const id = required('id', fields.getText('id'));
  const desired = fields.getText('desired');
  if (!/^[0-9a-f]{40}$/.test(id)) throw new RecordError('invalid', 'field id is no info-hash');
  if (desired !== 'started' && desired !== 'stopped') throw new RecordError('invalid', 'field desired is unknown');
  return {
    id,
    name: required('name', fields.getText('name')),
    // Earlier versions did not know it.
    ownName: fields.getText('own-name'),
    magnet: fields.getText('magnet'),
    root: required('root', fields.getText('root')),
    desired,
    // Earlier versions knew neither of these three.
    isForced: fields.getInt('forced') === 1,
    label: fields.getText('label'),
    limits: decodeLimits(fields),
    awaitingChoice: fields.getInt('awaiting-choice') === 1,
    priorities: filePriorities(fields),
    order: {
      isSequential: fields.getInt('sequential') === 1,
      firstAndLastFirst: fields.getInt('first-and-last-first') === 1,
    },
    // Earlier versions did not know it.
    isSuperSeeding: fields.getInt('super-seeding') === 1,
    trackers: required('trackers', fields.getList('trackers')).map((tier) => texts('trackers', tier)),
    peers: decodeStoredPeers(fields.get('peers')).slice(0, MAX_STORED_PEERS),
    // Earlier versions did not store it.
    banned: texts('banned', fields.get('banned') ?? []),
    addedAt: required('added-at', count(fields.get('added-at'))),
    completedAt: count(fields.get('completed-at')),
    removal: removalIn(fields.getText('removal')),
    renaming: renamingIn(fields.getDict('renaming')),
    published: publishedIn(fields.getList('published')),
    arePlacesStale: fields.getInt('stale-places') === 1,
    summary: summaryIn(fields.getDict('summary')),
  };
}

function removalIn(value: string | undefined): Removal | undefined {
  return value === 'with-files' || value === 'without-files' ? value : undefined;
}

function renamingFields({ name, fileIndex, isUndone }: FileRenaming): {
  readonly [key: string]: BencodeInput | undefined;
} {
  return { name, file: fileIndex, undone: isUndone ? 1 : undefined };
}

function renamingIn(fields: BencodeDictionary | undefined): FileRenaming | undefined {
  if (!fields) return undefined;
  return {
    name: required('renaming.name', fields.getText('name')),
    fileIndex: count(fields.get('file')),
    isUndone: fields.getInt('undone') === 1,
  };
}

function publishedIn(value: BencodeValue | undefined): PublishedRecord | undefined {
  return value === undefined ? undefined : decodePublished(value);
}

function summaryFields(summary: TorrentSummary): { readonly [key: string]: BencodeInput } {
  return {
    total: summary.totalBytes,
    wanted: summary.wantedBytes,
    done: summary.wantedDoneBytes,
    files: summary.fileCount,
    private: summary.isPrivate ? 1 : 0,
    entry: summary.entryName,
    ...totalsFields(summary),
  };
}

/** Version 1 stored none. */
function summaryIn(fields: BencodeDictionary | undefined): TorrentSummary | undefined {
  if (!fields) return undefined;
  const bytes = (name: string) => required(`summary.${name}`, count(fields.get(name)));
  return {
    totalBytes: bytes('total'),
    wantedBytes: bytes('wanted'),
    wantedDoneBytes: bytes('done'),
    fileCount: bytes('files'),
    isPrivate: fields.getInt('private') === 1,
    entryName: required('summary.entry', fields.getText('entry')),
    ...totalsIn(fields),
  };
}

function filePriorities(fields: BencodeDictionary): FilePriorities {
  const priorities = fields.getList('file-priorities');
  if (priorities) return decodePriorities(priorities);
  const wanted = fields.getList('wanted-files');
  return wanted ? decodeWantedFiles(wanted) : ALL_NORMAL;
}

export function encodeMetadataRecord(record: MetadataRecord): Uint8Array {
  return seal({ info: record.info, paths: record.paths, comment: record.comment, 'created-by': record.createdBy });
}

/** Throws {@link RecordError}. */
export function decodeMetadataRecord(bytes: Uint8Array): MetadataRecord {
  const fields = unseal(bytes);
  return {
    info: required('info', fields.getBytes('info')),
    paths: texts('paths', fields.get('paths')),
    comment: fields.getText('comment'),
    createdBy: fields.getText('created-by'),
  };
}

export function encodeProgressRecord(record: ProgressRecord): Uint8Array {
  return seal({
    pieces: record.verified?.length,
    verified: record.verified?.buffer,
    settled: record.isSettled ? 1 : undefined,
    ...totalsFields(record),
  });
}

/** Throws {@link RecordError}. */
export function decodeProgressRecord(bytes: Uint8Array): ProgressRecord {
  const fields = unseal(bytes);
  return {
    verified: verifiedPieces(fields),
    isSettled: fields.getInt('settled') === 1,
    ...totalsIn(fields),
  };
}

function totalsFields(totals: TorrentTotals): { readonly [key: string]: BencodeInput } {
  return {
    uploaded: totals.uploadedBytes,
    downloaded: totals.downloadedBytes,
    wasted: totals.wastedBytes,
    active: totals.activeSeconds,
    seeding: totals.seedingSeconds,
    completed: totals.timesCompleted,
  };
}

function totalsIn(fields: BencodeDictionary): TorrentTotals {
  return {
    uploadedBytes: required('uploaded', count(fields.get('uploaded'))),
    downloadedBytes: required('downloaded', count(fields.get('downloaded'))),
    wastedBytes: required('wasted', count(fields.get('wasted'))),
    // Earlier versions did not count these.
    activeSeconds: count(fields.get('active')) ?? 0,
    seedingSeconds: count(fields.get('seeding')) ?? 0,
    timesCompleted: count(fields.get('completed')) ?? 0,
  };
}

function verifiedPieces(fields: BencodeDictionary): BitField | undefined {
  const bits = fields.getBytes('verified');
  if (!bits) return undefined;
  const pieces = required('pieces', count(fields.get('pieces')));
  if (pieces > bits.length * 8) throw new RecordError('invalid', 'field verified is shorter than its length');
  try {
    return BitField.fromBytes(bits, pieces);
  } catch (error) {
    if (!(error instanceof BitFieldError)) throw error;
    throw new RecordError('invalid', 'field verified does not fit its length', { cause: error });
  }
}

/** A safe integer that is not negative. */
function count(value: BencodeValue | undefined): number | undefined {
  return typeof value === 'number' && value >= 0 ? value : undefined;
}

function texts(field: string, value: BencodeValue | undefined): readonly string[] {
  return required(field, isList(value) ? value : undefined).map((item) => required(field, textOf(item)));
}
