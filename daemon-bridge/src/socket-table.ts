import {
  BridgeProtocolError,
  type CloseReason,
  encodeMessage,
  FIRST_ACCEPTED_ID,
  MAX_HTTP_REQUESTS,
  MAX_RESOLVES,
  MAX_TCP_SOCKETS,
  MAX_UDP_SOCKETS,
  Opcode,
} from '@jstorrent/bridge-protocol';
import type { Downlink } from './downlink.js';

/** What an id stands for; each kind has its own limit. */
export type SocketKind = 'tcp' | 'udp' | 'http' | 'resolve';

/** Whatever lives under an id. */
export interface BridgeSocket {
  readonly kind: SocketKind;
  /** A frame from the extension, any but CLOSE. Throws {@link BridgeProtocolError}, which closes this socket. */
  handle(opcode: number, payload: Uint8Array): void;
  /** Releases everything at once and tells nobody. Idempotent. */
  destroy(): void;
}

const LIMITS: Readonly<Record<SocketKind, number>> = {
  tcp: MAX_TCP_SOCKETS,
  udp: MAX_UDP_SOCKETS,
  http: MAX_HTTP_REQUESTS,
  resolve: MAX_RESOLVES,
};

/** Who is behind which id, and how many there may be. */
export class SocketTable {
  readonly #downlink: Downlink;
  readonly #sockets = new Map<number, BridgeSocket>();
  readonly #counts: Record<SocketKind, number> = { tcp: 0, udp: 0, http: 0, resolve: 0 };
  #lastOpened = 0;
  #nextAccepted = FIRST_ACCEPTED_ID;

  constructor(downlink: Downlink) {
    this.#downlink = downlink;
  }

  /** Takes note of an id that the extension opens; throws `reused-socket-id` unless it is above all earlier ones. */
  claim(id: number): void {
    if (id <= this.#lastOpened || id >= FIRST_ACCEPTED_ID) {
      throw new BridgeProtocolError('reused-socket-id', `Socket id ${id} cannot be opened`);
    }
    this.#lastOpened = id;
  }

  /** The id of the next accepted connection. */
  claimAccepted(): number {
    return this.#nextAccepted++;
  }

  /** Whether `id` is or was open. */
  wasOpened(id: number): boolean {
    return id < FIRST_ACCEPTED_ID ? id <= this.#lastOpened : id < this.#nextAccepted;
  }

  hasRoom(kind: SocketKind): boolean {
    return this.#counts[kind] < LIMITS[kind];
  }

  get(id: number): BridgeSocket | undefined {
    return this.#sockets.get(id);
  }

  add(id: number, socket: BridgeSocket): void {
    this.#sockets.set(id, socket);
    this.#counts[socket.kind]++;
  }

  /** Ends a socket from here: the extension gets a CLOSE. */
  close(id: number, reason?: CloseReason): void {
    this.drop(id);
    this.#downlink.write(Opcode.CLOSE, id, reason && encodeMessage(reason));
  }

  /** Ends a socket that the extension knows to be over. */
  drop(id: number): void {
    const socket = this.#sockets.get(id);
    if (!socket) return;
    this.#sockets.delete(id);
    this.#counts[socket.kind]--;
    socket.destroy();
  }

  dropAll(): void {
    for (const id of [...this.#sockets.keys()]) this.drop(id);
  }
}
