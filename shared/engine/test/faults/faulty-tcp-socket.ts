import type {
  ConnectOptions,
  Endpoint,
  ITcpSocket,
  SocketError,
  TcpSocketHandlers,
} from '../../src/interfaces/socket.js';
import type { FaultInjector } from './fault-injector.js';
import { socketError } from './faulty-socket-error.js';
import { LosableSocket } from './losable-socket.js';

interface TcpParts {
  readonly connect: (host: string, port: number, options?: ConnectOptions) => Promise<void>;
  readonly faults: FaultInjector;
  readonly forget: () => void;
}

/** A connection whose sends go through a {@link FaultInjector}. One that fails ends it; of one that tears the first half still leaves. */
export class FaultyTcpSocket extends LosableSocket<TcpSocketHandlers> implements ITcpSocket {
  /** What waits for the end of a stall. */
  #held: Uint8Array[] | undefined;
  #isCutOff = false;

  constructor(
    private readonly inner: ITcpSocket,
    private readonly parts: TcpParts,
  ) {
    super(inner, parts.forget);
  }

  get localEndpoint(): Endpoint | undefined {
    return this.inner.localEndpoint;
  }

  get remoteEndpoint(): Endpoint | undefined {
    return this.inner.remoteEndpoint;
  }

  get queuedBytes(): number {
    return this.inner.queuedBytes + (this.#held ?? []).reduce((sum, { length }) => sum + length, 0);
  }

  async connect(host: string, port: number, options?: ConnectOptions): Promise<void> {
    try {
      await this.parts.connect(host, port, options);
    } catch (error) {
      this.close();
      throw error;
    }
  }

  setHandlers(handlers: TcpSocketHandlers): void {
    this.handlers = handlers;
    this.inner.setHandlers({
      ...(handlers.onEnd && {
        onEnd: () => {
          if (!this.#isCutOff) handlers.onEnd?.();
        },
      }),
      onData: (data) => {
        if (!this.#isCutOff) handlers.onData(data);
      },
      onDrain: () => handlers.onDrain?.(),
      onClose: (error) => {
        if (!this.#isCutOff) this.ended(error);
      },
    });
  }

  send(data: Uint8Array): boolean {
    if (this.#isCutOff) return true;
    if (this.#held) {
      this.#held.push(data);
      return false;
    }
    const fault = this.parts.faults.decide('tcp.send', this.#address());
    switch (fault?.kind) {
      case 'tear':
        this.inner.send(data.subarray(0, Math.floor(data.length / 2)));
        this.#loseSoon(socketError(undefined));
        return false;
      case 'fail':
        this.#loseSoon(socketError(fault.code));
        return false;
      case 'stall':
        this.#held = [data];
        this.parts.faults.clock.setTimer(fault.forMs, () => this.#release());
        return false;
      case 'death':
        return false;
      case undefined:
        return this.inner.send(data);
    }
  }

  pause(): void {
    this.inner.pause();
  }

  resume(): void {
    this.inner.resume();
  }

  end(): void {
    this.inner.end();
  }

  cutOff(): void {
    this.#isCutOff = true;
  }

  /** A socket never calls back from within a call of its owner. */
  #loseSoon(error: SocketError): void {
    this.#held = [];
    queueMicrotask(() => this.lose(error));
  }

  #release(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    let isFull = false;
    for (const data of held) isFull = !this.inner.send(data);
    // Else the socket itself tells when there is room.
    if (!isFull) this.handlers?.onDrain?.();
  }

  #address(): string {
    const { host = '', port = 0 } = this.inner.remoteEndpoint ?? {};
    return `${host}:${port}`;
  }
}
