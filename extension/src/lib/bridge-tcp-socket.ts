import {
  BridgeProtocolError,
  type Connected,
  CreditReceiver,
  decodeCredit,
  encodeCredit,
  encodeMessage,
  MAX_TIMEOUT_MS,
  Opcode,
  parseClose,
  parseConnected,
} from '@jstorrent/bridge-protocol';
import {
  type ConnectOptions,
  type Endpoint,
  type ITcpSocket,
  SocketError,
  type TcpSocketHandlers,
} from '@jstorrent/engine';
import type { BridgeSession, Channel } from './bridge-session.js';
import { socketErrorOf, socketErrorOfGone } from './close-reason.js';
import { SendQueue } from './send-queue.js';

interface Dialling {
  resolve(): void;
  reject(error: SocketError): void;
}

/** The link of a socket that has an id at the helper. */
interface Link {
  readonly session: BridgeSession;
  readonly id: number;
  readonly receiver: CreditReceiver;
}

/** What the remote or the helper did last; told to the owner after the data before it. */
type Ending = { readonly error: SocketError | undefined };

/** A TCP connection that the helper holds. Pausing withholds credit, so that in the end the remote's window closes. */
export class BridgeTcpSocket implements ITcpSocket, Channel {
  #link: Link | undefined;
  #isNew = true;
  #isOver = false;
  #endpoints: Connected | undefined;
  #dialling: Dialling | undefined;
  #handlers: TcpSocketHandlers | undefined;
  #isPaused = false;
  #hasStartedReading = false;
  /** Copies of what arrived while paused: never more than the credit that was out. */
  #held: Uint8Array[] = [];
  #consumedWhilePaused = 0;
  #hasRemoteEnded = false;
  #ending: Ending | undefined;
  #endAfterQueue = false;
  #hasEnded = false;
  readonly #queue = new SendQueue((data) => this.#link?.session.writeData(this.#link.id, data));

  /** `session`: where to dial through, undefined while there is no helper. */
  constructor(private readonly session: () => BridgeSession | undefined) {}

  /** The socket of a connection that the helper accepted. */
  static accepted(session: BridgeSession, id: number, endpoints: Connected): BridgeTcpSocket {
    const socket = new BridgeTcpSocket(() => session);
    socket.#isNew = false;
    socket.#endpoints = endpoints;
    socket.#link = { session, id, receiver: CreditReceiver.forTcp(session.budget) };
    session.adopt(id, socket);
    return socket;
  }

  get localEndpoint(): Endpoint | undefined {
    return this.#endpoints?.local;
  }

  get remoteEndpoint(): Endpoint | undefined {
    return this.#endpoints?.remote;
  }

  get queuedBytes(): number {
    return this.#queue.queuedBytes;
  }

