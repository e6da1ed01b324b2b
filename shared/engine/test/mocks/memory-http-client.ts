import type { IClock } from '../../src/interfaces/clock.js';
import { HttpError, type HttpRequest, type HttpResponse, type IHttpClient } from '../../src/interfaces/http.js';

/** Answers one request; throws or rejects with an {@link HttpError} to fail it, stays pending to play a server that hangs. */
export type HttpHandler = (request: HttpRequest) => HttpResponse | Promise<HttpResponse>;

/** An HTTP client whose replies come from a function; keeps the time-out, the size limit and the abort signal of the contract. */
export class MemoryHttpClient implements IHttpClient {
  /** Every request so far, oldest first. */
  readonly requests: HttpRequest[] = [];
  readonly #clock: IClock;
  readonly #handler: HttpHandler;

  constructor(options: { readonly clock: IClock; readonly handler: HttpHandler }) {
    this.#clock = options.clock;
    this.#handler = options.handler;
  }

  get(request: HttpRequest): Promise<HttpResponse> {
    this.requests.push(request);
    return new Promise((resolve, reject) => {
      const finish = (settle: () => void): void => {
        timer.cancel();
        request.signal?.removeEventListener('abort', onAbort);
        settle();
      };
      const fail = (error: unknown): void =>
        finish(() =>
          reject(error instanceof HttpError ? error : new HttpError('other', String(error), { cause: error })),
        );
      const onAbort = (): void => fail(new HttpError('aborted', 'the request was aborted'));
      const timer = this.#clock.setTimer(request.timeoutMs, () => fail(new HttpError('timeout', 'no reply in time')));
      if (request.signal?.aborted) {
        onAbort();
        return;
      }
      request.signal?.addEventListener('abort', onAbort, { once: true });
      this.#answer(request).then((response) => finish(() => resolve(response)), fail);
    });
  }

  async #answer(request: HttpRequest): Promise<HttpResponse> {
    const response = await this.#handler(request);
    if (response.body.byteLength > request.maxBytes) throw new HttpError('too-large', 'the reply is too large');
    return response;
  }
}
