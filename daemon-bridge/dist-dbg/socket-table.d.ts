import { type CloseReason } from '@jstorrent/bridge-protocol';
import type { Downlink } from './downlink.js';
/** What an id stands for; each kind has its own limit. */
export type SocketKind = 'tcp' | 'udp' | 'http';
/** Whatever lives under an id. */
export interface BridgeSocket {
  readonly kind: SocketKind;
  /** A frame from the extension, any but CLOSE. Throws {@link BridgeProtocolError}, which closes this socket. */
  handle(opcode: number, payload: Uint8Array): void;
  /** Releases everything at once and tells nobody. Idempotent. */
  destroy(): void;
}
/** Who is behind which id, and how many there may be. */
export declare class SocketTable {
  #private;
  constructor(downlink: Downlink);
  /** Takes note of an id that the extension opens; throws `reused-socket-id` unless it is above all earlier ones. */
  claim(id: number): void;
  /** The id of the next accepted connection. */
  claimAccepted(): number;
  /** Whether `id` is or was open. */
  wasOpened(id: number): boolean;
  hasRoom(kind: SocketKind): boolean;
  get(id: number): BridgeSocket | undefined;
  add(id: number, socket: BridgeSocket): void;
  /** Ends a socket from here: the extension gets a CLOSE. */
  close(id: number, reason?: CloseReason): void;
  /** Ends a socket that the extension knows to be over. */
  drop(id: number): void;
  dropAll(): void;
}
