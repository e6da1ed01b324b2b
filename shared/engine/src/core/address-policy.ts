import type { Endpoint } from '../interfaces/socket.js';
import { formatIp, parseIp } from '../utils/ip-address.js';
import type { PeerSource } from './snapshots.js';

/**
 * Where an address lies: `never` can be no peer at all (unspecified, multicast, broadcast, reserved), `local` is the LAN, a link or a
 * provider's private space, `name` is a host name that still has to be resolved.
 */
export type AddressScope = 'never' | 'loopback' | 'local' | 'public' | 'name';

export interface CandidateOptions {
  /** The tracker that gave the address is itself on the LAN, so it may speak of LAN peers. */
  readonly fromLocalTracker?: boolean;
}

const LOOPBACK_SOURCES: ReadonlySet<PeerSource> = new Set<PeerSource>(['manual']);
const LOCAL_SOURCES: ReadonlySet<PeerSource> = new Set<PeerSource>(['manual', 'lsd', 'incoming']);
const NAME_SOURCES: ReadonlySet<PeerSource> = new Set<PeerSource>(['manual', 'magnet']);

/**
 * Says which addresses may be dialled. Without `allowLocalPeers` (the public rules) nobody on the network can make us dial this
 * machine or its LAN: loopback only by hand, LAN only by hand, from local discovery, from a LAN tracker, or where the peer dialled us
 * first. With it every usable address is fine from every source.
 *
 * Names come only from links and from the user. A name that may stand for a private address is decided after it resolved: ask again
 * with the connected socket's remote address and the same source.
 */
export class AddressPolicy {
  readonly allowLocalPeers: boolean;

  constructor(options: { readonly allowLocalPeers: boolean }) {
    this.allowLocalPeers = options.allowLocalPeers;
  }

  allows(endpoint: Endpoint, source: PeerSource, options: CandidateOptions = {}): boolean {
    if (!Number.isInteger(endpoint.port) || endpoint.port < 1 || endpoint.port > 65535) return false;
    switch (scopeOf(endpoint.host)) {
      case 'never':
        return false;
      case 'public':
        return true;
      case 'name':
        return NAME_SOURCES.has(source);
      case 'loopback':
        return this.allowLocalPeers || LOOPBACK_SOURCES.has(source);
      case 'local':
        return (
          this.allowLocalPeers ||
          LOCAL_SOURCES.has(source) ||
          (source === 'tracker' && options.fromLocalTracker === true)
        );
    }
  }

  /** What counts as one peer: an IP under the public rules, an IP and port with `allowLocalPeers`. */
  identity(endpoint: Endpoint): string {
    const host = canonicalHost(endpoint.host);
    return this.allowLocalPeers ? `${host}|${endpoint.port}` : host;
  }
}

/** One spelling for each host: canonical IP literals (IPv4-mapped IPv6 as IPv4), lower-case names. */
export function canonicalHost(host: string): string {
  // What is an IPv4 literal at all is canonical.
  const ip = host.includes(':') ? parseIp(host) : undefined;
  return ip ? formatIp(ip) : host.toLowerCase();
}

export function scopeOf(host: string): AddressScope {
  const ip = parseIp(host);
  if (!ip) return scopeOfName(host);
  return ip.length === 4 ? scopeOfIpv4(ip) : scopeOfIpv6(ip);
}

/** A name whose last label is a number (`0x7f.1`, `127.1`, `2130706433`) is an address in disguise to many resolvers. */
function scopeOfName(host: string): AddressScope {
  const labels = host.toLowerCase().replace(/\.$/, '').split('.');
  const isName = host.length <= 253 && labels.every((label) => /^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$/.test(label));
  const last = labels.at(-1) ?? '';
  if (!isName || /^(0x[0-9a-f]*|[0-9]+)$/.test(last)) return 'never';
  if (last === 'localhost') return 'loopback';
  return last === 'local' || labels.length === 1 ? 'local' : 'name';
}

/** IANA's special-purpose registry (RFC 6890) as far as it matters for dialling. */
function scopeOfIpv4(ip: Uint8Array): AddressScope {
  const a = ip[0] as number;
  const b = ip[1] as number;
  if (a === 0 || a >= 224) return 'never';
  if (a === 127) return 'loopback';
  const isLocal =
    a === 10 ||
    (a === 100 && b >= 64 && b < 128) ||
    (a === 169 && b === 254) ||
    (a === 172 && b >= 16 && b < 32) ||
    (a === 192 && b === 168) ||
    (a === 198 && (b === 18 || b === 19));
  return isLocal ? 'local' : 'public';
}

function scopeOfIpv6(ip: Uint8Array): AddressScope {
  const group = (index: number) => ((ip[index * 2] as number) << 8) | (ip[index * 2 + 1] as number);
  const isZero = (from: number, to: number) => ip.subarray(from, to).every((byte) => byte === 0);
  if (isZero(0, 12)) return isZero(12, 15) && ip[15] === 1 ? 'loopback' : 'never';
  if (ip[0] === 0xff) return 'never';
  // NAT64 (RFC 6052, RFC 8215) and 6to4 (RFC 3056) carry an IPv4 address that the network will dial.
  if (group(0) === 0x64 && group(1) === 0xff9b) return isZero(4, 12) ? scopeOfIpv4(ip.subarray(12)) : 'local';
  if (group(0) === 0x2002) return scopeOfIpv4(ip.subarray(2, 6));
  if (group(0) === 0x100 && isZero(2, 8)) return 'never';
  const isUniqueLocal = (group(0) & 0xfe00) === 0xfc00;
  const isLinkOrSiteLocal = (group(0) & 0xff80) === 0xfe80;
  return isUniqueLocal || isLinkOrSiteLocal ? 'local' : 'public';
}
