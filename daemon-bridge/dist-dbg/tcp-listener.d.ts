import { type BindRequest } from '@jstorrent/bridge-protocol';
import type { BridgeContext } from './context.js';
import type { BridgeSocket } from './socket-table.js';
/** One listening port of the extension. */
export declare class TcpListener implements BridgeSocket {
  #private;
  readonly kind = 'tcp';
  /** Binds; LISTENING or CLOSE follows. */
  constructor(context: BridgeContext, id: number, request: BindRequest);
  handle(opcode: number): void;
  destroy(): void;
}
