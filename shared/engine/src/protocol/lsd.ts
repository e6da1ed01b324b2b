import { fromHex, toHex } from '../utils/bytes.js';
import { MAX_ANNOUNCED_TORRENTS, MAX_LOCAL_ANNOUNCE_BYTES } from './limits.js';

/** BEP 14: the port of local discovery, and its groups for IPv4 and IPv6. */
export const LSD_PORT = 6771;
export const LSD_GROUP_IPV4 = '239.192.152.143';
export const LSD_GROUP_IPV6 = 'ff15::efc0:988f';

/** What a program tells its LAN. */
export interface LocalAnnounce {
  /** Where it listens, 1 to 65535. */
  readonly port: number;
  /** 20 bytes each, at most 24 of them. */
  readonly infoHashes: readonly Uint8Array[];
  /** The sender's own mark, by which it knows its own announces when they come back. */
  readonly cookie: string | undefined;
}

const START_LINE = 'BT-SEARCH * HTTP/1.1';
const MAX_COOKIE_CHARS = 64;

/**
 * BEP 14: a datagram like an HTTP request, `BT-SEARCH * HTTP/1.1` with the headers `Host` (the group and its port), `Port`, `Infohash` (40
 * hex digits, once for each torrent) and `cookie`, then two empty lines.
 */
export function encodeLocalAnnounce(announce: LocalAnnounce, group: string): Uint8Array {
  const host = group.includes(':') ? `[${group}]` : group;
  const lines = [
    START_LINE,
    `Host: ${host}:${LSD_PORT}`,
    `Port: ${announce.port}`,
    ...announce.infoHashes.map((infoHash) => `Infohash: ${toHex(infoHash)}`),
    ...(announce.cookie === undefined ? [] : [`cookie: ${announce.cookie}`]),
    '',
    '',
    '',
  ];
  return new TextEncoder().encode(lines.join('\r\n'));
}

/** Reads an announce; undefined when it is none. Names of headers are of either case, unknown ones are skipped, and so are bad hashes. */
export function parseLocalAnnounce(datagram: Uint8Array): LocalAnnounce | undefined {
  if (datagram.length > MAX_LOCAL_ANNOUNCE_BYTES) return undefined;
  const [start, ...lines] = new TextDecoder().decode(datagram).split('\r\n');
  if (start?.toUpperCase() !== START_LINE) return undefined;
  let port = 0;
  let cookie: string | undefined;
  const infoHashes: Uint8Array[] = [];
  for (const line of lines) {
    const [, name = '', value = ''] = /^([\w-]+):[ \t]*(.*?)[ \t]*$/.exec(line) ?? [];
    switch (name.toLowerCase()) {
      case 'port':
        port = /^\d{1,5}$/.test(value) ? Number(value) : 0;
        break;
      case 'cookie':
        cookie = value.slice(0, MAX_COOKIE_CHARS);
        break;
      case 'infohash': {
        const infoHash = fromHex(value);
        if (infoHash?.length === 20 && infoHashes.length < MAX_ANNOUNCED_TORRENTS) infoHashes.push(infoHash);
        break;
      }
    }
  }
  return port >= 1 && port <= 65_535 && infoHashes.length > 0 ? { port, infoHashes, cookie } : undefined;
}
