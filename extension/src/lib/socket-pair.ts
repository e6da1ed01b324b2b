import {
  type Endpoint,
  type ITcpSocket,
  SEND_BUFFER_BYTES,
  SocketError,
  type TcpSocketHandlers,
} from '@jstorrent/engine';

/** One end of a connection inside this document. */
class PairedSocket implements ITcpSocket {
  #other: PairedSocket | undefined;
  #handlers: TcpSocketHandlers | undefined;
  readonly #inbox: Uint8Array[] = [];
  #inboxBytes = 0;
  #isPaused = false;
  #isClosed = false;
  #hasEnded = false;
  #hasOtherEnded = false;
  #needsDrain = false;
  #isScheduled = false;

  constructor(
    readonly localEndpoint: Endpoint,
    readonly remoteEndpoint: Endpoint,
  ) {}

  static join(one: PairedSocket, other: PairedSocket): void {
    one.#other = other;
    other.#other = one;
  }

  get queuedBytes(): number {
    return this.#other ? this.#other.#inboxBytes : 0;
  }

  connect(): Promise<void> {
    return Promise.reject(new SocketError('closed', 'this socket is connected already'));
  }

  setHandlers(handlers: TcpSocketHandlers): void {
    this.#handlers = handlers;
    this.#readSoon();
  }

  send(data: Uint8Array): boolean {
    const other = this.#other;
    if (this.#isClosed || this.#hasEnded || !other || other.#isClosed) return false;
    other.#inbox.push(data);
    other.#inboxBytes += data.length;
    other.#readSoon();
    this.#needsDrain ||= this.queuedBytes >= SEND_BUFFER_BYTES;
    return this.queuedBytes < SEND_BUFFER_BYTES;
  }

  pause(): void {
    this.#isPaused = true;
  }

  resume(): void {
    this.#isPaused = false;
    this.#readSoon();
  }

  end(): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    if (this.#other) this.#other.#endSoon();
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#handlers = undefined;
    this.#inbox.length = 0;
    this.#inboxBytes = 0;
    if (this.#other) this.#other.#endSoon();
  }

  #endSoon(): void {
    this.#hasOtherEnded = true;
    this.#readSoon();
  }

  /** Never while the other end is in the midst of its own work. */
  #readSoon(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    queueMicrotask(() => {
      this.#isScheduled = false;
      this.#read();
    });
  }

  #read(): void {
    while (this.#handlers && !this.#isPaused) {
      const data = this.#inbox.shift();
      if (!data) break;
      this.#inboxBytes -= data.length;
      this.#handlers.onData(data);
    }
    if (this.#other) this.#other.#drain();
    if (this.#handlers && this.#hasOtherEnded && this.#inbox.length === 0) this.#finish(this.#handlers);
  }

  #drain(): void {
    if (!this.#needsDrain || this.queuedBytes >= SEND_BUFFER_BYTES) return;
    this.#needsDrain = false;
    this.#handlers?.onDrain?.();
  }

  #finish(handlers: TcpSocketHandlers): void {
    if (handlers.onEnd && this.#other && !this.#other.#isClosed) {
      this.#hasOtherEnded = false;
      handlers.onEnd();
      return;
    }
    this.close();
    handlers.onClose();
  }
}

/** Two ends of one TCP connection without a network: what one sends the other gets, a moment later. */
export function socketPair(endpoints: readonly [Endpoint, Endpoint]): readonly [ITcpSocket, ITcpSocket] {
  const [a, b] = endpoints;
  const pair = [new PairedSocket(a, b), new PairedSocket(b, a)] as const;
  PairedSocket.join(...pair);
  return pair;
}
