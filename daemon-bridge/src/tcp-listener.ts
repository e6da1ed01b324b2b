import { createServer, type Server, type Socket } from 'node:net';
import {
  type BindRequest,
  BridgeProtocolError,
  encodeMessage,
  MAX_PENDING_ACCEPTS,
  Opcode,
} from '@jstorrent/bridge-protocol';
import { closeReason } from './close-reason.js';
import type { BridgeContext } from './context.js';
import { endpoint } from './endpoint.js';
import type { BridgeSocket } from './socket-table.js';
import { connectionEndpoints, TcpConnection } from './tcp.js';

/** One listening port of the extension. */
export class TcpListener implements BridgeSocket {
  readonly kind = 'tcp';
  readonly #context: BridgeContext;
  readonly #id: number;
  readonly #server: Server;
  #pending = 0;
  #destroyed = false;

  /** Binds; LISTENING or CLOSE follows. */
  constructor(context: BridgeContext, id: number, request: BindRequest) {
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

  handle(opcode: number): void {
    throw new BridgeProtocolError('wrong-state', `Opcode ${opcode} on a listener`);
  }

  destroy(): void {
    this.#destroyed = true;
    this.#server.close();
  }

  #onListening(): void {
    if (this.#destroyed) {
      this.#server.close();
      return;
    }
    const address = this.#server.address();
    if (address === null || typeof address === 'string') return;
    const local = endpoint(address.address, address.port);
    this.#context.downlink.write(Opcode.LISTENING, this.#id, encodeMessage({ local }));
  }

  #onConnection(socket: Socket): void {
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
