import { type Endpoint, SocketError } from '@jstorrent/engine';

/** A LISTEN or BIND under way, and then the address that came of it. */
export class Binding {
  /** Rejects with the {@link SocketError} that ended the attempt. */
  readonly done: Promise<void>;
  #local: Endpoint | undefined;
  #resolve: () => void = () => undefined;
  #reject: (error: SocketError) => void = () => undefined;
  readonly #release: () => void;

  /** `giveUp` closes the channel; it is called when `signal` aborts the attempt. */
  constructor(
    readonly id: number,
    signal: AbortSignal | undefined,
    giveUp: () => void,
  ) {
    this.done = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    const onAbort = () => {
      giveUp();
      this.fail(new SocketError('aborted', 'the owner gave up'));
    };
    this.#release = () => signal?.removeEventListener('abort', onAbort);
    if (signal?.aborted) onAbort();
    else signal?.addEventListener('abort', onAbort, { once: true });
  }

  /** Once `done` has resolved. */
  get local(): Endpoint {
    if (!this.#local) throw new SocketError('closed', 'the socket is not bound');
    return this.#local;
  }

  succeed(local: Endpoint): void {
    this.#local = local;
    this.#release();
    this.#resolve();
  }

  /** Nothing happens when it had succeeded. */
  fail(error: SocketError): void {
    this.#release();
    this.#reject(error);
  }
}
