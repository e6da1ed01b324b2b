import {
  BridgeProtocolError,
  CreditReceiver,
  CreditSender,
  decodeCredit,
  decodeDatagram,
  encodeCredit,
  encodeDatagramAddress,
  encodeMessage,
  Opcode,
  parseBound,
  parseClose,
} from '@jstorrent/bridge-protocol';
import {
  type BindUdpOptions,
  type Endpoint,
  type IUdpSocket,
  SocketError,
  type UdpSocketHandlers,
} from '@jstorrent/engine';
import { Binding } from './binding.js';
import type { BridgeSession, Channel } from './bridge-session.js';
import { socketErrorOf, socketErrorOfGone } from './close-reason.js';

/** A UDP port that the helper has bound. Datagrams beyond the credit are dropped, as a full queue would. */
export class BridgeUdpSocket implements IUdpSocket, Channel {
  readonly #sender = new CreditSender();
  readonly #receiver = CreditReceiver.forUdp();
  readonly #binding: Binding;
  #handlers: UdpSocketHandlers | undefined;
  #isClosed = false;

  private constructor(
    private readonly session: BridgeSession,
    signal: AbortSignal | undefined,
  ) {
    this.#binding = new Binding(session.register(this), signal, () => this.close());
  }

  /** Resolves once the helper has bound the port. */
  static async bind(session: BridgeSession, { signal, ...request }: BindUdpOptions): Promise<BridgeUdpSocket> {
    const socket = new BridgeUdpSocket(session, signal);
    session.write(Opcode.BIND, socket.#binding.id, encodeMessage(request));
    await socket.#binding.done;
    return socket;
  }

  get localEndpoint(): Endpoint {
    return this.#binding.local;
  }

  setHandlers(handlers: UdpSocketHandlers): void {
    this.#handlers = handlers;
    this.#grant(this.#receiver.start());
  }

  send(data: Uint8Array, to: Endpoint): void {
    if (this.#isClosed) return;
    const address = encodeDatagramAddress(to);
    const cost = address.length + data.length;
    if (cost > this.#sender.available) return;
    this.#sender.spend(cost);
    this.session.write(Opcode.DATAGRAM, this.#binding.id, address, data);
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#handlers = undefined;
    this.#receiver.close();
    this.session.close(this.#binding.id);
  }

  onFrame(opcode: number, payload: Uint8Array): void {
    switch (opcode) {
      case Opcode.DATAGRAM: {
        this.#receiver.received(payload.length);
        const { data, host, port } = decodeDatagram(payload);
        this.#handlers?.onMessage(data, { host, port });
        if (!this.#isClosed) this.#grant(this.#receiver.consumed(payload.length));
        return;
      }
      case Opcode.CREDIT:
        this.#sender.grant(decodeCredit(payload));
        return;
      case Opcode.DATAGRAMS_DROPPED:
        // A datagram may get lost anywhere, and whoever sends one that matters sends it again.
        return;
      case Opcode.BOUND:
        this.#binding.succeed(parseBound(payload).local);
        return;
      case Opcode.CLOSE: {
        const reason = parseClose(payload);
        this.#end(reason && socketErrorOf(reason));
        return;
      }
      default:
        throw new BridgeProtocolError('unknown-opcode', `Opcode ${opcode} for a UDP socket`);
    }
  }

  onGone(code: 'protocol' | 'bridge-lost', message: string): void {
    this.#end(socketErrorOfGone(code, message));
  }

  #grant(bytes: number): void {
    if (bytes > 0) this.session.write(Opcode.CREDIT, this.#binding.id, encodeCredit(bytes));
  }

  #end(error: SocketError | undefined): void {
    const handlers = this.#handlers;
    this.close();
    this.#binding.fail(error ?? new SocketError('closed', 'the socket was closed'));
    handlers?.onClose(error);
  }
}
