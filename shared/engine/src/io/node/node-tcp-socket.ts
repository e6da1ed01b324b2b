import { Socket, type OnReadOpts } from 'node:net';
import {
  SEND_BUFFER_BYTES,
  SocketError,
  type ConnectOptions,
  type Endpoint,
  type ITcpSocket,
  type TcpSocketHandlers,
} from '../../interfaces/socket.js';
import { RECEIVE_BUFFER_BYTES } from './limits.js';
import { plainBytes } from './plain-bytes.js';
import { toEndpoint, toSocketError } from './socket-errors.js';

/**
 * Where dialled sockets read into. One buffer serves them all, because a view is valid only during `onData` and reads do not overlap;
 * but Windows may hold a buffer while a read is pending, so there each socket has its own.
 */
const sharedReceiveBuffer = new Uint8Array(RECEIVE_BUFFER_BYTES);
const receiveBuffer = (): Uint8Array =>
  process.platform === 'win32' ? new Uint8Array(RECEIVE_BUFFER_BYTES) : sharedReceiveBuffer;

/** A TCP socket of Node. */
export class NodeTcpSocket implements ITcpSocket {
  readonly #socket: Socket;
  #handlers: TcpSocketHandlers | undefined;
  #local: Endpoint | undefined;
  #remote: Endpoint | undefined;
  #state: 'new' | 'connecting' | 'connected' | 'closed' = 'new';
  #rejectConnect: ((error: SocketError) => void) | undefined;
  #error: SocketError | undefined;
  /** Set when the socket ended by itself and nobody has been told. */
  #untoldEnd = false;
  #paused = false;
  #corked = false;
  #needsDrain = false;
  #ended = false;

  /** Without `accepted` a new socket, to be dialled; `accepted` must be paused. */
  constructor(accepted?: Socket) {
    if (accepted) {
      this.#socket = accepted;
      accepted.on('data', (data: Uint8Array) => this.#handlers?.onData(plainBytes(data)));
      this.#becomeConnected();
    } else {
      const onread: OnReadOpts = {
        buffer: receiveBuffer(),
        callback: (length, buffer) => {
          this.#handlers?.onData(buffer.subarray(0, length));
          return !this.#paused;
        },
      };
      const options = { allowHalfOpen: true, onread };
      this.#socket = new Socket(options);
      this.#socket.pause();
    }
    this.#socket.on('end', () => this.#onEnd());
    this.#socket.on('drain', () => this.#onDrain());
    this.#socket.on('error', (error) => {
      this.#error = toSocketError(error);
    });
    this.#socket.on('close', () => this.#onClose());
  }

  get localEndpoint(): Endpoint | undefined {
    return this.#local;
  }

  get remoteEndpoint(): Endpoint | undefined {
    return this.#remote;
  }

  get queuedBytes(): number {
    return this.#state === 'closed' ? 0 : this.#socket.writableLength;
  }

  connect(host: string, port: number, { timeoutMs, signal }: ConnectOptions = {}): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#state !== 'new') {
        reject(new SocketError('closed', 'this socket was used already'));
        return;
      }
      this.#state = 'connecting';
      const onAbort = (): void => this.#fail(new SocketError('aborted', 'the dial was aborted'));
      const onTimeout = (): void => this.#fail(new SocketError('timeout', `no answer from ${host}:${port}`));
      const timeout = timeoutMs === undefined ? undefined : setTimeout(onTimeout, timeoutMs);
      const cleanUp = (): void => {
        clearTimeout(timeout);
        signal?.removeEventListener('abort', onAbort);
        this.#rejectConnect = undefined;
      };
      this.#rejectConnect = (error) => {
        cleanUp();
        reject(error);
      };
      if (signal?.aborted) {
        onAbort();
        return;
      }
      signal?.addEventListener('abort', onAbort, { once: true });
      this.#socket.connect({ host, port, noDelay: true }, () => {
        cleanUp();
        this.#becomeConnected();
        resolve();
      });
    });
  }

  setHandlers(handlers: TcpSocketHandlers): void {
    this.#handlers = handlers;
    if (this.#untoldEnd) queueMicrotask(() => this.#tellClose());
    else if (!this.#paused) this.#socket.resume();
  }

  send(data: Uint8Array): boolean {
    if (this.#state !== 'connected' || this.#ended) return false;
    if (!this.#corked) {
      // What is sent within one turn leaves in one system call.
      this.#corked = true;
      this.#socket.cork();
      process.nextTick(() => {
        this.#corked = false;
        this.#socket.uncork();
      });
    }
    this.#socket.write(data);
    if (this.#socket.writableLength < SEND_BUFFER_BYTES) return true;
    this.#needsDrain = true;
    return false;
  }

  pause(): void {
    this.#paused = true;
    this.#socket.pause();
  }

  resume(): void {
    if (!this.#paused) return;
    this.#paused = false;
    if (this.#handlers && this.#state === 'connected') this.#socket.resume();
  }

  end(): void {
    if (this.#state !== 'connected' || this.#ended) return;
    this.#ended = true;
    this.#socket.end();
  }

  close(): void {
    this.#handlers = undefined;
    this.#untoldEnd = false;
    if (this.#state !== 'closed') this.#fail(new SocketError('closed', 'the socket was closed while it dialled'));
  }

  #becomeConnected(): void {
    const { localAddress = '', localPort = 0, remoteAddress = '', remotePort = 0 } = this.#socket;
    this.#state = 'connected';
    this.#local = toEndpoint(localAddress, localPort);
    this.#remote = toEndpoint(remoteAddress, remotePort);
  }

  /** Releases everything; a dial under way rejects with `error`. */
  #fail(error: SocketError): void {
    this.#state = 'closed';
    this.#socket.destroy();
    this.#rejectConnect?.(error);
  }

  #onEnd(): void {
    if (this.#handlers?.onEnd) this.#handlers.onEnd();
    else this.end();
  }

  #onDrain(): void {
    if (!this.#needsDrain) return;
    this.#needsDrain = false;
    this.#handlers?.onDrain?.();
  }

  #onClose(): void {
    if (this.#state === 'closed') return;
    if (this.#state === 'connecting') {
      this.#fail(this.#error ?? new SocketError('reset', 'the connection closed while it was made'));
      return;
    }
    this.#state = 'closed';
    this.#untoldEnd = true;
    if (this.#handlers) this.#tellClose();
  }

  #tellClose(): void {
    const handlers = this.#handlers;
    this.#handlers = undefined;
    if (!this.#untoldEnd) return;
    this.#untoldEnd = false;
    handlers?.onClose(this.#error);
  }
}
