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

/** What is on record of the files of a torrent in a published root. */
export interface PublishedRecord {
  /** By file; those beyond the end are staged. */
  readonly places: readonly FilePlace[];
  /** By file: its path in the folder, where that is another than in staging. */
  readonly names: ReadonlyMap<number, string>;
}

export const NOTHING_PUBLISHED: PublishedRecord = { places: [], names: new Map() };

/** Numbers of the places, one byte each, then an index and a path for each name. */
export function encodePublished({ places, names }: PublishedRecord): BencodeInput[] {
  return [
    Uint8Array.from(places, (place) => PLACES.indexOf(place)),
    ...[...names].map(([index, path]) => [index, path]),
  ];
}

/** Throws {@link RecordError}. */
export function decodePublished(value: BencodeValue): PublishedRecord {
  const [places, ...names] = isList(value) ? value : [];
  if (!(places instanceof Uint8Array)) throw new RecordError('invalid', 'field published is wrong');
  return {
    places: [...places].map((number) => {
      const place = PLACES[number];
      if (!place) throw new RecordError('invalid', `no file is at place ${number}`);
      return place;
    }),
    names: new Map(
      names.map((name): [number, string] => {
        const [index, path] = isList(name) ? name : [];
        const text = textOf(path);
        if (typeof index !== 'number' || text === undefined) throw new RecordError('invalid', 'a file has no name');
        return [index, text];
      }),
    ),
  };
}
