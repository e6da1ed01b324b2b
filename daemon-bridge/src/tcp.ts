import { connect, type OnReadOpts, type Socket } from 'node:net';
import {
  BridgeProtocolError,
  type CloseReason,
  type ConnectRequest,
  type Connected,
  CreditReceiver,
  CreditSender,
  decodeCredit,
  DEFAULT_CONNECT_TIMEOUT_MS,
  encodeCredit,
  encodeMessage,
  MAX_DATA_PAYLOAD_BYTES,
  Opcode,
} from '@jstorrent/bridge-protocol';
import { closeReason } from './close-reason.js';
import type { BridgeContext } from './context.js';
import { endpoint } from './endpoint.js';
import type { BridgeSocket } from './socket-table.js';

/** One buffer for the reads of all dialled connections: what is read is copied out before the next read. */
const readBuffer = new Uint8Array(MAX_DATA_PAYLOAD_BYTES);

interface ConnectionOptions {
  readonly context: BridgeContext;
  readonly id: number;
}

/**
 * One TCP connection of the extension. It is read only while the extension has given credit, and gives credit itself as the
 * kernel takes what the extension sent.
 */
export class TcpConnection implements BridgeSocket {
  readonly kind = 'tcp';
  readonly #context: BridgeContext;
  readonly #id: number;
  readonly #socket: Socket;
  /** For what is read from the network. */
  readonly #downCredit = new CreditSender();
  /** For what the extension sends. */
  readonly #upCredit: CreditReceiver;
  /** What one read brought beyond the credit. */
  #excess: Uint8Array | undefined;
  #timer: NodeJS.Timeout | undefined;
  #error: CloseReason | undefined;
  #endSent = false;
  #onAnswered: (() => void) | undefined;
  #destroyed = false;

  /** Dials; CONNECTED or CLOSE follows. */
  static dial({ context, id }: ConnectionOptions, request: ConnectRequest): TcpConnection {
    const onread: OnReadOpts = {
      buffer: readBuffer,
      callback: (bytes, buffer) => {
        connection.#onRead(buffer.subarray(0, bytes));
        return true;
      },
    };
    const socket = connect({
      host: request.host,
      port: request.port,
      allowHalfOpen: true,
      noDelay: true,
      lookup: context.policy.lookup({ isAnnounce: false }),
      onread,
    });
    const connection = new TcpConnection({ context, id }, socket);
    connection.#awaitConnect(request.timeoutMs ?? DEFAULT_CONNECT_TIMEOUT_MS);
    return connection;
  }

  /**
   * Takes a paused connection over from a listener, which has announced it. `onAnswered` is called once: on the extension's first frame for
   * it, or at its end.
   */
  static accept({ context, id }: ConnectionOptions, socket: Socket, onAnswered: () => void): TcpConnection {
    const connection = new TcpConnection({ context, id }, socket);
    connection.#onAnswered = onAnswered;
    socket.on('data', (chunk: Buffer) => connection.#onRead(chunk));
    connection.#grant(connection.#upCredit.start());
    return connection;
  }

  private constructor({ context, id }: ConnectionOptions, socket: Socket) {
    this.#context = context;
    this.#id = id;
    this.#socket = socket;
    this.#upCredit = CreditReceiver.forTcp(context.uplinkBudget);
    socket.pause();
    socket.once('end', () => this.#onEnd());
    socket.on('error', (error) => (this.#error ??= closeReason(error)));
    socket.once('close', () => this.#onClose());
  }

  handle(opcode: number, payload: Uint8Array): void {
    this.#answered();
    if (opcode === Opcode.DATA) this.#send(payload);
    else if (opcode === Opcode.CREDIT) this.#receiveCredit(decodeCredit(payload));
    else if (opcode === Opcode.END) this.#end();
    else throw new BridgeProtocolError('wrong-state', `Opcode ${opcode} on a connection`);
  }

  destroy(): void {
    if (this.#destroyed) return;
    this.#destroyed = true;
    clearTimeout(this.#timer);
    this.#excess = undefined;
    this.#upCredit.close();
    this.#answered();
    this.#socket.destroy();
  }

  #awaitConnect(timeoutMs: number): void {
    this.#timer = setTimeout(() => {
      this.#error = { code: 'timeout', message: `No connection in ${timeoutMs} ms` };
      this.#socket.destroy();
    }, timeoutMs);
    this.#socket.once('connect', () => {
      clearTimeout(this.#timer);
      if (this.#destroyed) return;
      this.#context.downlink.write(Opcode.CONNECTED, this.#id, encodeMessage(connectionEndpoints(this.#socket)));
      this.#grant(this.#upCredit.start());
    });
  }

  #onRead(bytes: Uint8Array): void {
    if (this.#destroyed) return;
    const length = Math.min(bytes.length, this.#downCredit.available);
    this.#downCredit.spend(length);
    this.#context.downlink.writeData(this.#id, length === bytes.length ? bytes : bytes.subarray(0, length));
    if (length < bytes.length) this.#excess = bytes.slice(length);
    if (this.#downCredit.available === 0) this.#socket.pause();
  }

  #receiveCredit(bytes: number): void {
    this.#downCredit.grant(bytes);
    const excess = this.#excess;
    this.#excess = undefined;
    if (excess) this.#onRead(excess);
    if (this.#downCredit.available > 0) this.#socket.resume();
  }

  #send(data: Uint8Array): void {
    if (this.#endSent) throw new BridgeProtocolError('wrong-state', 'DATA after END');
    this.#upCredit.received(data.length);
    if (this.#socket.writableCorked === 0) {
      this.#socket.cork();
      process.nextTick(() => this.#socket.uncork());
    }
    // The view stays valid: every lane hands over chunks of fresh memory, and DATA is decoded in place.
    this.#socket.write(data, (error) => {
      if (!error && !this.#destroyed) this.#grant(this.#upCredit.consumed(data.length));
    });
  }

  #end(): void {
    if (this.#endSent) throw new BridgeProtocolError('wrong-state', 'A second END');
    if (this.#socket.connecting) throw new BridgeProtocolError('wrong-state', 'END before CONNECTED');
    this.#endSent = true;
    this.#socket.end();
  }

  #grant(bytes: number): void {
    if (bytes > 0) this.#context.downlink.write(Opcode.CREDIT, this.#id, encodeCredit(bytes));
  }

  #onEnd(): void {
    if (!this.#destroyed) this.#context.downlink.write(Opcode.END, this.#id);
  }

  #onClose(): void {
    if (!this.#destroyed) this.#context.sockets.close(this.#id, this.#error);
  }

  #answered(): void {
    const onAnswered = this.#onAnswered;
    this.#onAnswered = undefined;
    onAnswered?.();
  }
}

/** Both ends of a connected socket. */
export function connectionEndpoints(socket: Socket): Connected {
  return {
    local: endpoint(socket.localAddress, socket.localPort),
    remote: endpoint(socket.remoteAddress, socket.remotePort),
  };
}
