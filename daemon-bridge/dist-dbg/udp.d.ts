import { type BindRequest } from '@jstorrent/bridge-protocol';
import type { BridgeContext } from './context.js';
import type { BridgeSocket } from './socket-table.js';
/** One UDP port of the extension; its queue is the credit, since a datagram socket cannot pause. */
export declare class UdpSocket implements BridgeSocket {
  #private;
  readonly kind = 'udp';
  /** Binds; BOUND or CLOSE follows. */
  constructor(context: BridgeContext, id: number, request: BindRequest);
  handle(opcode: number, payload: Uint8Array): void;
  destroy(): void;
}
