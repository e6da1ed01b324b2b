import { promises as dns } from 'node:dns';
import type { LookupAddress } from 'node:dns';
import { BlockList, isIP, isIPv4, isIPv6, type LookupFunction } from 'node:net';
import type { NetworkPolicySettings } from '@jstorrent/bridge-protocol';
import { BridgeFailure } from './close-reason.js';

/** Where an address leads. `never`: multicast, broadcast, reserved. */
export type AddressScope = 'public' | 'loopback' | 'lan' | 'never';

/** IPv4 ranges and IPv6 ranges, by scope (RFC 6890). */
const RANGES: readonly (readonly [AddressScope, string, number])[] = [
  ['loopback', '0.0.0.0', 8],
  ['loopback', '127.0.0.0', 8],
  ['lan', '10.0.0.0', 8],
  ['lan', '100.64.0.0', 10],
  ['lan', '169.254.0.0', 16],
  ['lan', '172.16.0.0', 12],
  ['lan', '192.0.0.0', 24],
  ['lan', '192.168.0.0', 16],
  ['lan', '198.18.0.0', 15],
  ['never', '224.0.0.0', 3],
  ['loopback', '::', 127],
  ['lan', 'fc00::', 7],
  ['lan', 'fe80::', 10],
  ['lan', 'fec0::', 10],
  ['lan', '64:ff9b:1::', 48],
  ['never', 'ff00::', 8],
];

const lists = { loopback: new BlockList(), lan: new BlockList(), never: new BlockList() };
for (const [scope, network, prefix] of RANGES) {
  if (scope !== 'public') lists[scope].addSubnet(network, prefix, isIPv4(network) ? 'ipv4' : 'ipv6');
}

/** The scope of an IP literal; of an IPv6 address that carries an IPv4 one, the scope of that one. */
export function addressScope(address: string): AddressScope {
  const literal = embeddedIPv4(address) ?? address.replace(/%.*$/, '');
  const family = isIPv4(literal) ? 'ipv4' : 'ipv6';
  if (lists.never.check(literal, family)) return 'never';
  if (lists.loopback.check(literal, family)) return 'loopback';
  return lists.lan.check(literal, family) ? 'lan' : 'public';
}

/** The IPv4 address inside a mapped, compatible (::/96), NAT64 (64:ff9b::/96) or 6to4 (2002::/16) address. */
function embeddedIPv4(address: string): string | undefined {
  if (!isIPv6(address)) return undefined;
  const groups = ipv6Groups(address);
  const front = groups.slice(0, 6).join(':');
  const [high, low] = groups[0] === 0x2002 ? [groups[1], groups[2]] : [groups[6], groups[7]];
  const carries = ['0:0:0:0:0:0', '0:0:0:0:0:65535', '100:65435:0:0:0:0'].includes(front);
  if ((!carries && groups[0] !== 0x2002) || high === undefined || low === undefined) return undefined;
  return `${high >>> 8}.${high & 0xff}.${low >>> 8}.${low & 0xff}`;
}

function ipv6Groups(address: string): number[] {
  const literal = new URL(`http://[${address.replace(/%.*$/, '')}]/`).hostname.slice(1, -1);
  const [head = '', tail] = literal.split('::');
  const parse = (part: string) => (part === '' ? [] : part.split(':').map((group) => Number.parseInt(group, 16)));
  const front = parse(head);
  if (tail === undefined) return front;
  const back = parse(tail);
  return [...front, ...new Array<number>(8 - front.length - back.length).fill(0), ...back];
}

/** A tracker's path: `/announce`, `/scrape`, with `.php`, with a passkey before or after. Anything more daring is not exempt. */
const ANNOUNCE_PATH = /^\/(?:[\w-]+\/)?(?:announce|scrape)(?:\.php)?(?:\/[\w-]+)?$/;

/** Whether a path, with or without its query, is one where trackers are announced to. */
export function isAnnouncePath(path: string): boolean {
  return ANNOUNCE_PATH.test(path.split('?', 1)[0] ?? '');
}

/** Looks up all addresses of a name. */
export type Resolver = (host: string) => Promise<LookupAddress[]>;

const systemResolver: Resolver = (host) => dns.lookup(host, { all: true, verbatim: true });

/** What a request wants beyond the settings. */
export interface PolicyExemption {
  /** The path is a tracker's, so loopback and LAN are fine. */
  readonly isAnnounce: boolean;
  /** Only addresses of this family will do. */
  readonly family?: 4 | 6 | undefined;
}

/**
 * Which addresses the helper connects to on behalf of a URL or a name. It judges what a name resolves to, and hands exactly that
 * to the socket. IP literals of peers are the engine's business.
 */
export class NetworkPolicy {
  readonly #resolve: Resolver;
  /** Under way, by name: a tracker is asked by IPv4 and by IPv6 at once, for many torrents. */
  readonly #lookups = new Map<string, Promise<LookupAddress[]>>();
  #settings: NetworkPolicySettings = { allowLoopback: false, allowLan: false };

  constructor(resolve: Resolver = systemResolver) {
    this.#resolve = resolve;
  }

  set(settings: NetworkPolicySettings): void {
    this.#settings = settings;
  }

  allows(address: string, { isAnnounce }: PolicyExemption): boolean {
    const scope = addressScope(address);
    if (scope === 'loopback') return isAnnounce || this.#settings.allowLoopback;
    if (scope === 'lan') return isAnnounce || this.#settings.allowLan;
    return scope === 'public';
  }

  /** Addresses of a name, or an IP literal itself, that may be connected to; at least one, else `blocked-address`. */
  async resolve(host: string, exemption: PolicyExemption): Promise<LookupAddress[]> {
    const family = isIP(host);
    const addresses = family === 0 ? await this.#lookUp(host) : [{ address: host, family }];
    const isWanted = (found: LookupAddress) => exemption.family === undefined || found.family === exemption.family;
    const wanted = addresses.filter(isWanted);
    if (wanted.length === 0) throw new BridgeFailure('dns', `${host} has no address of that family`);
    const allowed = wanted.filter(({ address }) => this.allows(address, exemption));
    if (allowed.length === 0) throw new BridgeFailure('blocked-address', `The network policy blocks ${host}`);
    return allowed;
  }

  #lookUp(host: string): Promise<LookupAddress[]> {
    const known = this.#lookups.get(host);
    if (known) return known;
    const lookup = this.#resolve(host).finally(() => this.#lookups.delete(host));
    this.#lookups.set(host, lookup);
    return lookup;
  }

  /** {@link resolve} as Node's sockets call it. They do not call it for IP literals. */
  lookup(exemption: PolicyExemption): LookupFunction {
    return (host, options, callback) => {
      this.resolve(host, exemption).then(
        (addresses) => {
          const first = addresses[0];
          if (options.all || !first) callback(null, addresses);
          else callback(null, first.address, first.family);
        },
        (error: unknown) => callback(error instanceof Error ? error : new Error(String(error)), []),
      );
    };
  }
}
