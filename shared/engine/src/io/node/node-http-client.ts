import type { LookupAddress, LookupOptions } from 'node:dns';
import { request as requestHttp, type ClientRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIP } from 'node:net';
import {
  HttpError,
  type HttpErrorCode,
  type HttpRequest,
  type HttpResponse,
  type IHttpClient,
} from '../../interfaces/http.js';
import { decodeBody } from './http-body.js';
import { MAX_HTTP_REDIRECTS } from './limits.js';
import { type NameLookup, systemLookup } from './name-lookup.js';

export interface NodeHttpClientOptions {
  /** Asked for every address before it is dialled: after resolution, and on every redirect. Default: all are allowed. */
  readonly allowAddress?: AllowAddress;
  /** Default: the system's. */
  readonly lookup?: NameLookup;
}

type AllowAddress = (ip: string, hop: HttpHop) => boolean;

/** One request of an exchange that may be redirected. */
export interface HttpHop {
  /** As it was written. */
  readonly url: string;
  /** A server chose it, not who asked. */
  readonly isRedirect: boolean;
}

type LookupCallback = (error: Error | null, address: string | LookupAddress[], family?: number) => void;

interface Exchange extends HttpHop {
  readonly request: HttpRequest;
  readonly signal: AbortSignal;
}

/** Scheme and authority, then the path and query exactly as written. */
const URL_PARTS = /^(https?):\/\/[^/?#]*([^#]*)/i;

/** HTTP(S) of Node: one connection a request, none kept. */
export class NodeHttpClient implements IHttpClient {
  readonly #allowAddress: AllowAddress;
  readonly #nameLookup: NameLookup;

  constructor(options: NodeHttpClientOptions = {}) {
    this.#allowAddress = options.allowAddress ?? (() => true);
    this.#nameLookup = options.lookup ?? systemLookup;
  }

  async get(request: HttpRequest): Promise<HttpResponse> {
    const deadline = new AbortController();
    const abort = (code: HttpErrorCode, message: string) => () => deadline.abort(new HttpError(code, message));
    const onAbort = abort('aborted', 'the request was aborted');
    const timeout = setTimeout(abort('timeout', 'no reply in time'), request.timeoutMs);
    if (request.signal?.aborted) onAbort();
    request.signal?.addEventListener('abort', onAbort, { once: true });
    try {
      return await this.#follow(request, deadline.signal);
    } finally {
      clearTimeout(timeout);
      request.signal?.removeEventListener('abort', onAbort);
    }
  }

  async #follow(request: HttpRequest, signal: AbortSignal): Promise<HttpResponse> {
    let url = request.url;
    for (let redirects = 0; redirects <= MAX_HTTP_REDIRECTS; redirects++) {
      const reply = await this.#exchange({ url, isRedirect: redirects > 0, request, signal });
      if (typeof reply !== 'string') return reply;
      url = reply;
    }
    throw new HttpError('too-many-redirects', `more than ${MAX_HTTP_REDIRECTS} redirects`);
  }

  /** One request; answers with the reply or with the address it redirects to. */
  async #exchange(exchange: Exchange): Promise<HttpResponse | string> {
    const response = await this.#open(exchange);
    try {
      const location = redirectOf(response);
      if (location !== undefined) return absoluteUrl(location, exchange.url);
      return await readReply(response, exchange.request.maxBytes);
    } catch (error) {
      throw toHttpError(error, 'bad-response', exchange.signal);
    } finally {
      response.destroy();
    }
  }

  /** Resolves when the head of the reply is there. */
  #open(exchange: Exchange): Promise<IncomingMessage> {
    const { url, request, signal } = exchange;
    const { target, isSecure, path } = parseUrl(url);
    const host = target.hostname.replace(/^\[|\]$/g, '');
    const isLiteral = isIP(host) !== 0;
    if (isLiteral && !this.#allowAddress(host, exchange)) throw blocked(host);
    return new Promise((resolve, reject) => {
      // What had been reached when it failed says better what went wrong than the platform's many codes.
      let stage: HttpErrorCode = isLiteral ? 'connect' : 'dns';
      const outgoing = createRequest(
        { isSecure },
        {
          host,
          port: target.port || (isSecure ? 443 : 80),
          path,
          agent: false,
          auth: credentialsOf(target),
          signal,
          headers: { 'Accept-Encoding': 'gzip, deflate', Connection: 'close', ...request.headers },
          lookup: (name, options, callback) => {
            this.#lookup(exchange, name, options, callback);
          },
        },
      );
      outgoing.on('socket', (socket) => {
        socket.once('lookup', () => (stage = 'connect'));
        socket.once('connect', () => (stage = isSecure ? 'tls' : 'bad-response'));
        socket.once('secureConnect', () => (stage = 'bad-response'));
      });
      outgoing.on('error', (error) => reject(toHttpError(error, stage, signal)));
      outgoing.on('response', resolve);
      outgoing.end();
    });
  }

  #lookup(exchange: Exchange, name: string, { all }: LookupOptions, callback: LookupCallback): void {
    this.#nameLookup(name, exchange.request.family).then(
      (addresses) => {
        const allowed = addresses.filter(({ address }) => this.#allowAddress(address, exchange));
        const [first] = allowed;
        if (!first) callback(blocked(name), []);
        else if (all) callback(null, allowed);
        else callback(null, first.address, first.family);
      },
      (error: unknown) => callback(error instanceof Error ? error : new Error(String(error)), []),
    );
  }
}

