import { encode } from '../protocol/bencode-encoder.js';
import { BencodeError } from '../protocol/bencode-error.js';
import type { BencodeDictionary } from '../protocol/bencode-value.js';
import { decodeDictionary } from '../protocol/bencode.js';
import {
  encodeCompactNodes,
  NODE_ID_BYTES,
  parseCompactNodes,
  type IpFamily,
  type NodeInfo,
} from '../protocol/node-info.js';
import { MAX_SAVED_NODES } from './limits.js';

/** What one node leaves for its next session. */
export interface SavedTable {
  readonly id: Uint8Array;
  /** At most 400, the best ones first. */
  readonly nodes: readonly NodeInfo[];
}

export interface SavedState {
  readonly 4?: SavedTable | undefined;
  readonly 6?: SavedTable | undefined;
}

/** Bencoded: `{id, nodes}` for IPv4 and `{id6, nodes6}` for IPv6, nodes in compact form. */
export function encodeSavedState(state: SavedState): Uint8Array {
  const compact = (table: SavedTable | undefined) => table && encodeCompactNodes(table.nodes.slice(0, MAX_SAVED_NODES));
  return encode({ id: state[4]?.id, nodes: compact(state[4]), id6: state[6]?.id, nodes6: compact(state[6]) });
}

/** Reads what was saved. Whatever is damaged is left out: the DHT can start from nothing. */
export function parseSavedState(bytes: Uint8Array): SavedState {
  let fields: BencodeDictionary;
  try {
    fields = decodeDictionary(bytes);
  } catch (error) {
    if (!(error instanceof BencodeError)) throw error;
    return {};
  }
  return { 4: parseTable(fields, 'id', 'nodes', 4), 6: parseTable(fields, 'id6', 'nodes6', 6) };
}

function parseTable(
  fields: BencodeDictionary,
  idKey: string,
  nodesKey: string,
  family: IpFamily,
): SavedTable | undefined {
  const id = fields.getBytes(idKey);
  if (id?.length !== NODE_ID_BYTES) return undefined;
  const nodes = parseCompactNodes(fields.getBytes(nodesKey) ?? new Uint8Array(), family) ?? [];
  return { id: id.slice(), nodes: nodes.slice(0, MAX_SAVED_NODES) };
}
