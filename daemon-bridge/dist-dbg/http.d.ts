import { type HttpRequestMessage } from '@jstorrent/bridge-protocol';
import type { NetworkPolicy } from './network-policy.js';
/** A complete reply. */
export interface HttpReply {
  readonly status: number;
  /** Decoded. */
  readonly body: Uint8Array;
}
/**
 * Performs a GET as trackers need it: path and query as written, each hop under the network policy after its name was resolved.
 * Rejects with what `closeReason` understands.
 */
export declare function httpGet(
  request: HttpRequestMessage,
  policy: NetworkPolicy,
  signal: AbortSignal,
): Promise<HttpReply>;
