import {
  BridgeProtocolError,
  encodeMessage,
  Opcode,
  parseAccepted,
  parseBound,
  parseClose,
} from '@jstorrent/bridge-protocol';
import { type BindOptions, type Endpoint, type ITcpServer, type ITcpSocket, SocketError } from '@jstorrent/engine';
import { Binding } from './binding.js';
import type { BridgeSession, Channel } from './bridge-session.js';
import { BridgeTcpSocket } from './bridge-tcp-socket.js';
import { socketErrorOf, socketErrorOfGone } from './close-reason.js';

interface ServerHandlers {
  onConnection(socket: ITcpSocket): void;
  onClose(error?: SocketError): void;
}

/** A TCP port that the helper listens on. */
export class BridgeTcpServer implements ITcpServer, Channel {
  #handlers: ServerHandlers | undefined;
  /** Connections that came before anybody took them; the helper allows itself 64. */
  #waiting: BridgeTcpSocket[] = [];
  #isClosed = false;
  readonly #binding: Binding;

  private constructor(
    private readonly session: BridgeSession,
    signal: AbortSignal | undefined,
  ) {
    this.#binding = new Binding(session.register(this), signal, () => this.close());
  }

  /** Resolves once the helper listens. */
  static async listen(session: BridgeSession, { host, port, signal }: BindOptions): Promise<BridgeTcpServer> {
    const server = new BridgeTcpServer(session, signal);
    session.write(Opcode.LISTEN, server.#binding.id, encodeMessage(host === undefined ? { port } : { host, port }));
    await server.#binding.done;
    return server;
  }

  get localEndpoint(): Endpoint {
    return this.#binding.local;
  }

  setHandlers(handlers: ServerHandlers): void {
    this.#handlers = handlers;
    for (const socket of this.#waiting.splice(0)) handlers.onConnection(socket);
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#handlers = undefined;
    for (const socket of this.#waiting.splice(0)) socket.close();
    this.session.close(this.#binding.id);
  }

  onFrame(opcode: number, payload: Uint8Array): void {
    switch (opcode) {
      case Opcode.LISTENING:
        this.#binding.succeed(parseBound(payload).local);
        return;
      case Opcode.ACCEPTED: {
        const { socketId, local, remote } = parseAccepted(payload);
        const socket = BridgeTcpSocket.accepted(this.session, socketId, { local, remote });
        if (this.#handlers) this.#handlers.onConnection(socket);
        else this.#waiting.push(socket);
        return;
      }
      case Opcode.CLOSE: {
        const reason = parseClose(payload);
        this.#end(reason && socketErrorOf(reason));
        return;
      }
      default:
        throw new BridgeProtocolError('unknown-opcode', `Opcode ${opcode} for a listener`);
    }
  }

  onGone(code: 'protocol' | 'bridge-lost', message: string): void {
    this.#end(socketErrorOfGone(code, message));
  }

  #end(error: SocketError | undefined): void {
    const handlers = this.#handlers;
    this.close();
    this.#binding.fail(error ?? new SocketError('closed', 'the listener was closed'));
    handlers?.onClose(error);
  }
}
