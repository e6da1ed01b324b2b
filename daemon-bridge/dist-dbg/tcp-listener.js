import { createServer } from 'node:net';
import { BridgeProtocolError, encodeMessage, MAX_PENDING_ACCEPTS, Opcode } from '@jstorrent/bridge-protocol';
import { closeReason } from './close-reason.js';
import { endpoint } from './endpoint.js';
import { connectionEndpoints, TcpConnection } from './tcp.js';
/** One listening port of the extension. */
export class TcpListener {
  kind = 'tcp';
  #context;
  #id;
  #server;
  #pending = 0;
  #destroyed = false;
  /** Binds; LISTENING or CLOSE follows. */
  constructor(context, id, request) {
    this.#context = context;
    this.#id = id;
    this.#server = createServer({ allowHalfOpen: true, pauseOnConnect: true, noDelay: true });
    this.#server.on('connection', (socket) => this.#onConnection(socket));
    this.#server.once('listening', () => this.#onListening());
    // An error after binding is that of one connection which could not be accepted.
    this.#server.on('error', (error) => {
      if (!this.#server.listening && !this.#destroyed) context.sockets.close(id, closeReason(error));
    });
    this.#server.listen({ port: request.port, ...(request.host !== undefined && { host: request.host }) });
  }
  handle(opcode) {
    throw new BridgeProtocolError('wrong-state', `Opcode ${opcode} on a listener`);
  }
  destroy() {
    this.#destroyed = true;
    this.#server.close();
  }
  #onListening() {
    if (this.#destroyed) {
      this.#server.close();
      return;
    }
    const address = this.#server.address();
    if (address === null || typeof address === 'string') return;
    const local = endpoint(address.address, address.port);
    this.#context.downlink.write(Opcode.LISTENING, this.#id, encodeMessage({ local }));
  }
  #onConnection(socket) {
    const { downlink, sockets } = this.#context;
    const isGone = this.#destroyed || socket.remoteAddress === undefined;
    if (isGone || this.#pending >= MAX_PENDING_ACCEPTS || !sockets.hasRoom('tcp')) {
      socket.destroy();
      return;
    }
    const socketId = sockets.claimAccepted();
    this.#pending++;
    downlink.write(Opcode.ACCEPTED, this.#id, encodeMessage({ socketId, ...connectionEndpoints(socket) }));
    const options = { context: this.#context, id: socketId };
    sockets.add(
      socketId,
      TcpConnection.accept(options, socket, () => this.#pending--),
    );
  }
}
//# sourceMappingURL=tcp-listener.js.map
