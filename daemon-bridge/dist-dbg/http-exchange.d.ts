import type { BridgeContext } from './context.js';
import type { BridgeSocket } from './socket-table.js';
/** One HTTP request of the extension. */
export declare class HttpExchange implements BridgeSocket {
  #private;
  readonly kind = 'http';
  constructor(context: BridgeContext, id: number, payload: Uint8Array);
  handle(): void;
  destroy(): void;
}
