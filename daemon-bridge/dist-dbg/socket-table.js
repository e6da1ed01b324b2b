import {
  BridgeProtocolError,
  encodeMessage,
  FIRST_ACCEPTED_ID,
  MAX_HTTP_REQUESTS,
  MAX_TCP_SOCKETS,
  MAX_UDP_SOCKETS,
  Opcode,
} from '@jstorrent/bridge-protocol';
const LIMITS = {
  tcp: MAX_TCP_SOCKETS,
  udp: MAX_UDP_SOCKETS,
  http: MAX_HTTP_REQUESTS,
};
/** Who is behind which id, and how many there may be. */
export class SocketTable {
  #downlink;
  #sockets = new Map();
  #counts = { tcp: 0, udp: 0, http: 0 };
  #lastOpened = 0;
  #nextAccepted = FIRST_ACCEPTED_ID;
  constructor(downlink) {
    this.#downlink = downlink;
  }
  /** Takes note of an id that the extension opens; throws `reused-socket-id` unless it is above all earlier ones. */
  claim(id) {
    if (id <= this.#lastOpened || id >= FIRST_ACCEPTED_ID) {
      throw new BridgeProtocolError('reused-socket-id', `Socket id ${id} cannot be opened`);
    }
    this.#lastOpened = id;
  }
  /** The id of the next accepted connection. */
  claimAccepted() {
    return this.#nextAccepted++;
  }
  /** Whether `id` is or was open. */
  wasOpened(id) {
    return id < FIRST_ACCEPTED_ID ? id <= this.#lastOpened : id < this.#nextAccepted;
  }
  hasRoom(kind) {
    return this.#counts[kind] < LIMITS[kind];
  }
  get(id) {
    return this.#sockets.get(id);
  }
  add(id, socket) {
    this.#sockets.set(id, socket);
    this.#counts[socket.kind]++;
  }
  /** Ends a socket from here: the extension gets a CLOSE. */
  close(id, reason) {
    this.drop(id);
    this.#downlink.write(Opcode.CLOSE, id, reason && encodeMessage(reason));
  }
  /** Ends a socket that the extension knows to be over. */
  drop(id) {
    const socket = this.#sockets.get(id);
    if (!socket) return;
    this.#sockets.delete(id);
    this.#counts[socket.kind]--;
    socket.destroy();
  }
  dropAll() {
    for (const id of [...this.#sockets.keys()]) this.drop(id);
  }
}
//# sourceMappingURL=socket-table.js.map
