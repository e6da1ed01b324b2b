import type { LookupAddress } from 'node:dns';
import { type LookupFunction } from 'node:net';
import type { NetworkPolicySettings } from '@jstorrent/bridge-protocol';
/** Where an address leads. `never`: multicast, broadcast, reserved. */
export type AddressScope = 'public' | 'loopback' | 'lan' | 'never';
/** The scope of an IP literal; of an IPv6 address that carries an IPv4 one, the scope of that one. */
export declare function addressScope(address: string): AddressScope;
/** Looks up all addresses of a name. */
export type Resolver = (host: string) => Promise<LookupAddress[]>;
/** What a request wants beyond the settings. */
export interface PolicyExemption {
  /** The path is a tracker's, so loopback and LAN are fine. */
  readonly isAnnounce: boolean;
}
/**
 * Which addresses the helper connects to on behalf of a URL or a name. It judges what a name resolves to, and hands exactly that
 * to the socket. IP literals of peers are the engine's business.
 */
export declare class NetworkPolicy {
  #private;
  constructor(resolve?: Resolver);
  set(settings: NetworkPolicySettings): void;
  allows(address: string, { isAnnounce }: PolicyExemption): boolean;
  /** Addresses of a name, or an IP literal itself, that may be connected to; at least one, else `blocked-address`. */
  resolve(host: string, exemption: PolicyExemption): Promise<LookupAddress[]>;
  /** {@link resolve} as Node's sockets call it. They do not call it for IP literals. */
  lookup(exemption: PolicyExemption): LookupFunction;
}
