import type { BridgeEndpoint } from '@jstorrent/bridge-protocol';
/** An endpoint as the extension sees it: an IPv4 peer of a dual-stack socket is written as IPv4. */
export declare function endpoint(address: string | undefined, port: number | undefined): BridgeEndpoint;
/** An IP literal as a dual-stack IPv6 socket takes it. */
export declare function mappedAddress(address: string): string;
