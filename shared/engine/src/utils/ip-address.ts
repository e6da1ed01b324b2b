import type { Endpoint } from '../interfaces/socket.js';

/** Bytes of one peer in compact form (BEP 23): IPv4 address and port. */
export const COMPACT_IPV4_BYTES = 6;
/** The same for IPv6 (BEP 7). */
export const COMPACT_IPV6_BYTES = 18;

const MAPPED_PREFIX = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff];
const DOT = 0x2e;
const DIGIT_ZERO = 0x30;
const NO_DIGIT = -1;

/**
 * The address of an IP literal: 4 or 16 bytes in network order. Undefined for everything else: names, zones (`%eth0`), brackets, and
 * the short, octal and hexadecimal forms of IPv4 that resolvers take for addresses. `::ffff:a.b.c.d` gives the 4 bytes of `a.b.c.d`,
 * because it names the same peer.
 */
export function parseIp(text: string): Uint8Array | undefined {
  if (!text.includes(':')) return parseIpv4(text);
  const bytes = parseIpv6(text);
  return bytes && MAPPED_PREFIX.every((byte, index) => bytes[index] === byte) ? bytes.slice(12) : bytes;
}

/** The canonical literal (RFC 5952 for IPv6) of 4 or 16 address bytes. */
export function formatIp(bytes: Uint8Array): string {
  return bytes.length === 4 ? bytes.join('.') : formatIpv6(bytes);
}

/** `host:port`, with brackets around an IPv6 literal. */
export function formatEndpoint({ host, port }: Endpoint): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/**
 * Reads compact peers (BEP 23, BEP 7), `size` bytes each: address, then port, big-endian. Entries with port 0 are left out, and so is a
 * rest shorter than one peer; callers that insist on whole entries check the length first.
 */
export function parseCompactPeers(
  bytes: Uint8Array,
  size: typeof COMPACT_IPV4_BYTES | typeof COMPACT_IPV6_BYTES,
): Endpoint[] {
  const peers: Endpoint[] = [];
  for (let offset = 0; offset + size <= bytes.length; offset += size) {
    const peer = parseCompactPeer(bytes.subarray(offset, offset + size));
    if (peer) peers.push(peer);
  }
  return peers;
}

/** Reads one compact peer of 6 or 18 bytes; undefined when its port is 0. */
export function parseCompactPeer(bytes: Uint8Array): Endpoint | undefined {
  const end = bytes.length - 2;
  const port = ((bytes[end] as number) << 8) | (bytes[end + 1] as number);
  return port === 0 ? undefined : { host: formatIp(bytes.subarray(0, end)), port };
}

/** The 6 or 18 bytes of an endpoint; undefined when its host is a name. */
export function encodeCompactPeer({ host, port }: Endpoint): Uint8Array | undefined {
  const address = parseIp(host);
  return address && Uint8Array.of(...address, port >> 8, port & 0xff);
}

/** Character by character: every candidate of every discovery comes through here, several times. */
function parseIpv4(text: string): Uint8Array | undefined {
  const bytes = new Uint8Array(4);
  let count = 0;
  let value = NO_DIGIT;
  for (let index = 0; index <= text.length; index++) {
    const code = index === text.length ? DOT : text.charCodeAt(index);
    if (code === DOT) {
      if (value === NO_DIGIT || count === 4) return undefined;
      bytes[count++] = value;
      value = NO_DIGIT;
      continue;
    }
    const digit = code - DIGIT_ZERO;
    // A leading zero would make the part octal to some.
    if (digit < 0 || digit > 9 || value === 0) return undefined;
    value = value === NO_DIGIT ? digit : value * 10 + digit;
    if (value > 255) return undefined;
  }
  return count === 4 ? bytes : undefined;
}

function parseIpv6(text: string): Uint8Array | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const head = parseGroups(halves[0] ?? '', { mayEndInIpv4: halves.length === 1 });
  const tail = halves.length === 2 ? parseGroups(halves[1] ?? '', { mayEndInIpv4: true }) : [];
  if (!head || !tail) return undefined;
  const missing = 16 - head.length - tail.length;
  if (halves.length === 1 ? missing !== 0 : missing < 2) return undefined;
  const bytes = new Uint8Array(16);
  bytes.set(head);
  bytes.set(tail, 16 - tail.length);
  return bytes;
}

function parseGroups(text: string, { mayEndInIpv4 }: { mayEndInIpv4: boolean }): number[] | undefined {
  if (text === '') return [];
  const bytes: number[] = [];
  const groups = text.split(':');
  for (const [index, group] of groups.entries()) {
    if (/^[0-9a-fA-F]{1,4}$/.test(group)) {
      const value = parseInt(group, 16);
      bytes.push(value >> 8, value & 0xff);
      continue;
    }
    const ipv4 = mayEndInIpv4 && index === groups.length - 1 ? parseIpv4(group) : undefined;
    if (!ipv4) return undefined;
    bytes.push(...ipv4);
  }
  return bytes.length <= 16 ? bytes : undefined;
}

/** RFC 5952: lower case, no leading zeros, the first longest run of two or more zero groups as `::`. */
function formatIpv6(bytes: Uint8Array): string {
  const groups = Array.from(
    { length: 8 },
    (_, index) => ((bytes[index * 2] as number) << 8) | (bytes[index * 2 + 1] as number),
  );
  let longest = { start: -1, length: 1 };
  let runStart = 0;
  for (const [index, group] of groups.entries()) {
    if (group !== 0) runStart = index + 1;
    else if (index + 1 - runStart > longest.length) longest = { start: runStart, length: index + 1 - runStart };
  }
  const hex = groups.map((group) => group.toString(16));
  if (longest.start < 0) return hex.join(':');
  return `${hex.slice(0, longest.start).join(':')}::${hex.slice(longest.start + longest.length).join(':')}`;
}