  async connect(host: string, port: number, options: ConnectOptions = {}): Promise<void> {
    if (!this.#isNew || this.#isOver) throw new SocketError('closed', 'a socket dials once');
    this.#isNew = false;
    const { signal, timeoutMs } = options;
    const session = this.session();
    if (!session || signal?.aborted) {
      this.#isOver = true;
      throw session ? aborted() : new SocketError('bridge-lost', 'there is no helper');
    }
    const id = session.register(this);
    this.#link = { session, id, receiver: CreditReceiver.forTcp(session.budget) };
    const onAbort = () => this.#finish(aborted());
    signal?.addEventListener('abort', onAbort, { once: true });
    try {
      await new Promise<void>((resolve, reject) => {
        this.#dialling = { resolve, reject };
        const limit = timeoutMs === undefined ? {} : { timeoutMs: Math.min(Math.max(1, timeoutMs), MAX_TIMEOUT_MS) };
        session.write(Opcode.CONNECT, id, encodeMessage({ host, port, ...limit }));
        this.#startReading();
      });
    } finally {
      signal?.removeEventListener('abort', onAbort);
    }
  }

  setHandlers(handlers: TcpSocketHandlers): void {
    this.#handlers = handlers;
    this.#startReading();
    queueMicrotask(() => this.#settle());
  }

  send(data: Uint8Array): boolean {
    if (this.#isOver || this.#ending || this.#endAfterQueue) return false;
    return this.#queue.push(data);
  }

  pause(): void {
    this.#isPaused = true;
  }

  resume(): void {
    if (!this.#isPaused) return;
    this.#isPaused = false;
    this.#startReading();
    while (this.#held.length > 0 && this.#canDeliver()) this.#deliver(this.#held.shift() as Uint8Array);
    if (this.#canDeliver() && this.#consumedWhilePaused > 0) {
      const bytes = this.#consumedWhilePaused;
      this.#consumedWhilePaused = 0;
      this.#consumed(bytes);
    }
    this.#settle();
  }

  end(): void {
    if (this.#isOver || this.#endAfterQueue) return;
    this.#endAfterQueue = true;
    this.#endWhenSent();
  }

  close(): void {
    this.#handlers = undefined;
    this.#finish(new SocketError('closed', 'the socket was closed'));
  }

  onFrame(opcode: number, payload: Uint8Array): void {
    switch (opcode) {
      case Opcode.DATA:
        this.#onData(payload);
        return;
      case Opcode.CREDIT:
        if (this.#queue.grant(decodeCredit(payload)) && !this.#endAfterQueue) this.#handlers?.onDrain?.();
        this.#endWhenSent();
        return;
      case Opcode.CONNECTED:
        if (!this.#dialling) throw new BridgeProtocolError('wrong-state', 'Connected twice');
        this.#endpoints = parseConnected(payload);
        this.#dialling.resolve();
        this.#dialling = undefined;
        return;
      case Opcode.END:
        this.#hasRemoteEnded = true;
        this.#settle();
        return;
      case Opcode.CLOSE: {
        const reason = parseClose(payload);
        this.#endWith(reason && socketErrorOf(reason));
        return;
      }
      default:
        throw new BridgeProtocolError('unknown-opcode', `Opcode ${opcode} for a connection`);
    }
  }

  onGone(code: 'protocol' | 'bridge-lost', message: string): void {
    this.#held = [];
    this.#endWith(socketErrorOfGone(code, message));
    this.#isPaused = false;
    this.#settle();
  }

  #onData(data: Uint8Array): void {
    this.#link?.receiver.received(data.length);
    if (this.#canDeliver() && this.#held.length === 0) this.#deliver(data);
    else this.#held.push(data.slice());
  }

  #canDeliver(): boolean {
    return this.#handlers !== undefined && !this.#isPaused && !this.#isOver;
  }

  #deliver(data: Uint8Array): void {
    const { length } = data;
    this.#handlers?.onData(data);
    if (this.#isPaused) this.#consumedWhilePaused += length;
    else this.#consumed(length);
  }

  #consumed(bytes: number): void {
    if (!this.#link || this.#isOver || this.#ending) return;
    const credit = this.#link.receiver.consumed(bytes);
    if (credit > 0) this.#link.session.write(Opcode.CREDIT, this.#link.id, encodeCredit(credit));
  }

  #startReading(): void {
    if (this.#hasStartedReading || !this.#link || !this.#handlers || this.#isPaused || this.#ending) return;
    this.#hasStartedReading = true;
    this.#link.session.write(Opcode.CREDIT, this.#link.id, encodeCredit(this.#link.receiver.start()));
  }

  #endWhenSent(): void {
    if (!this.#endAfterQueue || this.#hasEnded || this.#queue.queuedBytes > 0 || !this.#link) return;
    this.#hasEnded = true;
    this.#link.session.write(Opcode.END, this.#link.id);
  }

  /** The helper is done with the id. The owner hears of it once it has read what came before. */
  #endWith(error: SocketError | undefined): void {
    this.#link?.session.forget(this.#link.id);
    this.#ending ??= { error };
    if (this.#dialling) this.#finish(error ?? new SocketError('closed', 'the connection was closed'));
    else this.#settle();
  }

  /** Tells the owner of the end, of the remote's or of the socket, once all data before it is delivered. */
  #settle(): void {
    if (!this.#canDeliver() || this.#held.length > 0) return;
    if (this.#hasRemoteEnded) {
      this.#hasRemoteEnded = false;
      if (this.#handlers?.onEnd) this.#handlers.onEnd();
      else this.end();
    }
    if (this.#ending) this.#finish(this.#ending.error);
  }

  /** Ends the socket for its owner too, by whichever way there is to tell. Idempotent. */
  #finish(error: SocketError | undefined): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#held = [];
    this.#queue.clear();
    this.#link?.receiver.close();
    this.#link?.session.close(this.#link.id);
    const { dialling, handlers } = { dialling: this.#dialling, handlers: this.#handlers };
    this.#dialling = undefined;
    this.#handlers = undefined;
    if (dialling) dialling.reject(error ?? new SocketError('closed', 'the connection was closed'));
    else handlers?.onClose(error);
  }
}

function aborted(): SocketError {
  return new SocketError('aborted', 'the owner gave up');
}
