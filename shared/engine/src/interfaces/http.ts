/** HTTP as trackers need it: one small request, one small reply. */

export type HttpErrorCode =
  | 'dns'
  | 'connect'
  | 'tls'
  | 'timeout'
  | 'too-large'
  | 'blocked-address'
  | 'too-many-redirects'
  | 'bad-response'
  | 'bad-url'
  | 'bridge-lost'
  | 'aborted'
  | 'other';

/** The only error an HTTP client rejects with; a reply of any status is not an error. */
export class HttpError extends Error {
  override readonly name = 'HttpError';
  constructor(
    readonly code: HttpErrorCode,
    message: string,
    options?: { cause?: unknown },
  ) {
    super(message, options);
  }
}

export interface HttpRequest {
  /** `http:` or `https:`, sent exactly as written (trackers put raw percent-escapes in the query). */
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Of the addresses that a name has, only those of IPv4 or of IPv6. Without effect on an IP literal. */
  readonly family?: 4 | 6 | undefined;
  /** For the whole exchange, redirects included. */
  readonly timeoutMs: number;
  /** Of the decoded body; more rejects with `too-large`. */
  readonly maxBytes: number;
  readonly signal?: AbortSignal;
}

export interface HttpResponse {
  readonly status: number;
  /** Decoded (gzip, deflate). */
  readonly body: Uint8Array;
}

export interface IHttpClient {
  /** GET; follows at most 5 redirects, each under the network policy of the adapter. */
  get(request: HttpRequest): Promise<HttpResponse>;
}
