import {
  BridgeProtocolError,
  type CloseCode,
  encodeMessage,
  MAX_HTTP_BODY_BYTES,
  MAX_HTTP_REQUESTS,
  MAX_TIMEOUT_MS,
  Opcode,
  parseClose,
  parseHttpResponse,
} from '@jstorrent/bridge-protocol';
import {
  HttpError,
  type HttpErrorCode,
  type HttpRequest,
  type HttpResponse,
  type IHttpClient,
} from '@jstorrent/engine';
import type { BridgeSession, Channel } from '../lib/bridge-session.js';

/** Trackers by way of the helper, which applies the network policy after resolution and on every redirect. */
export class BridgeHttpClient implements IHttpClient {
  #running = 0;
  readonly #waiting: (() => void)[] = [];

  /** `session`: the present life of the helper. */
  constructor(private readonly session: () => BridgeSession | undefined) {}

  /** More requests than the helper takes at a time wait for their turn, which their time-outs do not count. */
  async get(request: HttpRequest): Promise<HttpResponse> {
    if (this.#running < MAX_HTTP_REQUESTS) this.#running++;
    else await this.#turn(request.signal);
    try {
      return await this.#exchange(request);
    } finally {
      const next = this.#waiting.shift();
      // Handed over, or somebody who asks in between would be one too many.
      if (next) next();
      else this.#running--;
    }
  }

  /** Resolves with the place of a request that is over. */
  #turn(signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      const onTurn = () => {
        signal?.removeEventListener('abort', onAbort);
        resolve();
      };
      const onAbort = () => {
        this.#waiting.splice(this.#waiting.indexOf(onTurn), 1);
        reject(aborted());
      };
      if (signal?.aborted) {
        reject(aborted());
        return;
      }
      signal?.addEventListener('abort', onAbort, { once: true });
      this.#waiting.push(onTurn);
    });
  }

  #exchange(request: HttpRequest): Promise<HttpResponse> {
    return new Promise((resolve, reject) => {
      const session = this.session();
      if (request.signal?.aborted) reject(aborted());
      else if (!session) reject(new HttpError('bridge-lost', 'there is no helper'));
      else new HttpExchange(session, request, { resolve, reject });
    });
  }
}

function aborted(): HttpError {
  return new HttpError('aborted', 'the owner gave up');
}

interface Outcome {
  resolve(response: HttpResponse): void;
  reject(error: HttpError): void;
}

/** One request and its reply. */
class HttpExchange implements Channel {
  readonly #id: number;
  #status = 0;
  readonly #body: Uint8Array[] = [];
  readonly #onAbort = () => this.#fail('aborted', 'the owner gave up');

  constructor(
    private readonly session: BridgeSession,
    private readonly request: HttpRequest,
    private readonly outcome: Outcome,
  ) {
    this.#id = session.register(this);
    request.signal?.addEventListener('abort', this.#onAbort, { once: true });
    const { url, headers = {}, family, timeoutMs, maxBytes } = request;
    try {
      const message = encodeMessage({
        url,
        headers,
        family,
        timeoutMs: Math.min(Math.max(1, Math.ceil(timeoutMs)), MAX_TIMEOUT_MS),
        maxBytes: Math.min(maxBytes, MAX_HTTP_BODY_BYTES),
      });
      session.write(Opcode.HTTP_REQUEST, this.#id, message);
    } catch (error) {
      session.forget(this.#id);
      this.#fail('bad-url', String(error));
    }
  }

  onFrame(opcode: number, payload: Uint8Array): void {
    switch (opcode) {
      case Opcode.HTTP_RESPONSE:
        this.#status = parseHttpResponse(payload).status;
        return;
      case Opcode.HTTP_BODY:
        this.#body.push(payload.slice());
        return;
      case Opcode.END:
        this.session.forget(this.#id);
        this.#release();
        this.outcome.resolve({ status: this.#status, body: joined(this.#body) });
        return;
      case Opcode.CLOSE: {
        const reason = parseClose(payload);
        this.session.forget(this.#id);
        this.#fail(httpErrorCode(reason?.code), reason?.message ?? 'the helper gave up');
        return;
      }
      default:
        throw new BridgeProtocolError('unknown-opcode', `Opcode ${opcode} for an HTTP exchange`);
    }
  }

  onGone(code: 'protocol' | 'bridge-lost', message: string): void {
    this.#fail(code === 'bridge-lost' ? 'bridge-lost' : 'other', message);
  }

  #fail(code: HttpErrorCode, message: string): void {
    this.#release();
    this.session.close(this.#id);
    this.outcome.reject(new HttpError(code, message));
  }

  #release(): void {
    this.request.signal?.removeEventListener('abort', this.#onAbort);
  }
}

/** What the helper says, in the engine's words; anything else is `other`. */
const CODES: Partial<Record<CloseCode, HttpErrorCode>> = {
  dns: 'dns',
  refused: 'connect',
  unreachable: 'connect',
  reset: 'connect',
  'not-permitted': 'connect',
  timeout: 'timeout',
  tls: 'tls',
  'too-large': 'too-large',
  'blocked-address': 'blocked-address',
  'too-many-redirects': 'too-many-redirects',
  'bad-response': 'bad-response',
  'bad-url': 'bad-url',
  'lane-lost': 'bridge-lost',
};

function httpErrorCode(code: CloseCode | undefined): HttpErrorCode {
  return (code && CODES[code]) ?? 'other';
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}
