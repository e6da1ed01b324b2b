import { readUint32, writeUint32 } from '../utils/bytes.js';
import { RecordError, type RecordErrorCode, required, seal, unseal } from './sealed-record.js';
import { decodeSettings, encodeSettings } from './settings-record.js';
import type { ClientSettings } from './settings.js';
import {
  decodeMetadataRecord,
  decodeTorrentRecord,
  encodeMetadataRecord,
  encodeTorrentRecord,
  type MetadataRecord,
  type TorrentRecord,
} from './torrent-record.js';

const FORMAT = 'jstorrent-session';
const LENGTH_BYTES = 4;
/** More is not read. */
const MAX_TORRENTS = 100_000;

/** A torrent in an exported session. Its progress is that of the record's summary: which pieces are right only the files tell. */
export interface ExportedTorrent {
  readonly record: TorrentRecord;
  /** Undefined while it is unknown. */
  readonly metadata: MetadataRecord | undefined;
}

/** Why an entry of an exported session cannot be used: that of its record, or the file ends before it. */
export type EntryProblem = RecordErrorCode | 'cut-short';

export interface ExportedSession {
  /** Those that were changed. */
  readonly settings: Partial<ClientSettings>;
  /** In the order of the queue. */
  readonly torrents: readonly ExportedTorrent[];
  /** What the program around the engine adds; its bytes mean nothing here. */
  readonly host?: Uint8Array | undefined;
}

/**
 * A session as one file: entries of `length u32 | sealed record`, first what the file is, the settings and the number of torrents, then
 * one torrent each, so that a damaged one costs no other. Its parts are the very records of the session store.
 */
export function encodeSessionFile({ settings, torrents, host }: ExportedSession): Uint8Array {
  const entries = [
    seal({ format: FORMAT, settings: encodeSettings(settings), torrents: torrents.length, host }),
    ...torrents.map(({ record, metadata }) =>
      seal({ torrent: encodeTorrentRecord(record), metadata: metadata && encodeMetadataRecord(metadata) }),
    ),
  ];
  const file = new Uint8Array(entries.reduce((sum, { length }) => sum + LENGTH_BYTES + length, 0));
  let end = 0;
  for (const entry of entries) {
    writeUint32(file, end, entry.length);
    file.set(entry, end + LENGTH_BYTES);
    end += LENGTH_BYTES + entry.length;
  }
  return file;
}

/** Reads such a file, of any release so far; what cannot be read of it is named. Throws {@link RecordError} for what is no such file. */
export function decodeSessionFile(file: Uint8Array): {
  readonly settings: Partial<ClientSettings>;
  readonly torrents: readonly (ExportedTorrent | EntryProblem)[];
  readonly host: Uint8Array | undefined;
} {
  const entries = entriesOf(file);
  const fields = unseal(entries.next().value ?? new Uint8Array());
  if (fields.getText('format') !== FORMAT) throw new RecordError('invalid', 'this is no exported session');
  const settings = decodeSettings(required('settings', fields.getBytes('settings')));
  const count = required('torrents', fields.getInt('torrents'));
  if (count < 0 || count > MAX_TORRENTS) throw new RecordError('invalid', `a session of ${count} torrents`);
  const torrents: (ExportedTorrent | EntryProblem)[] = [];
  for (const entry of entries) {
    if (torrents.length === count) break;
    torrents.push(decodeEntry(entry));
  }
  while (torrents.length < count) torrents.push('cut-short');
  return { settings, torrents, host: fields.getBytes('host') };
}

function decodeEntry(entry: Uint8Array | undefined): ExportedTorrent | EntryProblem {
  if (!entry) return 'cut-short';
  try {
    const fields = unseal(entry);
    const metadata = fields.getBytes('metadata');
    return {
      record: decodeTorrentRecord(required('torrent', fields.getBytes('torrent'))),
      metadata: metadata && decodeMetadataRecord(metadata),
    };
  } catch (error) {
    if (error instanceof RecordError) return error.code;
    throw error;
  }
}

/** Undefined for one that the file ends in. */
function* entriesOf(file: Uint8Array): Generator<Uint8Array | undefined, undefined> {
  for (let start = 0; start < file.length;) {
    const begin = start + LENGTH_BYTES;
    const end = begin <= file.length ? begin + readUint32(file, start) : Infinity;
    yield end <= file.length ? file.subarray(begin, end) : undefined;
    start = end;
  }
  return undefined;
}
