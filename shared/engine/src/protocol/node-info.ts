import type { Endpoint } from '../interfaces/socket.js';
import { concatBytes } from '../utils/bytes.js';
import {
  COMPACT_IPV4_BYTES,
  COMPACT_IPV6_BYTES,
  encodeCompactPeer,
  parseCompactPeers,
  parseIp,
} from '../utils/ip-address.js';

/** Bytes of a node id and of an info-hash (BEP 5). */
export const NODE_ID_BYTES = 20;

/** IPv4 and IPv6 have a DHT each (BEP 32). */
export type IpFamily = 4 | 6;

/** How to reach a DHT node, and where it stands. */
export interface NodeInfo {
  /** 20 bytes. */
  readonly id: Uint8Array;
  readonly endpoint: Endpoint;
}

const COMPACT_ENDPOINT_BYTES = { 4: COMPACT_IPV4_BYTES, 6: COMPACT_IPV6_BYTES } as const;

/** The family of an IP literal; undefined for a name. IPv4-mapped IPv6 counts as IPv4. */
export function familyOf(host: string): IpFamily | undefined {
  const ip = parseIp(host);
  return ip && (ip.length === 4 ? 4 : 6);
}

/**
 * Reads compact node info: `id 20 | address 4 or 16 | port u16`, so 26 bytes a node (BEP 5), 38 with IPv6 (BEP 32). Ids are copies.
 * Nodes with port 0 are left out. Undefined when the bytes are no whole number of nodes.
 */
export function parseCompactNodes(bytes: Uint8Array, family: IpFamily): NodeInfo[] | undefined {
  const size = COMPACT_ENDPOINT_BYTES[family];
  const stride = NODE_ID_BYTES + size;
  if (bytes.length % stride !== 0) return undefined;
  const nodes: NodeInfo[] = [];
  for (let offset = 0; offset < bytes.length; offset += stride) {
    const idEnd = offset + NODE_ID_BYTES;
    const [endpoint] = parseCompactPeers(bytes.subarray(idEnd, idEnd + size), size);
    if (endpoint) nodes.push({ id: bytes.slice(offset, idEnd), endpoint });
  }
  return nodes;
}

/** Compact node info of nodes whose hosts are IP literals of one family. */
export function encodeCompactNodes(nodes: readonly NodeInfo[]): Uint8Array {
  return concatBytes(nodes.flatMap(({ id, endpoint }) => [id, encodeCompactPeer(endpoint) ?? new Uint8Array()]));
}
