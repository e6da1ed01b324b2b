import type { ISocket, SocketError } from '../../src/interfaces/socket.js';

/** A socket that its owner can lose at once, as when the helper dies. */
export abstract class LosableSocket<Handlers extends { onClose(error?: SocketError): void }> {
  protected handlers: Handlers | undefined;

  constructor(
    private readonly wrapped: ISocket,
    protected readonly forget: () => void,
  ) {}

  close(): void {
    this.forget();
    this.wrapped.close();
    this.handlers = undefined;
  }

  lose(error: SocketError): void {
    const { handlers } = this;
    this.close();
    handlers?.onClose(error);
  }

  /** It ended by itself. */
  protected ended(error: SocketError | undefined): void {
    this.forget();
    this.handlers?.onClose(error);
  }
}
