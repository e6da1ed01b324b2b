import type { Endpoint, ITcpSocket, SocketError, TcpSocketHandlers } from '../../src/interfaces/socket.js';
import { concatBytes } from '../../src/utils/bytes.js';

/** A connected socket whose other end is the test: arrivals as it likes, everything sent on record. */
export class FakeSocket implements ITcpSocket {
  readonly localEndpoint: Endpoint = { host: '10.0.0.1', port: 1 };
  readonly remoteEndpoint: Endpoint = { host: '10.0.0.2', port: 2 };
  readonly sends: Uint8Array[] = [];
  queuedBytes = 0;
  isPaused = false;
  isClosed = false;
  #handlers: TcpSocketHandlers | undefined;

  get sent(): Uint8Array {
    return concatBytes(this.sends);
  }

  setHandlers(handlers: TcpSocketHandlers): void {
    this.#handlers = handlers;
  }

  /** `data` arrives; it is overwritten afterwards, as a socket's own buffer would be. */
  arrive(data: Uint8Array): void {
    const view = data.slice();
    this.#handlers?.onData(view);
    view.fill(0xee);
  }

  drain(): void {
    this.#handlers?.onDrain?.();
  }

  break(error?: SocketError): void {
    this.#handlers?.onClose(error);
  }

  connect(): Promise<void> {
    return Promise.reject(new Error('it is connected'));
  }

  send(data: Uint8Array): boolean {
    this.sends.push(data);
    return true;
  }

  pause(): void {
    this.isPaused = true;
  }

  resume(): void {
    this.isPaused = false;
  }

  end(): void {
    return;
  }

  close(): void {
    this.isClosed = true;
    this.#handlers = undefined;
  }
}
