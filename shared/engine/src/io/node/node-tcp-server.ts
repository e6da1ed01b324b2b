import { createServer, type Server } from 'node:net';
import {
  SocketError,
  type BindOptions,
  type Endpoint,
  type ITcpServer,
  type ITcpSocket,
} from '../../interfaces/socket.js';
import { MAX_PENDING_CONNECTIONS } from './limits.js';
import { NodeTcpSocket } from './node-tcp-socket.js';
import { toSocketError } from './socket-errors.js';

type ServerHandlers = Parameters<ITcpServer['setHandlers']>[0];

/** A listening port of Node. */
export class NodeTcpServer implements ITcpServer {
  readonly localEndpoint: Endpoint;
  readonly #server: Server;
  readonly #pending: NodeTcpSocket[] = [];
  #handlers: ServerHandlers | undefined;

  /** `server` listens already and pauses what it accepts. */
  private constructor(server: Server, localEndpoint: Endpoint) {
    this.#server = server;
    this.localEndpoint = localEndpoint;
    server.on('error', (error) => {
      const handlers = this.#handlers;
      this.close();
      handlers?.onClose(toSocketError(error));
    });
    server.on('connection', (socket) => {
      if (this.#handlers) this.#handlers.onConnection(new NodeTcpSocket(socket));
      else if (this.#pending.length < MAX_PENDING_CONNECTIONS) this.#pending.push(new NodeTcpSocket(socket));
      else socket.destroy();
    });
  }

  static listen({ port, host, signal }: BindOptions): Promise<NodeTcpServer> {
    const server = createServer({ allowHalfOpen: true, pauseOnConnect: true, noDelay: true });
    return new Promise((resolve, reject) => {
      const fail = (error: unknown): void => {
        server.close();
        reject(toSocketError(error));
      };
      server.once('error', fail);
      server.listen({ port, exclusive: true, ...(host !== undefined && { host }) }, () => {
        server.removeListener('error', fail);
        const address = server.address();
        if (signal?.aborted) fail(new SocketError('aborted', 'the bind was aborted'));
        else if (typeof address !== 'object' || !address) fail(new SocketError('other', 'the port has no address'));
        else resolve(new NodeTcpServer(server, { host: address.address, port: address.port }));
      });
    });
  }

  setHandlers(handlers: { onConnection(socket: ITcpSocket): void; onClose(error?: SocketError): void }): void {
    this.#handlers = handlers;
    for (const socket of this.#pending.splice(0)) handlers.onConnection(socket);
  }

  close(): void {
    this.#handlers = undefined;
    for (const socket of this.#pending.splice(0)) socket.close();
    this.#server.close();
  }
}
