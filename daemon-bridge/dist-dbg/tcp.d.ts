import { type Socket } from 'node:net';
import { type ConnectRequest, type Connected } from '@jstorrent/bridge-protocol';
import type { BridgeContext } from './context.js';
import type { BridgeSocket } from './socket-table.js';
interface ConnectionOptions {
  readonly context: BridgeContext;
  readonly id: number;
}
/**
 * One TCP connection of the extension. It is read only while the extension has given credit, and gives credit itself as the
 * kernel takes what the extension sent.
 */
export declare class TcpConnection implements BridgeSocket {
  #private;
  readonly kind = 'tcp';
  /** Dials; CONNECTED or CLOSE follows. */
  static dial({ context, id }: ConnectionOptions, request: ConnectRequest): TcpConnection;
  /**
   * Takes a paused connection over from a listener, which has announced it. `onAnswered` is called once: on the extension's first frame for
   * it, or at its end.
   */
  static accept({ context, id }: ConnectionOptions, socket: Socket, onAnswered: () => void): TcpConnection;
  private constructor();
  handle(opcode: number, payload: Uint8Array): void;
  destroy(): void;
}
/** Both ends of a connected socket. */
export declare function connectionEndpoints(socket: Socket): Connected;
export {};
