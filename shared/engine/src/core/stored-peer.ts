import type { Endpoint } from '../interfaces/socket.js';
import type { BencodeInput } from '../protocol/bencode-encoder.js';
import { type BencodeValue, isList, textOf } from '../protocol/bencode-value.js';
import { RecordError, required } from './sealed-record.js';
import type { PeerSource } from './snapshots.js';

/** What the user or the link names nobody may name again, so it is kept. The best first. */
const LASTING_SOURCES = ['manual', 'magnet'] as const satisfies readonly PeerSource[];
type LastingSource = (typeof LASTING_SOURCES)[number];

/** A peer's address, kept for the next session. */
export interface StoredPeer extends Endpoint {
  /** The user or the link named it; of all others the source is forgotten. */
  readonly source?: LastingSource;
}

/** The best of those `sources` that last; undefined when neither the user nor a link named the peer. */
export function lastingSourceOf(sources: readonly PeerSource[]): LastingSource | undefined {
  return LASTING_SOURCES.find((source) => sources.includes(source));
}

export function encodeStoredPeer({ host, port, source }: StoredPeer): BencodeInput {
  return source === undefined ? [host, port] : [host, port, source];
}

/** Throws {@link RecordError}. */
export function decodeStoredPeer(value: BencodeValue): StoredPeer {
  const [host, port, named] = isList(value) ? value : [];
  if (typeof port !== 'number' || port < 0) throw new RecordError('invalid', 'field peers has no port');
  // Earlier versions stored none.
  const source = LASTING_SOURCES.find((lasting) => named !== undefined && textOf(named) === lasting);
  return { host: required('peers', textOf(host)), port, ...(source && { source }) };
}