/** Node throws when a path or a header holds what HTTP cannot carry. */
function createRequest({ isSecure }: { readonly isSecure: boolean }, options: RequestOptions): ClientRequest {
  try {
    return isSecure ? requestHttps(options) : requestHttp(options);
  } catch (error) {
    throw new HttpError('bad-url', 'the address holds characters that cannot be sent', { cause: error });
  }
}

function toHttpError(error: unknown, code: HttpErrorCode, signal: AbortSignal): HttpError {
  const reason: unknown = signal.aborted ? signal.reason : error;
  if (reason instanceof HttpError) return reason;
  return new HttpError(code, reason instanceof Error ? messageOf(reason) : String(reason), { cause: reason });
}

/** Where several addresses were tried the error says nothing itself. */
function messageOf(error: Error): string {
  const first: unknown = error instanceof AggregateError ? error.errors[0] : undefined;
  return error.message || (first instanceof Error ? first.message : error.name);
}

function blocked(host: string): HttpError {
  return new HttpError('blocked-address', `${host} may not be asked`);
}

function parseUrl(url: string): { readonly target: URL; readonly isSecure: boolean; readonly path: string } {
  const parts = URL_PARTS.exec(url);
  try {
    if (!parts) throw new HttpError('bad-url', `${url} is not an http(s) address`);
    const [, scheme = '', rest = ''] = parts;
    const path = rest.startsWith('/') ? rest : `/${rest}`;
    return { target: new URL(url), isSecure: scheme.toLowerCase() === 'https', path };
  } catch (error) {
    throw error instanceof HttpError ? error : new HttpError('bad-url', `${url} is not an address`, { cause: error });
  }
}

/** Name and password of a URL that has them (RFC 7617). */
function credentialsOf({ username, password }: URL): string | null {
  return username === '' && password === '' ? null : `${decoded(username)}:${decoded(password)}`;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function redirectOf({ statusCode = 0, headers }: IncomingMessage): string | undefined {
  return [301, 302, 303, 307, 308].includes(statusCode) ? headers.location : undefined;
}

/** An absolute address stays exactly as written. */
function absoluteUrl(location: string, base: string): string {
  if (/^[a-z][a-z0-9+.-]*:/i.test(location)) return location;
  return new URL(location, base).href;
}

async function readReply(response: IncomingMessage, maxBytes: number): Promise<HttpResponse> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response as AsyncIterable<Uint8Array>) {
    length += chunk.byteLength;
    if (length > maxBytes) throw new HttpError('too-large', `the reply is over ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  const body = await decodeBody(Buffer.concat(chunks), {
    encoding: response.headers['content-encoding'] ?? '',
    maxBytes,
  });
  return { status: response.statusCode ?? 0, body };
}
