import type { Endpoint } from '../interfaces/socket.js';
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

/** A line each: port, source, host. There are so many that reading them one by one takes longer than all else of a record. */
export function encodeStoredPeers(peers: readonly StoredPeer[]): string {
  return peers
    .filter(({ host }) => !host.includes('\n'))
    .map(({ host, port, source = NO_SOURCE }) => `${port} ${source} ${host}`)
    .join('\n');
}

/** Throws {@link RecordError}. */
export function decodeStoredPeers(value: BencodeValue | undefined): readonly StoredPeer[] {
  // Up to version 3.
  if (isList(value)) return value.map(storedPeerOf);
  const lines = required('peers', textOf(value));
  return lines === '' ? [] : lines.split('\n').map(storedPeerIn);
}

const NO_SOURCE = '-';

function storedPeerIn(line: string): StoredPeer {
  const afterPort = line.indexOf(' ');
  const afterSource = line.indexOf(' ', afterPort + 1);
  const port = Number(line.slice(0, afterPort));
  if (afterPort < 1 || afterSource < 0 || !Number.isInteger(port) || port < 0)
    throw new RecordError('invalid', 'field peers has no port');
  return storedPeer(line.slice(afterSource + 1), port, line.slice(afterPort + 1, afterSource));
}

function storedPeerOf(value: BencodeValue): StoredPeer {
  const [host, port, source] = isList(value) ? value : [];
  if (typeof port !== 'number' || port < 0) throw new RecordError('invalid', 'field peers has no port');
  return storedPeer(required('peers', textOf(host)), port, textOf(source));
}

function storedPeer(host: string, port: number, named: string | undefined): StoredPeer {
  const source = LASTING_SOURCES.find((lasting) => lasting === named);
  return { host, port, ...(source && { source }) };
}
