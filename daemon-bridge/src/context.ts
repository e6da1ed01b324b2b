import type { CreditBudget } from '@jstorrent/bridge-protocol';
import type { Downlink } from './downlink.js';
import type { NetworkPolicy } from './network-policy.js';
import type { SocketTable } from './socket-table.js';

/** What every socket of a session works with. */
export interface BridgeContext {
  readonly downlink: Downlink;
  readonly sockets: SocketTable;
  readonly policy: NetworkPolicy;
  /** Credit for what the extension sends. */
  readonly uplinkBudget: CreditBudget;
}
