import type { BencodeInput } from '../protocol/bencode-encoder.js';
import { type BencodeValue, isList, textOf } from '../protocol/bencode-value.js';
import { RecordError } from './sealed-record.js';

/**
 * Where a file of a torrent in a published root lies: in staging; in both places, its staging copy still to be removed; in the folder
 * alone; or in staging, while what lies under its name in the folder is ours too but not to be believed.
 */
export type FilePlace = 'staged' | 'both' | 'folder' | 'claimed';

/** By their numbers on record. */
const PLACES: readonly FilePlace[] = ['staged', 'both', 'folder', 'claimed'];

/** What is on record of a file that is too big for staging and comes to the folder in parts. */
export interface SplitRecord {
  /** Of each but the first, which may be shorter, and the last. */
  readonly partBytes: number;
  /** By part: when the one in the folder was last changed, in milliseconds since 1970, 0 for unknown; undefined: it is not there. */
  readonly stamps: readonly (number | undefined)[];
}

/** What lay in the folder under the name of a file when it was `claimed`: only that is ours to replace. */
export interface FileClaim {
  readonly bytes: number;
  /** In milliseconds since 1970; 0 for unknown. */
  readonly modifiedMs: number;
}

/** What is on record of the files of a torrent in a published root. */
export interface PublishedRecord {
  /** By file; those beyond the end are staged. */
  readonly places: readonly FilePlace[];
  /** By file: its path in the folder, where that is another than in staging. */
  readonly names: ReadonlyMap<number, string>;
  /** By file: those that come in parts, and are not put together yet. */
  readonly splits: ReadonlyMap<number, SplitRecord>;
  /** By file: those that are `claimed`. */
  readonly claims: ReadonlyMap<number, FileClaim>;
}

export const NOTHING_PUBLISHED: PublishedRecord = {
  places: [],
  names: new Map(),
  splits: new Map(),
  claims: new Map(),
};

const STAMP_BYTES = 8;
/** Stands for the stamp of a part that is not in the folder. */
const NOT_THERE = -1;

/**
 * Numbers of the places, one byte each, then an index and a path for each name, an index, a length and stamps for each file in parts, and an
 * index, 0 and size and time for each claim: to earlier versions a file in parts of no length, which is none.
 */
export function encodePublished({ places, names, splits, claims }: PublishedRecord): BencodeInput[] {
  return [
    Uint8Array.from(places, (place) => PLACES.indexOf(place)),
    ...[...names].map(([index, path]) => [index, path]),
    ...[...splits].map(([index, { partBytes, stamps }]) => [index, partBytes, encodeStamps(stamps)]),
    ...[...claims].map(([index, { bytes, modifiedMs }]) => [index, 0, encodeStamps([bytes, modifiedMs])]),
  ];
}

function encodeStamps(stamps: SplitRecord['stamps']): Uint8Array {
  const bytes = new Uint8Array(stamps.length * STAMP_BYTES);
  const view = new DataView(bytes.buffer);
  stamps.forEach((stamp, index) => {
    view.setFloat64(index * STAMP_BYTES, stamp ?? NOT_THERE);
  });
  return bytes;
}

function decodeStamps(bytes: Uint8Array): SplitRecord['stamps'] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return Array.from({ length: Math.floor(bytes.length / STAMP_BYTES) }, (_, index) => {
    const stamp = view.getFloat64(index * STAMP_BYTES);
    return Number.isFinite(stamp) && stamp >= 0 ? stamp : undefined;
  });
}

/** Throws {@link RecordError}. */
export function decodePublished(value: BencodeValue): PublishedRecord {
  const [places, ...entries] = isList(value) ? value : [];
  if (!(places instanceof Uint8Array)) throw new RecordError('invalid', 'field published is wrong');
  const names = new Map<number, string>();
  const splits = new Map<number, SplitRecord>();
  const claims = new Map<number, FileClaim>();
  for (const entry of entries) {
    const [index, second, stamps] = isList(entry) ? entry : [];
    const path = textOf(second);
    if (typeof index !== 'number') throw new RecordError('invalid', 'a file has no number');
    if (path !== undefined) names.set(index, path);
    else if (second === 0 && stamps instanceof Uint8Array) {
      const [bytes, modifiedMs] = decodeStamps(stamps);
      if (bytes !== undefined && modifiedMs !== undefined) claims.set(index, { bytes, modifiedMs });
    } else if (typeof second === 'number' && stamps instanceof Uint8Array)
      splits.set(index, { partBytes: second, stamps: decodeStamps(stamps) });
    else throw new RecordError('invalid', 'a file has no name');
  }
  return {
    places: [...places].map((number) => {
      const place = PLACES[number];
      if (!place) throw new RecordError('invalid', `no file is at place ${number}`);
      return place;
    }),
    names,
    splits,
    claims,
  };
}
